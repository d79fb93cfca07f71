package io.arkestra.llm;

/** How much a model should think before it answers. New values may be added: a {@code switch} needs a default branch. */
public enum Reasoning {
    /** Whatever the backend does by itself. */
    DEFAULT,
    /** Not at all, where the model can. */
    OFF,
    LOW,
    MEDIUM,
    HIGH
}
