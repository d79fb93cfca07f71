package io.arkestra.policy;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Built-in policies over where words came from. They never allow anything: they only turn what others allow into a question. New ones may be
 * added.
 */
public enum Gate {
    /**
     * Untrusted words were seen, private data was read, and the call changes the world outside without being directed by the user's own words
     * or a plan from before: a person sees all arguments and is asked each time.
     */
    RULE_OF_TWO,
    /** The same whoever directed the call. Asks before nearly every effect of an assistant that reads mail; off unless switched on. */
    STRICT_RULE_OF_TWO,
    /** A recipient, address, account or path that neither the user said nor the address book knows, after untrusted words were seen. */
    DESTINATION,
    /** An effect that was not planned before untrusted words were seen. */
    PLAN_LOCK,
    /** An effect of a tool that nobody vouches for. */
    UNKNOWN_TOOLS;

    /** Those that stand unless the host says otherwise. */
    public static Set<Gate> standard() {
        return Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(STRICT_RULE_OF_TWO)));
    }

    /** As the configuration and decisions name it, for example {@code rule-of-two}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** By its word. */
    public static Optional<Gate> named(String word) {
        return java.util.Arrays.stream(values())
                .filter(gate -> gate.word().equals(word))
                .findFirst();
    }
}
