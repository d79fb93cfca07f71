package io.arkestra.tool.internal;

import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.store.Doc;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is on record of a call with effects.
 *
 * @param user on whose behalf
 * @param turn in which turn
 * @param project in which project; empty where there was none, and in records of earlier versions
 * @param call the call as it was made
 * @param version of the tool
 * @param state how far it came
 * @param prepared what it would do
 * @param targets what it touched, as it was judged; empty in records of earlier versions, and where the guard kept something out of it
 * @param verdict what was decided before; empty in records of earlier versions
 * @param error code of what went wrong; empty when nothing did
 * @param reversible whether the tool said that it can take it back
 * @param masked whether the record is not quite the call that was made: the guard kept something out of it, or it came from elsewhere
 * @param leftBehind whether an undo that took too long may be at work still
 * @param locale the user's language then
 * @param zone the user's zone then
 * @param at when it was prepared
 * @param revision of the document, for changes that must not cross
 */
public record StoredCall(
        UserId user,
        TurnId turn,
        Optional<ProjectId> project,
        ToolCall call,
        String version,
        State state,
        Prepared prepared,
        Optional<List<Target>> targets,
        Optional<StoredVerdict> verdict,
        String error,
        boolean reversible,
        boolean masked,
        boolean leftBehind,
        Locale locale,
        ZoneId zone,
        Instant at,
        long revision) {
    /** How far a call came. */
    public enum State {
        /** It may have happened. */
        PREPARED,
        /** It happened. */
        DONE,
        /** It failed; the tool answers for what it left. */
        FAILED,
        /** It did not happen: the process ended before. */
        ABANDONED,
        /** It is being taken back. */
        UNDOING,
        /** It was taken back. */
        UNDONE,
        /** Nobody knows what became of it; a person has to look. */
        REPORTED
    }

    static StoredCall of(Doc doc) {
        Json body = doc.body();
        Prepared prepared = Prepared.of(
                        body.list("effects").stream().map(Json::asString).toList())
                .withPreview(body.string("preview").orElse(""))
                .withUndo(body.get("undo").orElse(Json.emptyObject()))
                .withStateDigest(body.string("digest").orElse(""));
        return new StoredCall(
                doc.owner().user().orElseThrow(),
                TurnId.of(body.text("turn")),
                CallRecords.project(body),
                ToolCall.of(doc.id(), body.text("tool"), body.get("arguments").orElse(Json.emptyObject())),
                body.string("version").orElse(""),
                State.valueOf(body.text("state")),
                prepared,
                StoredTargets.in(body),
                StoredVerdict.in(body),
                body.string("error").orElse(""),
                body.bool("reversible").orElse(false),
                body.bool("masked").orElse(false),
                body.bool(CallRecords.LEFT_BEHIND).orElse(false),
                Locale.forLanguageTag(body.string("locale").orElse("en")),
                ZoneId.of(body.string("zone").orElse("Z")),
                doc.createdAt(),
                doc.version());
    }

    /** Whether it can be tried to take it back. */
    public boolean undoable() {
        return reversible && !masked && (state == State.DONE || state == State.REPORTED);
    }
}
