package io.arkestra;

import java.util.Objects;

/**
 * What came of taking a call back.
 *
 * @param call id of the call
 * @param tool name of the tool; empty when there is no such call
 * @param kind what came of it
 * @param message the same in a sentence for people
 */
public record UndoReport(String call, String tool, Kind kind, String message) {
    /** The ways it can go. New kinds may be added: a {@code switch} needs a default branch. */
    public enum Kind {
        /** All is as it was before the call. */
        UNDONE,
        /** Something else changed meanwhile; nothing was overwritten. */
        CONFLICT,
        /** It was taken back before. */
        ALREADY_UNDONE,
        /** The call changed nothing. */
        NOTHING_TO_UNDO,
        /** The tool cannot take it back. */
        NOT_REVERSIBLE,
        /** The policy does not allow it. */
        DENIED,
        /** The user has no call of this id. */
        NOT_FOUND,
        /** It went wrong; {@link Tools#unfinished} has the call when nobody knows what is left. */
        FAILED
    }

    public UndoReport {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(message, "message");
    }

    /** Whether all is as it was before the call. */
    public boolean undone() {
        return kind == Kind.UNDONE;
    }
}
