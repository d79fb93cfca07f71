package io.arkestra.guard;

import java.util.List;

/**
 * Finds sensitive values in text and replaces them according to where the text goes.
 *
 * <p>Implementations are immutable and thread-safe, take time linear in the text and never throw for any text. For every text and
 * every way of cutting it into chunks, {@link #stream} gives the same result as {@link #inspect}.
 */
public interface Guard {
    /** The whole text at once. */
    GuardResult inspect(String text, GuardContext context);

    /**
     * A value that a name stands for, such as a member of a JSON object: the name may make it a secret though it does not look like
     * one alone. Such a value is replaced as a whole; any other comes out as from {@link #inspect(String, GuardContext)}. The findings
     * are positions in the value.
     *
     * @param name what the value is called, for example a JSON key; never part of the result
     */
    default GuardResult inspect(String name, String value, GuardContext context) {
        return NamedValue.inspect(this, name, value, context);
    }

    /** Text that arrives in chunks, such as the answer of a model. */
    GuardStream stream(GuardContext context);

    /**
     * Turns the names that {@link #inspect} gave to values back into the values. Only names given in the context's conversation are
     * known; everything else stays as it is.
     */
    default String restore(String text, GuardContext context) {
        return text;
    }

    /** The same for text that arrives in chunks. */
    default GuardStream restoring(GuardContext context) {
        return new GuardStream() {
            @Override
            public String push(String chunk) {
                return chunk;
            }

            @Override
            public String finish() {
                return "";
            }

            @Override
            public List<GuardFinding> findings() {
                return List.of();
            }
        };
    }

    /** Names the rules, for the record of what a text went through; another one after the rules changed. */
    default String version() {
        return getClass().getName();
    }
}
