package io.arkestra.memory;

/** What a memory is. New kinds may be added: a {@code switch} over them needs a default branch. */
public enum MemoryKind {
    /** Something that is so, as the user said it. */
    FACT,
    /** Something to be kept as it was dictated. */
    NOTE,
    /** What a conversation, a day or a week was about; made from messages. */
    SUMMARY
}
