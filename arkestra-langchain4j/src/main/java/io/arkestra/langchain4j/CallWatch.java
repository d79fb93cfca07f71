package io.arkestra.langchain4j;

import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.llm.LlmTimeout.Phase;
import io.arkestra.llm.Timings;
import java.time.Duration;

/** The time of one call. Confined to the thread of the call. */
final class CallWatch {
    private final String client;
    private final Deadlines asked;
    private final Deadlines standard;
    private final boolean streaming;
    private final long start = System.nanoTime();
    private long last = start;
    private long first = -1;

    /** @param streaming whether pieces come; without, the first one is all of the answer, for which our own standard is too short */
    CallWatch(String client, Deadlines asked, Deadlines standard, boolean streaming) {
        this.client = client;
        this.asked = asked;
        this.standard = standard;
        this.streaming = streaming;
    }

    void heard() {
        last = System.nanoTime();
        if (first < 0) {
            first = last - start;
        }
    }

    /** Nanoseconds until a deadline passes; zero or less when one has. */
    long left() {
        return Math.min(leftOf(Phase.TOTAL), leftOf(running()));
    }

    boolean totalPassed() {
        return leftOf(Phase.TOTAL) <= 0;
    }

    LlmTimeout timeout() {
        Phase phase = leftOf(Phase.TOTAL) <= leftOf(running()) ? Phase.TOTAL : running();
        Duration limit = limit(phase);
        String what = switch (phase) {
            case FIRST_TOKEN -> "said nothing within ";
            case IDLE -> "said nothing more within ";
            default -> "was not done within ";
        };
        return new LlmTimeout(
                phase, limit, "The model behind '" + client + "' " + what + limit.toMillis() + " ms", null);
    }

    Timings timings() {
        Timings timings = Timings.NONE.total(Duration.ofNanos(System.nanoTime() - start));
        return first < 0 ? timings : timings.firstToken(Duration.ofNanos(first));
    }

    private Phase running() {
        if (first < 0) {
            return streaming || asked.firstToken().isPresent() ? Phase.FIRST_TOKEN : Phase.TOTAL;
        }
        return Phase.IDLE;
    }

    private long leftOf(Phase phase) {
        long since = phase == Phase.IDLE ? last : start;
        return limit(phase).toNanos() - (System.nanoTime() - since);
    }

    private Duration limit(Phase phase) {
        return switch (phase) {
            case FIRST_TOKEN -> asked.firstToken().or(standard::firstToken).orElse(LangChain4jLlmClient.LONGEST);
            case IDLE -> asked.idle().or(standard::idle).orElse(LangChain4jLlmClient.LONGEST);
            default -> asked.total().or(standard::total).orElse(LangChain4jLlmClient.LONGEST);
        };
    }
}
