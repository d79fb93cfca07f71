package io.arkestra.llm;

/** Whether an answer may or must call tools. New values may be added: a {@code switch} needs a default branch. */
public enum ToolMode {
    /** The model decides. */
    AUTO,
    /** It sees the tools and may not call them. */
    NONE,
    /** It must call at least one. Backends honour it as well as they can; check the answer. */
    REQUIRED
}
