package io.arkestra.guard;

import java.util.Objects;

/** Where a text is going. Immutable; later releases add the recipient and its language. */
public final class GuardContext {
    /** The destinations a rule can tell apart. New ones may be added: a {@code switch} needs a default branch. */
    public enum Direction {
        /** What the user wrote, on its way in. */
        FROM_USER,
        /** An answer to a user. */
        TO_USER,
        /** A prompt for a model that runs on this machine. */
        TO_LOCAL_MODEL,
        /** A prompt for a model elsewhere. */
        TO_REMOTE_MODEL,
        /** Arguments of a tool. */
        TO_TOOL,
        /** Logs, traces, audit, exception messages. */
        TO_LOG,
        /** Anything that is kept. */
        TO_STORE
    }

    private final Direction direction;

    private GuardContext(Direction direction) {
        this.direction = Objects.requireNonNull(direction, "direction");
    }

    public static GuardContext of(Direction direction) {
        return new GuardContext(direction);
    }

    public Direction direction() {
        return direction;
    }

    @Override
    public String toString() {
        return "GuardContext[" + direction + "]";
    }
}
