package io.arkestra.guard.internal;

/** What is done with a value, from the mildest on. */
public enum Action {
    /** It passes. */
    ALLOW,
    /** It becomes a name that only this conversation can turn back, such as {@code [[EMAIL_1]]}. */
    PSEUDONYMISE,
    /** It becomes {@code ***}. */
    MASK,
    /** The text ends before it and goes nowhere. */
    BLOCK
}
