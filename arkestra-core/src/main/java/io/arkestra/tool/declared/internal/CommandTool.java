package io.arkestra.tool.declared.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A declared command: a program with its arguments, started without a shell, in limits but not in a sandbox. */
final class CommandTool implements Tool {
    private static final int BYTES = 64 * 1024;

    private final Definition definition;
    private final ToolSpec spec;
    private final List<String> argv;
    private final Path cwd;
    private final Lent lent;

    /** @throws ConfigException when the definition makes no sense */
    CommandTool(Definition definition, long version, Lent lent) {
        this.definition = definition;
        this.lent = lent;
        argv = definition.texts("argv");
        cwd = Path.of(definition.json().text("cwd"));
        if (!Template.names(argv.get(0)).isEmpty() || argv.get(0).isBlank()) {
            throw new ConfigException("The program '" + argv.get(0) + "' must be named in full, without '{…}'");
        }
        Set<String> places = new LinkedHashSet<>();
        argv.forEach(argument -> places.addAll(Template.names(argument)));
        definition.checkPlaces(places);
        if (!cwd.isAbsolute() || !Files.isDirectory(cwd)) {
            throw new ConfigException("The directory '" + cwd + "' of 'cwd' must be an absolute path that exists");
        }
        for (String variable : definition.texts("env")) {
            if (!lent.forCommand(variable)) {
                throw new ConfigException("The variable '" + variable + "' is not lent to declared tools; the host says"
                        + " tools(t -> t.lendVariable(\"" + variable + "\")) to lend it");
            }
        }
        spec = definition
                .spec(version)
                .capability("process.run")
                .sideEffect(ToolSpec.SideEffect.LOCAL)
                .cost(CostClass.MEDIUM)
                .sandbox("S1")
                .untrusted("process")
                .result("{\"type\":\"object\",\"required\":[\"exit\",\"out\",\"err\",\"cut\"],\"properties\":{"
                        + "\"exit\":{\"type\":\"integer\"},\"out\":{\"type\":\"string\"},\"err\":{\"type\":\"string\"},"
                        + "\"cut\":{\"type\":\"boolean\"}}}")
                .build();
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public List<Target> targets(ToolCall call, ToolContext context) {
        command(call);
        return List.of(
                Target.changed(Target.CWD, real().toString().replace('\\', '/')),
                Target.changed("program", argv.get(0)));
    }

    private Path real() {
        try {
            return cwd.toRealPath();
        } catch (IOException e) {
            throw new ToolException(
                    ToolException.Reason.NOT_FOUND, "The directory " + cwd + " is not there any more", e);
        }
    }

    /** Each place stays within its argument; one that is a whole argument cannot become an option. */
    private List<String> command(ToolCall call) {
        List<String> command = new ArrayList<>();
        for (String argument : argv) {
            String filled = Template.text(argument, name -> {
                String value = Template.plain(call.arguments(), name);
                if (value.indexOf('\0') >= 0) {
                    throw new ToolException(
                            ToolException.Reason.INVALID_ARGUMENTS, "'" + name + "' holds the character U+0000");
                }
                if (argument.startsWith("{") && value.startsWith("-") && !command.contains("--")) {
                    throw new ToolException(
                            ToolException.Reason.INVALID_ARGUMENTS,
                            "'" + name + "' begins with '-' and would be taken for an option");
                }
                return value;
            });
            command.add(filled);
        }
        return command;
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        List<String> command = command(call);
        StringBuilder preview = new StringBuilder("in " + real() + ", not sandboxed:\n");
        command.forEach(
                argument -> preview.append("  ").append(Json.of(argument)).append('\n'));
        return Prepared.effect("Runs " + argv.get(0) + " in " + cwd + " (not sandboxed)")
                .withPreview(preview.toString());
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String name : definition.texts("env")) {
            lent.environment().apply(name).ifPresent(value -> environment.put(name, value));
        }
        String stdin = definition.json().string("stdin").orElse("none").equals("json")
                ? call.arguments().toString()
                : "";
        int most = definition.json().integer("max_bytes").map(Long::intValue).orElse(BYTES);
        ChildProcess.Ended ended = new ChildProcess(command(call), real(), environment, stdin, most)
                .run(definition.timeout(context), context.cancellation());
        Json data = Json.object()
                .put("exit", ended.exit())
                .put("out", ended.out())
                .put("err", ended.err())
                .put("cut", ended.cut())
                .put("sandbox", spec.sandbox())
                .build();
        String text = ended.out()
                + (ended.err().isEmpty() ? "" : "\n[stderr] " + ended.err())
                + (ended.exit() == 0 ? "" : "\n[exit " + ended.exit() + "]");
        return ToolResult.of(text, data).tainted(Taint.of("process", argv.get(0)));
    }
}
