package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.Permissions;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.policy.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows which rules hold, what they say about a call, and reads them anew. */
final class PolicyCommand {
    private static final String USE =
            "/policy explain TOOL {json} tells what would be decided; /policy rules lists the rules; /policy reload reads them anew";

    private final Arkestra arkestra;
    private final Scope scope;

    PolicyCommand(Arkestra arkestra, Scope scope) {
        this.arkestra = arkestra;
        this.scope = scope;
    }

    CommandReply run(String command, String argument) {
        String[] parts = argument.split("\\s+", 3);
        return switch (parts[0].toLowerCase(Locale.ROOT)) {
            case "explain" ->
                parts.length < 2
                        ? CommandReply.failed(command, "command.incomplete", USE)
                        : explain(command, parts[1], parts.length < 3 ? "{}" : parts[2]);
            case "rules" ->
                parts.length == 1 ? rules(command) : CommandReply.failed(command, "command.superfluous", USE);
            case "reload" ->
                parts.length == 1 ? reload(command) : CommandReply.failed(command, "command.superfluous", USE);
            default -> CommandReply.failed(command, "command.incomplete", USE);
        };
    }

    private CommandReply explain(String command, String tool, String arguments) {
        Permissions.Judgement judgement = arkestra.policy().explain(scope, tool, Json.parse(arguments));
        Decision decision = judgement.decision();
        List<String> lines = new ArrayList<>();
        lines.add(word(decision.effect()) + ": " + String.join("; ", decision.reasons()));
        lines.add("risk " + decision.risk().score() + " ("
                + decision.risk().level().name().toLowerCase(Locale.ROOT) + ") "
                + decision.risk().parts());
        judgement.matched().forEach(rule -> lines.add("matches  " + line(rule)));
        judgement.near().forEach(near -> lines.add("not by " + near.failed() + "  " + line(near.rule())));
        Json.ObjectBuilder risk = Json.object();
        decision.risk().parts().forEach((part, points) -> risk.put(part, points));
        Json fields = Json.object()
                .put("effect", decision.effect().name())
                .put("rules", Json.strings(decision.rules()))
                .put("reasons", Json.strings(decision.reasons()))
                .put("risk", decision.risk().score())
                .put("riskParts", risk.build())
                .put(
                        "matched",
                        Json.array(judgement.matched().stream()
                                .map(PolicyCommand::json)
                                .toList()))
                .put(
                        "near",
                        Json.array(judgement.near().stream()
                                .map(near -> json(near.rule()).with("failed", Json.of(near.failed())))
                                .toList()))
                .build();
        return new CommandReply(command, Printable.of(String.join("\n", lines)), fields);
    }

    private CommandReply rules(String command) {
        List<Permissions.RuleInfo> rules = arkestra.policy().rules(scope);
        String text = rules.isEmpty()
                ? "There are no rules; the host's settings decide."
                : String.join("\n", rules.stream().map(PolicyCommand::line).toList());
        Json list = Json.array(rules.stream().map(PolicyCommand::json).toList());
        return new CommandReply(
                command, Printable.of(text), Json.object().put("rules", list).build());
    }

    private CommandReply reload(String command) {
        List<String> lines = new ArrayList<>();
        List<Json> files = new ArrayList<>();
        for (Permissions.RulesFile file : arkestra.policy().reload()) {
            lines.add(file.layer() + " " + file.path() + ": " + file.rules() + " rules"
                    + file.problem()
                            .map(problem -> ", not the newest: " + problem)
                            .orElse(""));
            files.add(Json.object()
                    .put("file", file.path())
                    .put("layer", file.layer())
                    .put("rules", file.rules())
                    .putIfPresent("problem", file.problem())
                    .build());
        }
        String text = lines.isEmpty() ? "There are no files of rules." : String.join("\n", lines);
        return new CommandReply(
                command,
                Printable.of(text),
                Json.object().put("files", Json.array(files)).build());
    }

    private static String line(Permissions.RuleInfo rule) {
        return String.format("%-5s %s:%s (%s)", word(rule.effect()), rule.layer(), rule.id(), rule.place());
    }

    private static String word(Decision.Effect effect) {
        return effect.name().toLowerCase(Locale.ROOT);
    }

    private static Json json(Permissions.RuleInfo rule) {
        return Json.object()
                .put("id", rule.id())
                .put("layer", rule.layer())
                .put("place", rule.place())
                .put("line", rule.line())
                .put("effect", rule.effect().name())
                .build();
    }
}
