package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.DeclaredTool;
import io.arkestra.DeclaredTools;
import io.arkestra.common.Json;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Lists the tools, and declares, changes and removes those that are declared. */
final class ToolsCommand {
    private static final String USE =
            "/tools alone lists them; /tools add FILE, edit FILE, disable NAME, enable NAME, remove NAME, show NAME";
    private static final long LARGEST = 1024 * 1024;

    private final Arkestra arkestra;

    ToolsCommand(Arkestra arkestra) {
        this.arkestra = arkestra;
    }

    CommandReply run(String command, String argument) {
        if (argument.isEmpty()) {
            return list(command);
        }
        String[] parts = argument.split("\\s+", 2);
        String what = parts[0].toLowerCase(Locale.ROOT);
        if (parts.length < 2) {
            return CommandReply.failed(command, "command.incomplete", USE);
        }
        String name = parts[1].strip();
        DeclaredTools declared = arkestra.tools().declared();
        return switch (what) {
            case "add", "edit" -> declare(command, what, name);
            case "disable" -> changed(command, "disabled", declared.disable(name));
            case "enable" -> changed(command, "enabled", declared.enable(name));
            case "remove" -> {
                declared.remove(name);
                yield CommandReply.done(command, Printable.line(name, 64) + " is removed; its history is kept.");
            }
            case "show" -> show(command, name);
            default -> CommandReply.failed(command, "command.incomplete", USE);
        };
    }

    private CommandReply declare(String command, String what, String name) {
        String text;
        try {
            Path file = Path.of(name);
            if (Files.size(file) > LARGEST) {
                return CommandReply.failed(command, "command.file", "A definition is at most 1 MiB: " + name);
            }
            text = Files.readString(file);
        } catch (IOException | InvalidPathException e) {
            return CommandReply.failed(command, "command.file", Printable.line(name, 200) + " cannot be read: " + e);
        }
        DeclaredTools declared = arkestra.tools().declared();
        return what.equals("add")
                ? changed(command, "added", declared.add(text))
                : changed(command, "edited", declared.edit(text));
    }

    private static CommandReply changed(String command, String what, DeclaredTool tool) {
        return new CommandReply(
                command,
                tool.name() + " is " + what + ", version " + tool.version()
                        + (tool.enabled() ? "; it may be called when a policy allows it" : ""),
                json(tool));
    }

    private CommandReply list(String command) {
        List<DeclaredTool> declared = arkestra.tools().declared().list();
        List<String> lines = new ArrayList<>();
        for (ToolSpec spec : arkestra.tools().all()) {
            Optional<DeclaredTool> known = declared.stream()
                    .filter(tool -> tool.name().equals(spec.name()))
                    .findFirst();
            lines.add(String.format("%-26s %s", spec.name(), first(spec.description()))
                    + known.map(tool -> " [declared, " + tool.kind() + ", version " + tool.version() + "]")
                            .orElse(""));
        }
        declared.stream()
                .filter(tool -> arkestra.tools().find(tool.name()).isEmpty())
                .forEach(tool -> lines.add(String.format("%-26s", tool.name()) + " [declared, "
                        + (tool.enabled() ? "unusable: " + tool.problem() : "disabled") + "]"));
        Json fields = Json.object()
                .put(
                        "tools",
                        Json.strings(arkestra.tools().all().stream()
                                .map(ToolSpec::name)
                                .toList()))
                .put(
                        "declared",
                        Json.array(declared.stream().map(ToolsCommand::json).toList()))
                .build();
        return new CommandReply(
                command,
                lines.stream().map(Printable::of).reduce((a, b) -> a + "\n" + b).orElse(""),
                fields);
    }

    private static String first(String description) {
        int end = description.indexOf(". ");
        return end < 0 ? description : description.substring(0, end + 1);
    }

    private CommandReply show(String command, String name) {
        List<DeclaredTool> history = arkestra.tools().declared().history(name);
        if (!history.isEmpty()) {
            DeclaredTool tool = history.get(0);
            return new CommandReply(
                    command,
                    Printable.of("version " + tool.version() + " of " + history.size()
                            + (tool.enabled() ? ", enabled" : ", not in use") + (tool.pinned() ? ", pinned" : "")
                            + ", digest " + tool.digest() + "\n"
                            + tool.definition().pretty()),
                    json(tool));
        }
        return arkestra.tools()
                .find(name)
                .map(spec -> new CommandReply(
                        command,
                        Printable.of(spec.name() + " " + spec.version() + ": " + spec.description() + "\nneeds "
                                + String.join(", ", spec.capabilities()) + "; "
                                + (spec.reversible() ? "can be undone" : "cannot be undone") + "\n"
                                + spec.arguments().pretty()),
                        Json.object()
                                .put("name", spec.name())
                                .put("version", spec.version())
                                .put("arguments", spec.arguments())
                                .build()))
                .orElseGet(() -> CommandReply.failed(
                        command, "tool.unknown", "There is no tool '" + Printable.line(name, 64) + "'"));
    }

    private static Json json(DeclaredTool tool) {
        return Json.object()
                .put("name", tool.name())
                .put("kind", tool.kind())
                .put("version", tool.version())
                .put("enabled", tool.enabled())
                .put("pinned", tool.pinned())
                .put("digest", tool.digest())
                .build();
    }
}
