package io.arkestra.tool;

import java.util.List;

/**
 * A tool whose arguments are a record: its schema is made from the record, so that the two cannot differ. Thread-safe as far as the
 * subclass is.
 *
 * @param <A> the record, see {@link TypedArguments}
 */
public abstract class TypedTool<A extends Record> implements Tool {
    private final TypedArguments<A> arguments;
    private final ToolSpec spec;

    /** @param described everything but the schema of the arguments */
    protected TypedTool(Class<A> arguments, ToolSpec.Builder described) {
        this.arguments = TypedArguments.of(arguments);
        this.spec = described.arguments(this.arguments.schema()).build();
    }

    @Override
    public final ToolSpec spec() {
        return spec;
    }

    /** As {@link Tool#targets}. */
    protected List<Target> targets(A arguments, ToolContext context) {
        return List.of();
    }

    /** As {@link Tool#prepare}; {@code id} is that of the call, the same when it is tried again. */
    protected Prepared prepare(String id, A arguments, ToolContext context) {
        return Prepared.nothing();
    }

    /** As {@link Tool#call}; {@code id} is that of the call, the same when it is tried again. */
    protected abstract ToolResult call(String id, A arguments, Prepared prepared, ToolContext context);

    @Override
    public final List<Target> targets(ToolCall call, ToolContext context) {
        return targets(arguments.read(call.arguments()), context);
    }

    @Override
    public final Prepared prepare(ToolCall call, ToolContext context) {
        return prepare(call.id(), arguments.read(call.arguments()), context);
    }

    @Override
    public final ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        context.cancellation().throwIfCancelled(); // what nobody wants any more is not begun
        return call(call.id(), arguments.read(call.arguments()), prepared, context);
    }
}
