package io.arkestra.policy;

/** How far the code of a tool is trusted, most first. */
public enum Trust {
    /** Part of Arkestra, or given by the host in code. */
    BUILT_IN,
    /** Signed with a key that the host trusts. */
    SIGNED,
    /** Exactly the code that a person agreed to. */
    PINNED,
    /** Found or declared, and nobody vouches for it. */
    UNKNOWN
}
