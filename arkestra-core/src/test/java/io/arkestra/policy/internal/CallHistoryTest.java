package io.arkestra.policy.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.arkestra.Arkestra;
import io.arkestra.common.UserId;
import io.arkestra.policy.CallCounts;
import io.arkestra.testkit.ManualClock;
import io.arkestra.tool.internal.CallRecords;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When users called which tools lately. */
@Timeout(60)
class CallHistoryTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final int MOST = 10_000;

    private final ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
    private final Arkestra engine = Arkestra.builder().build();
    private final CallHistory history = new CallHistory(engine.store(), CallRecords.COLLECTION.name(), clock);

    @AfterEach
    void close() {
        engine.close();
    }

    private void called(int times, Duration each) {
        for (int i = 0; i < times; i++) {
            history.begin(ALICE, "mail.send");
            clock.advance(each);
        }
    }

    @Test
    void counts_areOfTheCallsBefore() {
        called(3, Duration.ofMinutes(1));
        CallHistory.Attempt attempt = history.begin(ALICE, "mail.send");
        assertEquals(3, attempt.counts().within(Duration.ofHours(1)));
        assertEquals(2, attempt.counts().within(Duration.ofMinutes(2)), "one of exactly then counts");
        assertFalse(attempt.firstUse());
        called(5, Duration.ofSeconds(1));
        assertEquals(3, attempt.counts().within(Duration.ofHours(1)), "what was counted stays as it was");
        attempt.withdraw();
        assertEquals(3, attempt.counts().within(Duration.ofHours(1)));
        assertEquals(8, history.counts(ALICE, "mail.send").within(Duration.ofHours(1)));
    }

    @Test
    void withdraw_ofTheFirst_makesTheNextTheFirst() {
        history.begin(ALICE, "mail.send").withdraw();
        assertTrue(history.begin(ALICE, "mail.send").firstUse());
    }

    @Test
    void counts_ofAWeekAgo_areForgotten() {
        called(20, Duration.ofDays(1));
        assertEquals(8, history.counts(ALICE, "mail.send").within(Duration.ofDays(30)), "of a week before the latest");
    }

    @Test
    void counts_whenTheClockGoesBack_loseNothing() {
        called(3, Duration.ofMinutes(1));
        clock.advance(Duration.ofMinutes(-2));
        history.begin(ALICE, "mail.send");
        clock.advance(Duration.ofMinutes(5));
        assertEquals(4, history.counts(ALICE, "mail.send").within(Duration.ofHours(1)));
    }

    @Test
    void begin_afterTenThousandCalls_copiesNoneOfThem() {
        called(MOST + 50, Duration.ofMillis(1));
        assertEquals(MOST, history.counts(ALICE, "mail.send").within(Duration.ofHours(1)));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        int seen = 0;
        for (int i = 0; i < 1_000; i++) {
            CallCounts counts = history.begin(ALICE, "mail.send").counts();
            seen += counts.within(Duration.ofHours(1)) > 0 ? 1 : 0;
        }
        long each = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;
        assertEquals(1_000, seen);
        assertTrue(each < 4_000, () -> "a decision took " + each + " bytes");
    }
}
