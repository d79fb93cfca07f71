package io.arkestra.tool.builtin.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.store.VersionConflictException;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A tool put together from functions. Input that the stores refuse is the caller's mistake, and a lost race is a conflict. Thread-safe. */
final class OwnTool implements Tool {
    /** What a call would touch. */
    interface Aiming {
        List<Target> targets(ToolCall call, ToolContext context);
    }

    /** What a call would do. */
    interface Preparing {
        Prepared prepare(ToolCall call, ToolContext context);
    }

    /** Does it. */
    interface Calling {
        ToolResult call(ToolCall call, Prepared prepared, ToolContext context);
    }

    /** Takes it back. */
    interface Undoing {
        void undo(Prepared prepared, ToolContext context);
    }

    /** What became of it. */
    interface Seeing {
        EffectState state(Prepared prepared, ToolContext context);
    }

    private final ToolSpec spec;
    private final Calling calling;
    private Aiming aiming = (call, context) -> List.of();
    private Preparing preparing = (call, context) -> Prepared.nothing();
    private @Nullable Undoing undoing;
    private Seeing seeing = (prepared, context) -> EffectState.UNKNOWN;
    private Undoing checking = (prepared, context) -> {};

    private OwnTool(ToolSpec spec, Calling calling) {
        this.spec = spec;
        this.calling = calling;
    }

    static OwnTool of(ToolSpec spec, Calling calling) {
        return new OwnTool(spec, calling);
    }

    /** The same with what it touches. Used before anybody else has it, as are the others. */
    OwnTool aiming(Aiming value) {
        aiming = value;
        return this;
    }

    OwnTool preparing(Preparing value) {
        preparing = value;
        return this;
    }

    OwnTool undoing(Undoing value) {
        undoing = value;
        return this;
    }

    /** What would stop taking it back, besides what its state shows. Changes nothing. */
    OwnTool checking(Undoing value) {
        checking = value;
        return this;
    }

    OwnTool seeing(Seeing value) {
        seeing = value;
        return this;
    }

    @Override
    public ToolSpec spec() {
        return spec;
    }

    @Override
    public List<Target> targets(ToolCall call, ToolContext context) {
        return told(() -> aiming.targets(call, context));
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        return told(() -> preparing.prepare(call, context));
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        context.cancellation().throwIfCancelled();
        return told(() -> calling.call(call, prepared, context));
    }

    @Override
    public void undo(Prepared prepared, ToolContext context) {
        Undoing undo = undoing;
        if (undo == null) {
            throw new ToolException(ToolException.Reason.NOT_SUPPORTED, "'" + spec.name() + "' cannot be undone");
        }
        told(() -> {
            undo.undo(prepared, context);
            return prepared;
        });
    }

    @Override
    public void checkUndo(ToolCall call, Prepared prepared, ToolContext context) {
        Tool.super.checkUndo(call, prepared, context);
        told(() -> {
            checking.undo(prepared, context);
            return prepared;
        });
    }

    @Override
    public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        return told(() -> seeing.state(prepared, context));
    }

    private static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (InvalidInputException e) {
            throw new ToolException(ToolException.Reason.INVALID_ARGUMENTS, String.valueOf(e.getMessage()), e);
        } catch (VersionConflictException e) {
            throw new ToolException(
                    ToolException.Reason.CONFLICT, "Something else changed it meanwhile; look again and repeat", e);
        }
    }
}
