package io.arkestra.event;

import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What every event carries. Immutable. */
public final class EventHeader {
    private final long sequence;
    private final Instant at;
    private final @Nullable UserId user;
    private final @Nullable TurnId turn;

    private EventHeader(long sequence, Instant at, @Nullable UserId user, @Nullable TurnId turn) {
        this.sequence = sequence;
        this.at = Objects.requireNonNull(at, "at");
        this.user = user;
        this.turn = turn;
    }

    /** The header of something that is about nobody in particular. An {@link EventBus} gives the next one. */
    public static EventHeader of(long sequence, Instant at) {
        return new EventHeader(sequence, at, null, null);
    }

    /** The same header for something about this user. */
    public EventHeader about(UserId value) {
        return new EventHeader(sequence, at, Objects.requireNonNull(value, "value"), turn);
    }

    /** The same header for something in this turn. */
    public EventHeader in(TurnId value) {
        return new EventHeader(sequence, at, user, Objects.requireNonNull(value, "value"));
    }

    /** Rises by one with each event of an engine. */
    public long sequence() {
        return sequence;
    }

    public Instant at() {
        return at;
    }

    /** Whom it is about. */
    public Optional<UserId> user() {
        return Optional.ofNullable(user);
    }

    /** The turn it belongs to. */
    public Optional<TurnId> turn() {
        return Optional.ofNullable(turn);
    }

    @Override
    public String toString() {
        return "#" + sequence + " " + at + (turn == null ? "" : " " + turn);
    }
}
