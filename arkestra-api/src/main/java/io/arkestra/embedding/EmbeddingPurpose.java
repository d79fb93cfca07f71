package io.arkestra.embedding;

/** What vectors are for: the best model differs. New purposes may be added: a {@code switch} needs a default branch. */
public enum EmbeddingPurpose {
    /** What was said in conversations, facts, notes and summaries: short texts with speakers. */
    CONVERSATION,
    /** Long texts that were given to be searched. */
    DOCUMENT,
    /** Descriptions of tools. */
    TOOL
}
