package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Why a turn went as it did: what each stage decided and on what grounds. {@link #toString()} is for people.
 *
 * @param turn which turn
 * @param at when it started
 * @param outcome how it ended
 * @param steps what happened, in order
 */
public record Explanation(TurnId turn, Instant at, String outcome, List<Step> steps) {
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

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("Turn ")
                .append(turn)
                .append(", ")
                .append(at)
                .append(", ")
                .append(outcome);
        for (Step step : steps) {
            out.append(System.lineSeparator())
                    .append(String.format(
                            Locale.ROOT,
                            "  %-9s %s (%.1f ms)",
                            step.stage(),
                            step.summary(),
                            step.took().toNanos() / 1e6));
            if (step.detail().size() > 0) {
                out.append(System.lineSeparator()).append("            ").append(step.detail());
            }
        }
        return out.toString();
    }
}
