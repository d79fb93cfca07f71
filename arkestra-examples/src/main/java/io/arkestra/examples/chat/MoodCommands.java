package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.learning.Learned;
import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.Neuro;
import io.arkestra.neuro.NeuroChange;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows the mood as bars with what it changes, and what feedback has taught; sets both back. */
final class MoodCommands {
    private static final int WIDTH = 30;
    private static final int LATEST = 3;

    private final Arkestra arkestra;
    private final Scope scope;

    MoodCommands(Arkestra arkestra, Scope scope) {
        this.arkestra = arkestra;
        this.scope = scope;
    }

    CommandReply neuro(String command, String argument) {
        if (argument.equals("reset")) {
            arkestra.neuro().reset(scope.user());
            return new CommandReply(command, "Every level is at its base again.", levels());
        }
        return argument.isEmpty()
                ? new CommandReply(command, bars(), levels())
                : CommandReply.failed(
                        command, "command.superfluous", "/neuro stands alone, or with reset: /neuro reset");
    }

    CommandReply learned(String command, String argument) {
        if (argument.equals("reset")) {
            arkestra.learning().reset(scope.user());
            return CommandReply.done(command, "What your feedback taught is forgotten.");
        }
        return argument.isEmpty()
                ? learned(command)
                : CommandReply.failed(
                        command, "command.superfluous", "/learned stands alone, or with reset: /learned reset");
    }

    private Json levels() {
        Neuro neuro = arkestra.neuro();
        Preset preset = neuro.preset(scope.user());
        return Json.object()
                .put("levels", neuro.levels(scope.user()).toJson())
                .put("base", neuro.base().toJson())
                .put("preset", preset.toJson())
                .put("changed", Json.strings(preset.explained()))
                .build();
    }

    private String bars() {
        Neuro neuro = arkestra.neuro();
        NeuroLevels now = neuro.levels(scope.user());
        NeuroLevels base = neuro.base();
        List<String> lines = new ArrayList<>();
        for (Mediator mediator : Mediator.values()) {
            double level = now.level(mediator);
            double rest = base.level(mediator);
            lines.add(String.format(
                    Locale.ROOT,
                    "%-14s %s %.2f%s",
                    mediator.word(),
                    bar(
                            level,
                            rest,
                            neuro.lowest().level(mediator),
                            neuro.highest().level(mediator)),
                    level,
                    Math.abs(level - rest) < 0.005 ? "" : String.format(Locale.ROOT, " (%+.2f)", level - rest)));
        }
        Preset preset = neuro.preset(scope.user());
        List<String> changed = preset.explained();
        lines.add("# is the level, | its base, each from the lowest to the highest");
        lines.add(changed.isEmpty() ? "Answers are made as ever." : "What this changes about answers:");
        changed.forEach(line -> lines.add("  " + line));
        List<String> words = preset.words(Locale.ENGLISH);
        if (!words.isEmpty()) {
            lines.add("  told to the model: " + String.join(", ", words));
        }
        List<NeuroChange> history = neuro.history(scope.user());
        if (!history.isEmpty()) {
            lines.add("Moved lately:");
            history.stream().limit(LATEST).forEach(change -> lines.add("  " + described(change)));
        }
        return String.join("\n", lines);
    }

    private static String bar(double level, double base, double lowest, double highest) {
        StringBuilder bar = new StringBuilder();
        long filled = Math.round((level - lowest) / (highest - lowest) * WIDTH);
        long mark = Math.min(WIDTH - 1, Math.round((base - lowest) / (highest - lowest) * WIDTH));
        for (int i = 0; i < WIDTH; i++) {
            bar.append(i == mark ? '|' : i < filled ? '#' : '.');
        }
        return bar.toString();
    }

    private static String described(NeuroChange change) {
        String by = change.applied().changes().entrySet().stream()
                .map(MoodCommands::signed)
                .collect(Collectors.joining(", "));
        return change.at() + " by " + change.cause().name().toLowerCase(Locale.ROOT)
                + (change.turn().isEmpty() ? "" : " " + change.turn()) + ": "
                + (by.isEmpty() ? "nothing, the limit of the hour is reached" : by);
    }

    private static String signed(Map.Entry<Mediator, Double> change) {
        return change.getKey().word() + String.format(Locale.ROOT, " %+.2f", change.getValue());
    }

    private CommandReply learned(String command) {
        Learned learned = arkestra.learning().explain(scope.user());
        List<String> lines = new ArrayList<>();
        for (Learned.Arm arm : learned.arms()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-9s %-14s %-9s chosen %d, good %d, bad %d; expected %.2f (%.2f to %.2f)",
                    arm.subject(),
                    arm.situation(),
                    arm.name(),
                    arm.chosen(),
                    arm.good(),
                    arm.bad(),
                    arm.mean(),
                    arm.low(),
                    arm.high()));
        }
        learned.recent().stream()
                .limit(LATEST)
                .forEach(choice -> lines.add("latest " + choice.subject() + " " + choice.arm() + " for "
                        + choice.situation() + ": " + choice.why()
                        + (choice.feedback().isEmpty() ? "" : "; feedback " + choice.feedback())));
        return new CommandReply(
                command,
                lines.isEmpty()
                        ? "Nothing yet: answers of a language model are judged with /up, /down, /ok and /fb."
                        : String.join("\n", lines),
                Json.object()
                        .put(
                                "arms",
                                Json.array(learned.arms().stream()
                                        .map(MoodCommands::json)
                                        .toList()))
                        .build());
    }

    private static Json json(Learned.Arm arm) {
        return Json.object()
                .put("subject", arm.subject())
                .put("situation", arm.situation())
                .put("arm", arm.name())
                .put("chosen", arm.chosen())
                .put("good", arm.good())
                .put("bad", arm.bad())
                .put("mean", arm.mean())
                .put("low", arm.low())
                .put("high", arm.high())
                .build();
    }
}
