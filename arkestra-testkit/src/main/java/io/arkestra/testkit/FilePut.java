package io.arkestra.testkit;

import io.arkestra.common.Json;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small tool that keeps {@link ToolContract}: {@code file.put} puts a text into a file of one directory, shows what it would write, can be taken
 * back and can tell after a crash whether it was done. For tests of what stands around tools: policies, approvals, rehearsals, undo. Files
 * hold {@code "text "} and the text; names are small letters and {@code .txt}. Not thread-safe beyond what the file system is.
 */
public class FilePut implements Tool {
    private static final String ABSENT = "absent";

    private static final ToolSpec SPEC = ToolSpec.builder("file.put")
            .description("Puts a text into a file.")
            .arguments("""
                    {"type":"object","additionalProperties":false,"required":["name","text"],
                     "properties":{"name":{"type":"string","maxLength":100},"text":{"type":"string"}}}
                    """)
            .capability("fs.write")
            .sideEffect(ToolSpec.SideEffect.LOCAL)
            .reversible()
            .build();

    private final Path directory;

    /** @param directory that is there */
    public FilePut(Path directory) {
        this.directory = directory;
    }

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    private Path file(ToolCall call) {
        String name = call.arguments().text("name");
        if (!name.matches("[a-z]+\\.txt")) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS, "'" + name + "' is no name; expected letters and .txt");
        }
        return directory.resolve(name);
    }

    @Override
    public List<Target> targets(ToolCall call, ToolContext context) {
        return List.of(Target.changed(Target.PATH, file(call).toString()));
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        Path file = file(call);
        String before = read(file);
        return Prepared.effect("Writes " + file.getFileName())
                .withPreview("+ " + call.arguments().text("text"))
                .withStateDigest(before)
                .withUndo(Json.object()
                        .put("file", file.toString())
                        .put("before", before)
                        .put("after", content(call.arguments().text("text")))
                        .build());
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        context.cancellation().throwIfCancelled();
        write(file(call), content(call.arguments().text("text")));
        return ToolResult.text("Written.");
    }

    @Override
    public void undo(Prepared prepared, ToolContext context) {
        Path file = Path.of(prepared.undo().text("file"));
        if (!read(file).equals(prepared.undo().text("after"))) {
            throw new ToolException(ToolException.Reason.CONFLICT, file.getFileName() + " was changed meanwhile");
        }
        write(file, prepared.undo().text("before"));
    }

    @Override
    public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        String now = read(file(call));
        if (now.equals(prepared.undo().text("after"))) {
            return EffectState.PRESENT;
        }
        return now.equals(prepared.undo().text("before")) ? EffectState.ABSENT : EffectState.UNKNOWN;
    }

    private static String content(String text) {
        return "text " + text;
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : ABSENT;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            if (text.equals(ABSENT)) {
                Files.deleteIfExists(file);
            } else {
                Files.writeString(file, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
