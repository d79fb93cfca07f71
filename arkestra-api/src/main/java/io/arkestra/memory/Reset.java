package io.arkestra.memory;

/** How much of a user's memory is reset. New extents may be added: a {@code switch} needs a default branch. */
public enum Reset {
    /** Facts, notes and summaries, the graph and the user's state; the conversation log stays. */
    MEMORIES,
    /** The conversation log and everything made from it. */
    CONVERSATIONS,
    /** Documents that were given to be searched. */
    DOCUMENTS,
    /** All of these. */
    EVERYTHING
}
