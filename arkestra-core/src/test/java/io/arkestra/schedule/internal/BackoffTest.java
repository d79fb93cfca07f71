package io.arkestra.schedule.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration BASE = Duration.ofSeconds(2);

    @Test
    void delay_afterFailures_isSpreadOverTheDoubledBase() {
        Backoff backoff = new Backoff(new Random(1));
        for (int failures = 0; failures < 6; failures++) {
            TreeSet<Duration> delays = new TreeSet<>();
            for (int i = 0; i < 500; i++) {
                delays.add(backoff.delay(BASE, failures));
            }
            Duration cap = BASE.multipliedBy(1L << failures);
            assertTrue(delays.last().compareTo(cap) <= 0);
            assertTrue(delays.last().compareTo(cap.multipliedBy(9).dividedBy(10)) > 0);
            assertTrue(delays.first().compareTo(cap.dividedBy(10)) < 0);
        }
    }

    @Test
    void delay_afterManyFailures_staysWithinAnHour() {
        Backoff backoff = new Backoff(new Random(1));
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 500; i++) {
            Duration delay = backoff.delay(BASE, 1_000_000);
            longest = delay.compareTo(longest) > 0 ? delay : longest;
        }
        assertTrue(longest.compareTo(Duration.ofHours(1)) <= 0);
        assertTrue(longest.compareTo(Duration.ofMinutes(54)) > 0);
    }

    @Test
    void delay_withTheSameSeed_isTheSame() {
        assertEquals(new Backoff(new Random(7)).delay(BASE, 3), new Backoff(new Random(7)).delay(BASE, 3));
    }
}
