package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.SessionId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A message of a conversation that took place elsewhere, to be taken into the log. Immutable. */
public final class MessageDraft {
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
        if (text.isBlank()) {
            throw new InvalidInputException("A message to be taken in has no text");
        }
    }

    /**
     * @param session which conversation
     * @param origin who wrote it; only {@link Origin#USER} can teach facts
     * @param speaker the name to show
     * @param text what was written
     * @param at when
     */
    public static MessageDraft of(SessionId session, Origin origin, String speaker, String text, Instant at) {
        return new MessageDraft(session, origin, speaker, text, at, null);
    }

    /** Its id where it comes from, unique for the user: taking the same message in twice keeps it once. */
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
