package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.learning.internal.Situation;
import io.arkestra.learning.internal.Ways;
import io.arkestra.llm.Sampling;
import io.arkestra.neuro.Preset;
import io.arkestra.neuro.internal.Felt;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.persona.internal.PromptBlocks;
import io.arkestra.turn.internal.TurnState.Dispatched;
import io.arkestra.turn.internal.TurnState.Selected;
import io.arkestra.turn.internal.TurnState.Tuned;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The stage that finds the mood and the way to answer. Both change how an answer sounds and how it is sampled; tools and policies are
 * told nothing of them.
 */
final class Tuning {
    /** A long answer may take this part of the context at most. */
    private static final int SHARE_OF_CONTEXT = 8;

    private final TurnServices services;
    private final TurnInput input;
    private final Trace trace;

    Tuning(TurnServices services, TurnInput input, Trace trace) {
        this.services = services;
        this.input = input;
        this.trace = trace;
    }

    Tuned tune(Dispatched dispatched) {
        try {
            Felt felt = felt(dispatched.junior());
            Ways ways = ways(dispatched);
            tell(felt, ways);
            return new Tuned(dispatched, felt, ways);
        } catch (ArkestraException e) {
            trace.step("feel", "the mood is not known, answered without: " + e.code() + " " + e.getMessage());
            return new Tuned(dispatched, null, Ways.NONE);
        }
    }

    private @Nullable Felt felt(JuniorReport junior) {
        return services.persona().neuro().enabled()
                ? services.persona().neuro().feel(input.scope().user(), junior.neuroUpdate())
                : null;
    }

    /** Rules answer in one way only, so there is nothing to choose, and feedback on them teaches nothing about ways. */
    private Ways ways(Dispatched dispatched) {
        if (services.persona().seniorIsOffline()) {
            return Ways.NONE;
        }
        Locale language = dispatched.perceived().env().language();
        return services.persona()
                .learning()
                .choose(
                        input.scope().user(),
                        Situation.of(dispatched.junior().intent(), language),
                        !dispatched.junior().toolsHint().isEmpty());
    }

    private void tell(@Nullable Felt felt, Ways ways) {
        if (felt == null && ways.chosen().isEmpty()) {
            return;
        }
        Json.ObjectBuilder detail = Json.object();
        String summary = "no mood";
        if (felt != null) {
            List<String> effects = felt.preset().explained();
            summary = effects.isEmpty() ? "levels at their base" : effects.size() + " traits moved by the mood";
            detail.put("levels", felt.after().toJson())
                    .put("asked", felt.asked().toJson())
                    .put("applied", felt.applied().toJson())
                    .put("preset", felt.preset().toJson())
                    .put("moved", Json.strings(effects));
        }
        if (!ways.chosen().isEmpty()) {
            detail.put(
                    "ways",
                    Json.strings(ways.chosen().stream()
                            .map(chosen ->
                                    chosen.key().subject() + " " + chosen.key().arm() + " for "
                                            + chosen.key().situation() + ": " + chosen.why())
                            .toList()));
            summary += ", style " + ways.chosen().get(0).key().arm();
        }
        trace.step("feel", summary, detail.build());
    }

    /** What the senior is told about the style, in the user's language. */
    static PromptBlocks.Style style(Tuned tuned) {
        Locale language = tuned.dispatched().perceived().env().language();
        Felt felt = tuned.felt();
        return new PromptBlocks.Style(
                felt == null ? List.of() : felt.preset().words(language),
                tuned.ways().words(language).orElse(""),
                tuned.ways().hints());
    }

    /**
     * The mood's settings of the model within the limits of the request: the answer may become shorter as the mood has it, and longer only as
     * far as the context has room.
     */
    static Sampling sampling(Tuned tuned, Sampling standard, long contextTokens) {
        Felt felt = tuned.felt();
        if (felt == null) {
            return standard;
        }
        Preset preset = felt.preset();
        int most = (int) Math.max(standard.maxTokens(), Math.min(Integer.MAX_VALUE, contextTokens / SHARE_OF_CONTEXT));
        return Sampling.maxTokens(Math.min(preset.maxTokens(), most))
                .temperature(preset.temperature())
                .topP(preset.topP());
    }

    /** What feedback on this turn will be about. */
    static Json context(Selected selected, List<String> tools) {
        Felt felt = selected.tuned().felt();
        return Json.object()
                .put("intent", selected.junior().intent().word())
                .put("preset", felt == null ? Json.NULL : felt.preset().toJson())
                .put("tools", Json.strings(tools))
                .build();
    }
}
