package io.arkestra.guard;

import java.util.List;

/**
 * One text on its way through the guard. Confined to one thread at a time. Text is held back while more input could still turn it
 * into a sensitive value; no released text ever contains one.
 */
public interface GuardStream {
    /**
     * Takes the next chunk, which may end anywhere, even inside a surrogate pair.
     *
     * @return the text that is safe to release now; often empty
     */
    String push(String chunk);

    /** Ends the text and returns the rest. Nothing may be pushed afterwards. */
    String finish();

    /** What was found so far, with offsets in the original text. */
    List<GuardFinding> findings();

    /** Whether a value was found that must not go this way at all; the text ends before it. */
    default boolean blocked() {
        return false;
    }
}
