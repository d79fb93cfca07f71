package io.arkestra.turn.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Budget;
import io.arkestra.llm.Usage;
import io.arkestra.memory.Passage;
import io.arkestra.tool.internal.ToolRunner;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a turn ended, before the facade dresses it.
 *
 * @param end the way
 * @param text the text, after the guard
 * @param sources what it rests on
 * @param tools tool calls that were made, in order
 * @param usage tokens
 * @param exhaustedKind what ran out
 * @param failure why it failed
 */
public record TurnResult(
        End end,
        String text,
        List<Passage> sources,
        List<ToolRunner.Done> tools,
        Usage usage,
        Budget.@Nullable Kind exhaustedKind,
        @Nullable ArkestraException failure) {
    /** The ways to end. */
    public enum End {
        COMPLETED,
        NEEDS_APPROVAL,
        OVER_BUDGET,
        CANCELLED,
        FAILED
    }

    public TurnResult {
        sources = List.copyOf(sources);
        tools = List.copyOf(tools);
    }

    public Optional<Budget.Kind> exhausted() {
        return Optional.ofNullable(exhaustedKind);
    }

    public Optional<ArkestraException> error() {
        return Optional.ofNullable(failure);
    }
}
