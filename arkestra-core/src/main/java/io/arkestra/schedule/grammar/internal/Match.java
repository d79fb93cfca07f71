package io.arkestra.schedule.grammar.internal;

/**
 * What a rule found.
 *
 * @param end index of the first token after it
 * @param weak whether it counts only next to another fragment, in a command, or when it is the whole text
 */
record Match(int end, Fragment fragment, boolean weak) {
    Match(int end, Fragment fragment) {
        this(end, fragment, false);
    }
}
