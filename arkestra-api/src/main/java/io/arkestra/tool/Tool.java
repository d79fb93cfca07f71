package io.arkestra.tool;

import java.util.List;

/**
 * Something the assistant can do. Thread-safe.
 *
 * <p>The engine calls {@link #targets}, {@link #prepare} and then {@link #call}, all only with arguments that are valid against the schema;
 * the last two after the policy did not deny it, and {@link #call} after a person agreed where one has to. Only {@link #call} and {@link
 * #undo} may change anything outside; what {@link #prepare} returns is stored before {@link #call}, so that an effect can be found and
 * taken back after a crash.
 */
public interface Tool {
    /** What it is called, takes, gives and touches. Always the same value. */
    ToolSpec spec();

    /**
     * What a call would touch, resolved: policies judge by it. Has no effect, is quick, and does not fail for something that is not there.
     *
     * @throws ToolException when the arguments cannot name anything that this tool touches; the call is refused then
     */
    default List<Target> targets(ToolCall call, ToolContext context) {
        return List.of();
    }

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

    /**
     * Whether {@link #undo} would take an effect back now. Has no effect. Asked about each call of a chain before the first of them is taken
     * back, so that all are or none. Unless it is overridden, it is what {@link #state} says: fine where the effect is there.
     *
     * @param prepared as it was stored before the call
     * @throws ToolException saying why not, as {@link #undo} would
     */
    default void checkUndo(ToolCall call, Prepared prepared, ToolContext context) {
        if (state(call, prepared, context) != EffectState.PRESENT) {
            throw new ToolException(
                    ToolException.Reason.CONFLICT,
                    "What '" + spec().name() + "' did is not as it left it, or it cannot tell");
        }
    }

    /**
     * What became of a call whose end nobody saw, because the process was killed. Has no effect.
     *
     * @param prepared as it was stored before the call
     */
    default EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        return EffectState.UNKNOWN;
    }
}
