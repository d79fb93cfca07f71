package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Flow;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.util.List;
import java.util.Optional;

/** {@code fs.move}: another name or another directory for a file or directory. */
final class MoveTool extends FileTool {
    MoveTool(FileAccess access) {
        super(
                access,
                spec(
                                "fs.move",
                                "Moves or renames a file or a directory. The new path must be free, and its directory must exist. Can be undone. Roots: "
                                        + access.roots().names() + ".")
                        .arguments("""
                                {
                                  "type": "object",
                                  "properties": {"path": %s, "to": %s, "root": %s},
                                  "required": ["path", "to"],
                                  "additionalProperties": false
                                }
                                """.formatted(PATH_SCHEMA, PATH_SCHEMA, ROOT_SCHEMA))
                        .result("""
                                {
                                  "type": "object",
                                  "properties": {"path": {"type": "string"}, "to": {"type": "string"}, "files": {"type": "integer"}},
                                  "required": ["path", "to", "files"]
                                }
                                """)
                        .capability("fs.write")
                        .sideEffect(ToolSpec.SideEffect.LOCAL)
                        .reversible()
                        .examples("Rename draft.md to final.md", "Перенеси отчёт в папку archive")
                        .build());
    }

    @Override
    public List<Target> targets(ToolCall call, ToolContext context) {
        String root = Roots.root(call.arguments());
        return List.of(
                access().roots().target(Roots.path(call.arguments(), "path"), root, true),
                access().roots().target(Roots.path(call.arguments(), "to"), root, true));
    }

    private record Way(Place from, Place to) {}

    private Way way(ToolCall call) {
        Place from = place(call);
        Place to = access().roots().place(Roots.path(call.arguments(), "to"), Roots.root(call.arguments()), true);
        if (from.isRoot() || to.isRoot()) {
            throw Refusal.invalid("A root itself cannot be moved or replaced");
        }
        if (from.equals(to)) {
            throw Refusal.invalid("Both paths are the same");
        }
        if (to.absolute().startsWith(from.absolute())) {
            throw Refusal.invalid("A directory cannot be moved into itself");
        }
        return new Way(from, to);
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        Way way = way(call);
        return told(way.from().relative(), () -> {
            Trees.Seen seen = look(way, CallCancellation.of(context));
            return Prepared.effect("Moves '" + way.from().relative() + "' in '"
                            + way.from().root().name() + "' ("
                            + seen.files() + (seen.files() == 1 ? " file" : " files") + ") to '"
                            + way.to().relative()
                            + "' in '" + way.to().root().name() + "'")
                    .withPreview("rename from " + way.from().relative() + "\nrename to "
                            + way.to().relative())
                    .withStateDigest(
                            Digests.of(way.from().absolute() + "\0" + way.to().absolute() + "\0" + seen.digest()))
                    .withUndo(Json.object()
                            .put("fromRoot", way.from().root().name())
                            .put("from", way.from().relative())
                            .put("toRoot", way.to().root().name())
                            .put("to", way.to().relative())
                            .put("digest", seen.digest())
                            .put("files", seen.files())
                            .build())
                    .withFlows(Flow.moved(words(way.from()), words(way.to())));
        });
    }

    /** What would be moved; refuses when it may not, or when the new path is not free. */
    private Trees.Seen look(Way way, Cancellation cancel) throws IOException {
        try (Directory from = access().roots().open(way.from().parent());
                Parent to = Parent.of(access().roots(), way.to())) {
            if (!to.missing().isEmpty()) {
                throw Refusal.missing(
                        "There is no directory '" + way.to().parent().relative() + "'");
            }
            Trees.Seen seen = seen(way, from, way.from(), cancel)
                    .orElseThrow(
                            () -> Refusal.missing("There is no '" + way.from().relative() + "'"));
            if (to.directory().entry(way.to().name()).isPresent()) {
                throw Refusal.conflict("'" + way.to().relative() + "' is there already; nothing is replaced");
            }
            boolean sameDirectory = way.from().parent().equals(way.to().parent());
            to.checkNew(way.to().name(), sameDirectory ? way.from().name() : "");
            return seen;
        }
    }

