package io.arkestra.turn.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.memory.Memory;
import io.arkestra.memory.SessionEnd;
import io.arkestra.schedule.JobContext;
import io.arkestra.schedule.JobHandler;
import io.arkestra.schedule.JobQueue;
import io.arkestra.schedule.JobSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Ends conversations, as durable jobs: at once after a goodbye or the last turn allowed, else when nothing was said for a while. A job
 * that wakes up and finds that the conversation went on waits again. Thread-safe.
 */
public final class SessionEnding implements JobHandler {
    /** Type of the jobs. */
    public static final String TYPE = "session-end";

    /**
     * When conversations are over.
     *
     * @param idle nothing was said for so long
     * @param turns after so many turns
     */
    public record Limits(Duration idle, int turns) {
        public static final Limits DEFAULT = new Limits(Duration.ofMinutes(10), 30);
    }

    private final DocStore store;
    private final ConversationLog log;
    private final Memory memory;
    private final JobQueue jobs;
    private final EngineEventBus bus;
    private final Clock clock;
    private final Limits limits;

    public SessionEnding(
            DocStore store,
            ConversationLog log,
            Memory memory,
            JobQueue jobs,
            EngineEventBus bus,
            Clock clock,
            Limits limits) {
        this.store = store;
        this.log = log;
        this.memory = memory;
        this.jobs = jobs;
        this.bus = bus;
        this.clock = clock;
        this.limits = limits;
    }

    /** After this time without a word a conversation is not resumed. */
    public Duration idle() {
        return limits.idle();
    }

    /** Takes note of a turn that is being committed: ends the conversation with it, or sees to it that it ends one day. */
    Optional<SessionEnd> after(
            DocTransaction tx, UserId user, SessionId session, Instant at, long turns, boolean goodbye) {
        Optional<SessionEnd> end = goodbye
                ? Optional.of(SessionEnd.GOODBYE)
                : turns >= limits.turns() ? Optional.of(SessionEnd.TURN_LIMIT) : Optional.empty();
        if (end.isPresent()) {
            log.end(tx, user, session, word(end.get()), at);
            jobs.submit(tx, job(user, session, end.get(), at));
        } else {
            jobs.submit(tx, job(user, session, SessionEnd.IDLE, at.plus(limits.idle())));
        }
        return end;
    }

    private static JobSpec job(UserId user, SessionId session, SessionEnd reason, Instant runAt) {
        String kind = reason == SessionEnd.IDLE ? "idle" : "now";
        return JobSpec.builder(TYPE, Owner.of(user))
                .dedupeKey(TYPE + ":" + kind + ":" + user + ":" + session)
                .payload(Json.object()
                        .put("session", session.value())
                        .put("reason", word(reason))
                        .build())
                .runAt(runAt)
                .build();
    }

    private static String word(SessionEnd reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void run(JobContext context) {
        // The owner, not the payload, says whose conversation ends.
        UserId user = context.job()
                .owner()
                .user()
                .orElseThrow(() -> new InvalidInputException("A session-end job belongs to a user, not to the system"));
        SessionId session = SessionId.of(context.job().payload().text("session"));
        SessionEnd reason =
                SessionEnd.valueOf(context.job().payload().text("reason").toUpperCase(Locale.ROOT));
        Json known = store.inTransaction(tx -> log.session(tx, user, session));
        Optional<Instant> last = known.instant("last_at");
        if (last.isEmpty()) {
            return; // forgotten meanwhile
        }
        Instant over = last.get().plus(limits.idle());
        if (reason == SessionEnd.IDLE && over.isAfter(clock.instant())) {
            if (known.string("ended").isEmpty()) {
                context.complete(tx -> jobs.submit(tx, job(user, session, reason, over)));
            }
            return;
        }
        memory.sessions().end(Scope.of(user, session), session, reason);
        context.complete(tx -> log.end(tx, user, session, word(reason), last.get()));
        bus.publish(new Events.SessionEnded(bus.nextHeader(user), session.value(), word(reason)));
    }
}
