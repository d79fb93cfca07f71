package io.arkestra.memory;

/** How long a memory is meant to stay. New tiers may be added: a {@code switch} needs a default branch. */
public enum Tier {
    /** Just learned. */
    SHORT,
    /** Kept for days to weeks, until it proves useful or runs out. */
    TEMP,
    /** Kept until it is forgotten on purpose. */
    LONG
}
