package io.arkestra.memory;

/** Why a conversation is over. New reasons may be added: a {@code switch} needs a default branch. */
public enum SessionEnd {
    /** Nothing was said for a while. */
    IDLE,
    /** It grew to the most turns that one session has. */
    TURN_LIMIT,
    /** The user said goodbye. */
    GOODBYE,
    /** The host ended it. */
    HOST
}
