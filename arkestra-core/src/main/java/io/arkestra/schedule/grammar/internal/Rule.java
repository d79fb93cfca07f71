package io.arkestra.schedule.grammar.internal;

import org.jspecify.annotations.Nullable;

/** A composition rule: reads a fragment that begins at a token, or finds none. */
@FunctionalInterface
interface Rule {
    @Nullable
    Match match(Tokens tokens, int at);
}
