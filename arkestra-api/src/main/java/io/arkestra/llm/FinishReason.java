package io.arkestra.llm;

/** Why an answer ended. */
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
