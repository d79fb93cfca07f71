package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Why a turn went as it did: what each stage decided and on what grounds. {@link #toString()} is for people.
 *
 * @param turn which turn
 * @param at when it started
 * @param outcome how it ended
 * @param steps what happened, in order
 */
public record Explanation(TurnId turn, Instant at, String outcome, List<Step> steps) {
    private static final String INDENT = " ".repeat(12);

    /**
     * One thing that happened.
     *
     * @param stage name of the stage
     * @param summary one sentence
     * @param detail the grounds
     * @param took how long it took
     */
    public record Step(String stage, String summary, Json detail, Duration took) {}

    public Explanation {
        steps = List.copyOf(steps);
    }

    /** A line for each step, and below it its grounds: a line for each passage with its score and what that is made of. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("Turn ")
                .append(turn)
                .append(", ")
                .append(at)
                .append(", ")
                .append(outcome);
        for (Step step : steps) {
            out.append(String.format(
                    Locale.ROOT,
                    "%n  %-9s %s (%.1f ms)",
                    step.stage(),
                    step.summary(),
                    step.took().toNanos() / 1e6));
            if (step.detail().isObject()) {
                step.detail().members().forEach((name, value) -> lines(name, value, out));
            }
        }
        return out.toString();
    }

    private static void lines(String name, Json value, StringBuilder out) {
        if (value.isNull()
                || (value.isArray() || value.isObject() || value.isString())
                        && words(value).isEmpty()) {
            return;
        }
        if (name.equals("passages") && value.isArray()) {
            value.items().forEach(passage -> out.append(String.format("%n%s%s", INDENT, passage(passage))));
        } else {
            out.append(String.format("%n%s%s: %s", INDENT, name, words(value)));
        }
    }

    private static String passage(Json passage) {
        Json parts = passage.get("parts").orElse(Json.emptyObject());
        return "[" + passage.string("id").orElse("?") + "] score "
                + passage.get("score").map(Json::toString).orElse("?")
                + (parts.isObject() && parts.size() > 0 ? ": " + parts(parts) : "");
    }

    /** What counted, the most first. */
    private static String parts(Json parts) {
        return parts.members().entrySet().stream()
                .filter(part -> part.getValue().isNumber() && part.getValue().asDouble() != 0)
                .sorted(Comparator.comparingDouble((Map.Entry<String, Json> part) ->
                                -Math.abs(part.getValue().asDouble()))
                        .thenComparing(Map.Entry::getKey))
                .map(part -> part.getKey() + " " + part.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Without the signs that are there for programs. */
    private static String words(Json value) {
        return switch (value.kind()) {
            case STRING -> value.asString();
            case ARRAY -> value.items().stream().map(Explanation::words).collect(Collectors.joining(", "));
            case OBJECT ->
                value.members().entrySet().stream()
                        .map(member -> member.getKey() + " " + words(member.getValue()))
                        .collect(Collectors.joining(", "));
            default -> value.toString();
        };
    }
}
