package io.arkestra.tools.fs.internal;

import io.arkestra.common.Json;
import io.arkestra.spi.Settings;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A root {@code project} on a real disk with the tools that use it, and a directory {@code outside} beside it. */
final class FilesFixture {
    final Path base;
    final Path root;
    final Path outside;
    final Path data;
    final FileAccess access;
    private final Map<String, Tool> tools = new TreeMap<>();
    private int calls;

    FilesFixture(Path directory) throws IOException {
        this(directory, "{}", Clock.systemUTC(), true, UnaryOperator.identity());
    }

    FilesFixture(Path directory, String settings) throws IOException {
        this(directory, settings, Clock.systemUTC(), true, UnaryOperator.identity());
    }

    FilesFixture(Path directory, String settings, Clock clock, boolean held, UnaryOperator<WritableByteChannel> disk)
            throws IOException {
        this(directory, settings, List.of(), clock, held, disk);
    }

    /** @param unchanged what the engine says that no tool may change */
    FilesFixture(Path directory, List<Path> unchanged) throws IOException {
        this(directory, "{}", unchanged, Clock.systemUTC(), true, UnaryOperator.identity());
    }

    private FilesFixture(
            Path directory,
            String settings,
            List<Path> unchanged,
            Clock clock,
            boolean held,
            UnaryOperator<WritableByteChannel> disk)
            throws IOException {
        base = directory.toRealPath();
        root = Files.createDirectories(base.resolve("root"));
        outside = Files.createDirectories(base.resolve("outside"));
        data = Files.createDirectories(base.resolve("home/tools/files"));
        Json values = Json.parse(settings);
        if (!values.has("roots")) {
            values = values.with("roots", Json.strings(List.of("project=" + root)));
        }
        access = FileAccess.open(
                FilesSettings.read(Settings.of("files", values), Optional.of(base.resolve("home")), unchanged),
                data,
                clock,
                held,
                disk);
        FilesProvider.tools(access).forEach(tool -> tools.put(tool.spec().name(), tool));
    }

    Tool tool(String name) {
        return Optional.ofNullable(tools.get(name)).orElseThrow();
    }

    Path file(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    String content(String name) throws IOException {
        return Files.readString(root.resolve(name));
    }

    ToolCall asked(String tool, String arguments) {
        return ToolCall.of("call-" + ++calls, tool, Json.parse(arguments.replace('\'', '"')));
    }

    ToolContext context() {
        return TestToolContext.builder().build();
    }

    /** As the engine does it. */
    ToolResult call(String tool, String arguments) {
        return call(asked(tool, arguments)).result();
    }

    record Done(ToolCall call, Prepared prepared, ToolResult result) {}

    Done call(ToolCall call) {
        tool(call.tool()).targets(call, context());
        Prepared prepared = tool(call.tool()).prepare(call, context());
        return new Done(call, prepared, tool(call.tool()).call(call, prepared, context()));
    }

    /** What the tool says when it refuses, having checked that it refuses each step that would follow as well. */
    ToolException refused(String tool, String arguments) {
        ToolCall call = asked(tool, arguments);
        Map<String, String> before = snapshot();
        ToolException first = null;
        try {
            call(call);
        } catch (ToolException e) {
            first = e;
        }
        if (first == null) {
            throw new AssertionError(tool + " " + arguments + " was not refused");
        }
        try {
            tool(tool).call(call, Prepared.nothing(), context());
            throw new AssertionError(tool + " " + arguments + " was not refused without having been prepared");
        } catch (ToolException expected) {
            // Defence in depth: the call refuses by itself.
        }
        if (!snapshot().equals(before)) {
            throw new AssertionError(tool + " " + arguments + " was refused and changed something");
        }
        return first;
    }

    /** Every file in the root and outside with its content, and every other thing with its kind. */
    Map<String, String> snapshot() {
        Map<String, String> all = new TreeMap<>();
        for (Path top : List.of(root, outside)) {
            try (Stream<Path> walk = Files.walk(top)) {
                for (Path path : (Iterable<Path>) walk::iterator) {
                    String what;
                    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                        what = Files.size(path) > 100_000
                                ? Files.size(path) + " bytes"
                                : new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
                    } else {
                        what = Files.isSymbolicLink(path) ? "-> " + Files.readSymbolicLink(path) : "(no file)";
                    }
                    all.put(base.relativize(path).toString(), what);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return all;
    }
}
