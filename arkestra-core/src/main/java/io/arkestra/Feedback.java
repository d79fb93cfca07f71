package io.arkestra;

import io.arkestra.common.InvalidInputException;

/**
 * What a user thought of a reply. Praise and settled count for the way that the turn was answered in, blame against it; words count as what
 * they plainly are. A turn counts once: later feedback takes the place of earlier.
 *
 * @param kind the verdict
 * @param text the user's words; empty unless {@link Kind#TEXT}
 */
public record Feedback(Kind kind, String text) {
    /** The verdicts. */
    public enum Kind {
        UP,
        DOWN,
        /** Settled: the user got what was wanted. */
        OK,
        TEXT
    }

    public static Feedback up() {
        return new Feedback(Kind.UP, "");
    }

    public static Feedback down() {
        return new Feedback(Kind.DOWN, "");
    }

    public static Feedback ok() {
        return new Feedback(Kind.OK, "");
    }

    /** Feedback in words, at most 4,000 characters. */
    public static Feedback text(String words) {
        if (words.isBlank() || words.length() > 4_000) {
            throw new InvalidInputException(
                    "Feedback has " + words.strip().length() + " characters; expected 1 to 4000");
        }
        return new Feedback(Kind.TEXT, words.strip());
    }
}
