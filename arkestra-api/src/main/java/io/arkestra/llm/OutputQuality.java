package io.arkestra.llm;

/** How a structured answer came to have its form, best first. New values may be added: a {@code switch} needs a default branch. */
public enum OutputQuality {
    /** The backend let the model write nothing else, and the answer is valid against the schema. */
    CONSTRAINED,
    /** Free text, or a document that the model wrote by itself and that needed no repair. */
    RAW,
    /** Something had to be mended; {@link LlmResponse#repairs()} tells what. Effects that rest on it deserve more care. */
    REPAIRED
}
