package io.arkestra.embedding;

/** What a text is to a model that tells questions from what answers them. New roles may be added: a {@code switch} needs a default branch. */
public enum EmbeddingRole {
    /** What is asked or looked for. */
    QUERY,
    /** What may be found. */
    PASSAGE
}
