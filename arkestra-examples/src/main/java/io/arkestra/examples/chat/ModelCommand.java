package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Models;
import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows the language models that are used now, and uses others. */
final class ModelCommand {
    private static final String USE =
            "/model alone shows the models; /model junior MODEL or /model senior MODEL uses another one";

    private final Arkestra arkestra;

    ModelCommand(Arkestra arkestra) {
        this.arkestra = arkestra;
    }

    CommandReply run(String command, String argument) {
        if (argument.isEmpty()) {
            return shown(command, List.of(Models.Role.values()));
        }
        String[] parts = argument.split("\\s+", 2);
        Models.Role role;
        switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "junior" -> role = Models.Role.JUNIOR;
            case "senior" -> role = Models.Role.SENIOR;
            default -> {
                return CommandReply.failed(command, "command.incomplete", USE);
            }
        }
        if (parts.length == 2) {
            arkestra.models().use(role, Llm.parse(parts[1].strip()));
        }
        return shown(command, List.of(role));
    }

    private CommandReply shown(String command, List<Models.Role> roles) {
        List<String> lines = new ArrayList<>();
        Json.ObjectBuilder fields = Json.object();
        for (Models.Role role : roles) {
            String name = role.name().toLowerCase(Locale.ROOT);
            List<Models.Info> models = arkestra.models().of(role);
            models.forEach(model -> lines.add(String.format("%-7s %s", name, line(model))));
            fields.put(name, Json.array(models.stream().map(ModelCommand::json).toList()));
        }
        return new CommandReply(command, String.join("\n", lines), fields.build());
    }

    private static String line(Models.Info model) {
        List<String> parts = new ArrayList<>();
        parts.add(model.model().isEmpty() ? model.provider() : model.provider() + " " + model.model());
        if (!model.host().isEmpty() || !model.local()) {
            parts.add(model.host().isEmpty() ? "elsewhere" : "on " + model.host());
        }
        parts.add("context " + model.contextTokens());
        parts.add("tier " + model.tier());
        parts.add(model.health().status().name().toLowerCase(Locale.ROOT)
                + (model.health().detail().isBlank()
                        ? ""
                        : " (" + model.health().detail() + ")"));
        model.firstToken().ifPresent(time -> parts.add("first token after " + time.toMillis() + " ms"));
        return Printable.of(String.join(", ", parts));
    }

    private static Json json(Models.Info model) {
        return Json.object()
                .put("provider", model.provider())
                .put("model", model.model())
                .put("local", model.local())
                .put("host", model.host())
                .put("contextTokens", model.contextTokens())
                .put("tier", model.tier())
                .put("status", model.health().status().name())
                .put("detail", model.health().detail())
                .putIfPresent("firstTokenMillis", model.firstToken().map(time -> time.toMillis()))
                .build();
    }
}
