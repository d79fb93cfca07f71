package io.arkestra.llm;

/** Why an answer ended. New reasons may be added: a {@code switch} over them needs a default branch. */
public enum FinishReason {
    /** The model was done. */
    STOP,
    /** The token limit cut it. */
    LENGTH,
    /** It wants tools to run. */
    TOOL_CALLS,
    /** The backend withheld it. */
    FILTERED
}
