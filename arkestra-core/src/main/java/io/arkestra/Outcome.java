package io.arkestra;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Budget;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a turn ended. Immutable. Whatever the kind, {@link #reply()} holds what there is. */
public final class Outcome {
    /** The ways to end. New kinds will be added: a {@code switch} over them needs a default branch. */
    public enum Kind {
        /** Done. */
        COMPLETED,
        /** A call waits for a person: {@link Reply#pendingApprovals()} says which. The turn goes on once somebody has answered. */
        NEEDS_APPROVAL,
        /** A limit of the budget was reached. */
        OVER_BUDGET,
        /** Somebody cancelled it. */
        CANCELLED,
        /** An error of the engine itself, such as a full disk. */
        FAILED
    }

    private final Kind kind;
    private final Reply reply;
    private final Budget.@Nullable Kind exhausted;
    private final @Nullable ArkestraException error;

    private Outcome(Kind kind, Reply reply, Budget.@Nullable Kind exhausted, @Nullable ArkestraException error) {
        this.kind = kind;
        this.reply = Objects.requireNonNull(reply, "reply");
        this.exhausted = exhausted;
        this.error = error;
    }

    static Outcome completed(Reply reply) {
        return new Outcome(Kind.COMPLETED, reply, null, null);
    }

    static Outcome needsApproval(Reply soFar) {
        return new Outcome(Kind.NEEDS_APPROVAL, soFar, null, null);
    }

    static Outcome overBudget(Reply partial, Budget.Kind what) {
        return new Outcome(Kind.OVER_BUDGET, partial, what, null);
    }

    static Outcome cancelled(Reply partial) {
        return new Outcome(Kind.CANCELLED, partial, null, null);
    }

    static Outcome failed(Reply partial, ArkestraException error) {
        return new Outcome(Kind.FAILED, partial, null, error);
    }

    public Kind kind() {
        return kind;
    }

    /** What there is: the whole reply, or as far as it came. */
    public Reply reply() {
        return reply;
    }

    /** For {@link Kind#OVER_BUDGET}: what ran out. */
    public Optional<Budget.Kind> exhausted() {
        return Optional.ofNullable(exhausted);
    }

    /** For {@link Kind#FAILED}: why. */
    public Optional<ArkestraException> error() {
        return Optional.ofNullable(error);
    }

    @Override
    public String toString() {
        return "Outcome[" + kind + (exhausted == null ? "" : " " + exhausted)
                + (error == null ? "" : " " + error.code()) + "]";
    }
}
