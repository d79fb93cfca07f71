package io.arkestra.llm.gateway.internal;

import io.arkestra.llm.LlmException;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether and when a failed call is made again: full jitter over a doubling ceiling, as in "Exponential Backoff And Jitter" (AWS
 * Architecture Blog, 2015). Immutable.
 *
 * @param retries how often at most
 */
record RetryRule(int retries) {
    static final RetryRule LOCAL = new RetryRule(2);
    static final RetryRule REMOTE = new RetryRule(4);

    private static final Duration BASE = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(8);

    /** What has been waited for in vain, or failed for no known reason, is tried once more and no oftener. */
    private static final int DOUBTFUL_RETRIES = 1;

    /** How long the pauses of one call are together at most: after that another answer is better than none. */
    static final Duration LONGEST_PAUSES = Duration.ofSeconds(30);

    /**
     * How long to wait before the next try; empty for giving up.
     *
     * @param failure why the last try failed
     * @param tried how often it was tried again already
     * @param chance at least 0 and below 1
     */
    Optional<Duration> delay(LlmException failure, int tried, double chance) {
        boolean doubtful =
                failure.reason() == LlmException.Reason.SERVER_ERROR || failure.reason() == LlmException.Reason.TIMEOUT;
        int most = doubtful ? Math.min(DOUBTFUL_RETRIES, retries) : retries;
        if (!failure.retryable() || tried >= most) {
            return Optional.empty();
        }
        if (failure.retryAfter().isPresent()) {
            return failure.retryAfter();
        }
        long ceiling = Math.min(LONGEST.toNanos(), BASE.toNanos() << Math.min(tried, 10));
        return Optional.of(Duration.ofNanos((long) (ceiling * chance)));
    }
}
