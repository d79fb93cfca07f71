package io.arkestra.tool;

/**
 * Something the assistant can do. Thread-safe.
 *
 * <p>The engine calls {@link #prepare} and then {@link #call}, both only with arguments that are valid against the schema and after
 * the policy allowed it. {@link #prepare} must not change anything outside; what it returns is stored before {@link #call}, so that
 * an effect can be undone after a crash.
 */
public interface Tool {
    /** What it is called, takes, gives and touches. Always the same value. */
    ToolSpec spec();

    /** Finds out what a call would do. Has no effect. Tools without effects need not override it. */
    default Prepared prepare(ToolCall call, ToolContext context) {
        return Prepared.nothing();
    }

    /**
     * Does it.
     *
     * @throws ToolException when it could not; the message goes to the model and says what would work
     */
    ToolResult call(ToolCall call, Prepared prepared, ToolContext context);

    /**
     * Takes an effect back.
     *
     * @throws ToolException when it cannot, for example because something else changed meanwhile; nothing was changed then
     */
    default void undo(Prepared prepared, ToolContext context) {
        throw new ToolException(ToolException.Reason.NOT_SUPPORTED, "'" + spec().name() + "' cannot be undone");
    }
}
