package io.arkestra.memory;

/** How much of a user's memory is reset. New extents may be added: a {@code switch} needs a default branch. */
public enum Reset {
    /** Facts, notes and summaries, the graph and the user's state; the conversation log stays. */
    MEMORIES,
    /** The conversation log and everything made from it. */
    CONVERSATIONS,
    /** Documents that were given to be searched. */
    DOCUMENTS,
    /** Only what meaning is searched by, which is made anew from what is kept when it is next searched: for vectors gone wrong. */
    VECTORS,
    /** All of the first three, with their vectors. */
    EVERYTHING
}
