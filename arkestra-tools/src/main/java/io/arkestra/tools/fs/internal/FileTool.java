package io.arkestra.tools.fs.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.util.List;

/** What all tools for files have in common. */
abstract class FileTool implements Tool {
    /** Part of every schema: how a file is named. */
    static final String PATH_SCHEMA = """
            {"type": "string", "maxLength": 4096, "description": "relative to the root, with / between names; or absolute and inside a root"}""";

    static final String ROOT_SCHEMA = """
            {"type": "string", "maxLength": 31, "description": "name of the root of a relative path; the first one unless given"}""";

    private final FileAccess access;
    private final ToolSpec spec;

    FileTool(FileAccess access, ToolSpec spec) {
        this.access = access;
        this.spec = spec;
    }

    @Override
    public final ToolSpec spec() {
        return spec;
    }

    final FileAccess access() {
        return access;
    }

    @Override
    public List<Target> targets(ToolCall call, ToolContext context) {
        boolean changes = spec.sideEffect() != ToolSpec.SideEffect.NONE;
        return List.of(
                access.roots().target(Roots.path(call.arguments(), "path"), Roots.root(call.arguments()), changes));
    }

    /** The place of the argument {@code path}. */
    final Place place(ToolCall call) {
        return access.roots()
                .place(
                        Roots.path(call.arguments(), "path"),
                        Roots.root(call.arguments()),
                        spec.sideEffect() != ToolSpec.SideEffect.NONE);
    }

    /** Removes what a killed process left; before every change that is still wanted. */
    final void swept(ToolContext context) throws IOException {
        CallCancellation.of(context).throwIfCancelled();
        access.pending().sweep(access.roots());
    }

    /** The result, with the taint of the place. */
    static ToolResult result(Place place, String text, Json data) {
        ToolResult result = ToolResult.of(text, data);
        return place.taint().map(result::tainted).orElse(result);
    }

    /** Of which files the words of a result are, so that what is known of these is known of it. */
    static Target words(Place place) {
        return Target.read(Target.PATH, place.absolute().toString().replace('\\', '/'));
    }

    static Target content(String sha256) {
        return Target.read(Target.CONTENT, sha256);
    }

    /** What was prepared; prepares it now for a caller who did not. */
    final Prepared prepared(ToolCall call, Prepared given, ToolContext context) {
        return given.undo().members().isEmpty() ? prepare(call, context) : given;
    }

    /** Work with files, whose failures are told in the terms of the call. */
    interface Work<T> {
        T run() throws IOException;
    }

    final <T> T told(String path, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            CallCancellation.throwIfInterrupted();
            throw Refusal.of(spec.name() + " of '" + path + "'", e);
        }
    }

    /** The same for {@link Tool#state}, which never fails. */
    final boolean holds(Work<Boolean> question) {
        try {
            return question.run();
        } catch (IOException | ToolException e) {
            return false;
        }
    }

    static ToolSpec.Builder spec(String name, String description) {
        return ToolSpec.builder(name).description(description);
    }
}
