package io.arkestra;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A call with effects that was made for a user. Kept for 30 days.
 *
 * @param id for {@link Tools#undo}
 * @param tool name of the tool
 * @param state how far it came
 * @param at when it was about to be made
 * @param effects what it did or would have done, one sentence for each change
 * @param preview a longer view, for example a unified diff; may be empty
 * @param reason why it is in this state; may be empty
 * @param undoable whether it can be tried to take it back
 */
public record CallRecord(
        String id,
        String tool,
        State state,
        Instant at,
        List<String> effects,
        String preview,
        String reason,
        boolean undoable) {
    /** How far a call came. New states may be added: a {@code switch} needs a default branch. */
    public enum State {
        /** It is about to be made, or nobody saw its end. */
        PREPARED,
        /** It was made: what it was to do is done, even if the call then failed. */
        DONE,
        /** It failed and left nothing, as far as its tool can tell. */
        FAILED,
        /** It was not made: the process ended before. */
        ABANDONED,
        /** It is being taken back. */
        UNDOING,
        /** It was taken back. */
        UNDONE,
        /** Nobody can tell what became of it, or it failed half-way: somebody has to look, and may take it back. */
        REPORTED
    }

    public CallRecord {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tool, "tool");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(at, "at");
        effects = List.copyOf(effects);
        Objects.requireNonNull(preview, "preview");
        Objects.requireNonNull(reason, "reason");
    }
}
