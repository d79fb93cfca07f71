package io.arkestra.llm.openai;

import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.llm.LlmTimeout.Phase;
import io.arkestra.llm.Timings;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The deadlines of one call and what it took so far. Confined to one thread. */
final class CallTimer {
    private final Deadlines limits;
    private final String where;
    private final long begun = System.nanoTime();
    private long lastPiece = begun;
    private @Nullable Duration firstPiece;

    CallTimer(Deadlines limits, String where) {
        this.limits = limits;
        this.where = where;
    }

    /** What is unset in the first is taken from the second. */
    static Deadlines merge(Deadlines wanted, Deadlines otherwise) {
        Deadlines result = wanted;
        if (wanted.connect().isEmpty() && otherwise.connect().isPresent()) {
            result = result.connect(otherwise.connect().get());
        }
        if (wanted.firstToken().isEmpty() && otherwise.firstToken().isPresent()) {
            result = result.firstToken(otherwise.firstToken().get());
        }
        if (wanted.idle().isEmpty() && otherwise.idle().isPresent()) {
            result = result.idle(otherwise.idle().get());
        }
        if (wanted.total().isEmpty() && otherwise.total().isPresent()) {
            result = result.total(otherwise.total().get());
        }
        return result;
    }

    Deadlines limits() {
        return limits;
    }

    /** A piece of the answer is there. */
    void piece() {
        lastPiece = System.nanoTime();
        if (firstPiece == null) {
            firstPiece = Duration.ofNanos(lastPiece - begun);
        }
    }

    /** The server shows that it is alive; counts only once it has begun to answer. */
    void sign() {
        if (firstPiece != null) {
            lastPiece = System.nanoTime();
        }
    }

    /** Nanoseconds that may still be waited. */
    long left() {
        return Math.min(left(phaseLimit(), phaseStart()), left(limits.total(), begun));
    }

    /** The deadline that has passed, now that nothing is left. */
    LlmTimeout timeout() {
        boolean phase = left(phaseLimit(), phaseStart()) < left(limits.total(), begun);
        return phase
                ? timeout(firstPiece == null ? Phase.FIRST_TOKEN : Phase.IDLE, phaseLimit(), null)
                : timeout(Phase.TOTAL, limits.total(), null);
    }

    LlmTimeout connectTimeout(Throwable cause) {
        // A connect deadline that was cut to what is left of the whole call is the whole call's.
        Duration connect = limits.connect().orElse(Duration.ZERO);
        Duration total = limits.total().orElse(connect);
        return total.compareTo(connect) < 0
                ? timeout(Phase.TOTAL, limits.total(), cause)
                : timeout(Phase.CONNECT, limits.connect(), cause);
    }

    private LlmTimeout timeout(Phase phase, Optional<Duration> limit, @Nullable Throwable cause) {
        Duration passed = limit.orElse(Duration.ZERO);
        String what = switch (phase) {
            case CONNECT -> "could not be reached within ";
            case FIRST_TOKEN -> "did not begin to answer within ";
            case IDLE -> "stopped in the middle of an answer for ";
            default -> "did not finish its answer within ";
        };
        return new LlmTimeout(phase, passed, where + " " + what + passed.toMillis() + " ms", cause);
    }

    private Optional<Duration> phaseLimit() {
        return firstPiece == null ? limits.firstToken() : limits.idle();
    }

    private long phaseStart() {
        return firstPiece == null ? begun : lastPiece;
    }

    private static long left(Optional<Duration> limit, long from) {
        return limit.map(duration -> nanos(duration) - (System.nanoTime() - from))
                .orElse(Long.MAX_VALUE);
    }

    private static long nanos(Duration duration) {
        // Three hundred years do not fit into nanoseconds.
        return duration.compareTo(Duration.ofDays(36_500)) > 0 ? Long.MAX_VALUE / 2 : duration.toNanos();
    }

    /** On our clock, up to now. */
    Timings timings() {
        Timings timings = Timings.NONE.total(Duration.ofNanos(System.nanoTime() - begun));
        return firstPiece == null ? timings : timings.firstToken(firstPiece);
    }
}
