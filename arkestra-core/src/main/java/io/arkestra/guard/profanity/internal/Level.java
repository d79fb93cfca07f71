package io.arkestra.guard.profanity.internal;

/** How much counts as profanity. */
public enum Level {
    /** Nothing. */
    OFF,
    /** Obscene words and slurs. */
    STRONG,
    /** Also mild and ambiguous words, such as those for the body and for sex. */
    ALL
}
