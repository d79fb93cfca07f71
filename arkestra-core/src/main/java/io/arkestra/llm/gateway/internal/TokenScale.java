package io.arkestra.llm.gateway.internal;

import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.Usage;

/**
 * How many tokens of a model one of our guess is, measured by the prompts that it read. More is believed at once, because a prompt that is too
 * long is refused; less is believed slowly. Kept in memory. Thread-safe.
 */
final class TokenScale {
    /** Fewer are no tokenizer that we know of, but a backend that counts only what it did not know already. */
    private static final double LEAST = 0.5;
    /** A token for each byte of three-byte letters. */
    private static final double MOST = 6;
    /** In shorter prompts the template of the chat, and what else a backend adds to each, counts for too much. */
    private static final long SHORTEST = 1_500;
    /** A prompt that was refused is about as long as the context, so what was added to it counts for as much in the next one. */
    private static final long SHORTEST_REFUSED = 200;

    private static final double WEIGHT_OF_LESS = 0.1;

    private double ratio = 1;

    /** Tokens of the model for one of ours; 1 before anything was measured. */
    synchronized double ratio() {
        return ratio;
    }

    /** A prompt that we guessed to be so long was read, as the backend says; what it only estimates is passed over. */
    synchronized void read(long guessed, Usage usage) {
        long tokens = usage.promptTokens();
        if (guessed < SHORTEST || tokens <= 0 || usage.estimated()) {
            return;
        }
        double measured = bounded(guessed, tokens);
        ratio = measured >= ratio ? measured : ratio + WEIGHT_OF_LESS * (measured - ratio);
    }

    /** A prompt that we guessed to be so long was refused. What is told of it may be less than the whole. */
    synchronized void refused(long guessed, ContextOverflow refusal) {
        long tokens = Math.max(
                refusal.promptTokens().orElse(0), refusal.contextTokens().orElse(0));
        if (guessed >= SHORTEST_REFUSED && tokens > 0) {
            ratio = Math.max(ratio, bounded(guessed, tokens));
        }
    }

    private static double bounded(long guessed, long tokens) {
        return Math.max(LEAST, Math.min(MOST, (double) tokens / guessed));
    }
}
