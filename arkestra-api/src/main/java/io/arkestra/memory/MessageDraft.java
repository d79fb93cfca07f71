package io.arkestra.memory;

import io.arkestra.common.SessionId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message of a conversation that took place elsewhere, to be taken into the log. Immutable. */
public final class MessageDraft {
    /** The most characters a message may have; longer texts are {@link Documents}. */
    public static final int MAX_TEXT = 1_000_000;

    private final SessionId session;
    private final Origin origin;
    private final String speaker;
    private final String text;
    private final Instant at;
    private final @Nullable String id;

    private MessageDraft(
            SessionId session, Origin origin, String speaker, String text, Instant at, @Nullable String id) {
        this.session = Objects.requireNonNull(session, "session");
        this.origin = Objects.requireNonNull(origin, "origin");
        this.speaker = Objects.requireNonNull(speaker, "speaker");
        this.text = Objects.requireNonNull(text, "text");
        this.at = Objects.requireNonNull(at, "at");
        this.id = id;
        DraftRules.text("The message to be taken in", text, MAX_TEXT);
        DraftRules.atMost("The speaker of a message", speaker, DraftRules.SPEAKER);
        DraftRules.time("The time of a message, 'at',", at);
        if (id != null) {
            DraftRules.text("The id of a message", id, DraftRules.MESSAGE_ID);
        }
    }

    /**
     * @param session which conversation
     * @param origin who wrote it; only {@link Origin#USER} can teach facts
     * @param speaker the name to show, at most 200 characters
     * @param text what was written, 1 to {@link #MAX_TEXT} characters, not all of them blank or invisible
     * @param at when, in the years 1 to 9999
     * @throws io.arkestra.common.InvalidInputException when one of these is not so, or a text is not well-formed Unicode
     */
    public static MessageDraft of(SessionId session, Origin origin, String speaker, String text, Instant at) {
        return new MessageDraft(session, origin, speaker, text, at, null);
    }

    /** Its id where it comes from, 1 to 200 characters, unique for the user: taking the same message in twice keeps it once. */
    public MessageDraft id(String value) {
        return new MessageDraft(session, origin, speaker, text, at, Objects.requireNonNull(value, "value"));
    }

    public SessionId session() {
        return session;
    }

    public Origin origin() {
        return origin;
    }

    public String speaker() {
        return speaker;
    }

    public String text() {
        return text;
    }

    public Instant at() {
        return at;
    }

    public Optional<String> id() {
        return Optional.ofNullable(id);
    }
}