    private Optional<Trees.Seen> seen(Way way, Directory parent, Place at, Cancellation cancel) throws IOException {
        FileAccess.Limits limits = access().limits();
        return Trees.look(
                parent,
                at.name(),
                limits.treeFiles(),
                limits.treeBytes(),
                (below, entry) -> {
                    access().roots().deny().check(way.from().descendant(below).absolute(), true);
                    access().roots().deny().check(way.to().descendant(below).absolute(), true);
                },
                cancel);
    }

    @Override
    public ToolResult call(ToolCall call, Prepared given, ToolContext context) {
        Way way = way(call);
        return told(way.from().relative(), () -> {
            swept(context);
            Prepared prepared = prepared(call, given, context);
            Trees.Seen seen = look(way, CallCancellation.of(context));
            if (!seen.digest().equals(prepared.undo().text("digest"))) {
                throw Refusal.conflict(
                        "'" + way.from().relative() + "' was changed after this was prepared; nothing was moved");
            }
            move(way.from(), way.to());
            return ToolResult.of(
                            String.join(". ", prepared.effects()) + ". Done.",
                            Json.object()
                                    .put("path", way.from().relative())
                                    .put("to", way.to().relative())
                                    .put("files", seen.files())
                                    .build())
                    .showing(List.of());
        });
    }

    private void move(Place from, Place to) throws IOException {
        try (Directory source = access().roots().open(from.parent());
                Directory target = access().roots().open(to.parent())) {
            if (target.entry(to.name()).isPresent()) {
                throw Refusal.conflict("'" + to.relative() + "' is there already; nothing is replaced");
            }
            source.move(from.name(), target, to.name());
            target.sync();
            source.sync();
        } catch (AtomicMoveNotSupportedException e) {
            throw new ToolException(
                    ToolException.Reason.NOT_SUPPORTED,
                    "'" + to.relative() + "' is on another disk; write it there and delete it here",
                    e);
        }
    }

    private Way undone(Json undo) {
        return new Way(
                access().roots().place(undo.text("from"), undo.text("fromRoot"), true),
                access().roots().place(undo.text("to"), undo.text("toRoot"), true));
    }

    @Override
    public void undo(Prepared prepared, ToolContext context) {
        Way way = undone(prepared.undo());
        told(way.to().relative(), () -> {
            swept(context);
            if (!digest(way, way.to(), CallCancellation.of(context))
                    .equals(prepared.undo().text("digest"))) {
                throw Refusal.conflict(
                        "'" + way.to().relative() + "' was changed or removed since; it was not moved back");
            }
            if (!digest(way, way.from(), CallCancellation.of(context)).isEmpty()) {
                throw Refusal.conflict(
                        "Something else is at '" + way.from().relative() + "' now; nothing was moved back");
            }
            move(way.to(), way.from());
            return true;
        });
    }

    /** The digest of what is at a place; empty when nothing is. */
    private String digest(Way way, Place at, Cancellation cancel) throws IOException {
        try (Parent parent = Parent.of(access().roots(), at)) {
            return parent.missing().isEmpty()
                    ? seen(way, parent.directory(), at, cancel)
                            .map(Trees.Seen::digest)
                            .orElse("")
                    : "";
        }
    }

    @Override
    public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        String digest = prepared.undo().string("digest").orElse("?");
        String[] now = {"", ""};
        boolean looked = holds(() -> {
            Way way = undone(prepared.undo());
            now[0] = digest(way, way.from(), CallCancellation.of(context));
            now[1] = digest(way, way.to(), CallCancellation.of(context));
            return true;
        });
        if (looked && now[0].isEmpty() && now[1].equals(digest)) {
            return EffectState.PRESENT;
        }
        return looked && now[1].isEmpty() && now[0].equals(digest) ? EffectState.ABSENT : EffectState.UNKNOWN;
    }
}
