package io.arkestra.tools.fs.internal;

import io.arkestra.common.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** How much a user may write: in one file, and in a day. The day's count begins anew when the engine is opened. Thread-safe. */
final class WriteQuota {
    private static final Duration DAY = Duration.ofDays(1);

    private record Written(Instant when, long bytes) {}

    private final long perFile;
    private final long perDay;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<UserId, Deque<Written>> written = new HashMap<>();

    WriteQuota(long perFile, long perDay, Clock clock) {
        this.perFile = perFile;
        this.perDay = perDay;
        this.clock = clock;
    }

    long perFile() {
        return perFile;
    }

    /** @throws io.arkestra.tool.ToolException when it would be too much */
    void check(UserId user, long bytes) {
        if (bytes > perFile) {
            throw Refusal.invalid("The file would have " + bytes + " bytes; at most " + perFile + " may be written");
        }
        lock.lock();
        try {
            long left = perDay - sum(user);
            if (bytes > left) {
                throw Refusal.invalid("No more than " + perDay + " bytes may be written in a day, and " + left
                        + " are left; " + bytes + " would be written");
            }
        } finally {
            lock.unlock();
        }
    }

    void count(UserId user, long bytes) {
        lock.lock();
        try {
            written.computeIfAbsent(user, any -> new ArrayDeque<>()).add(new Written(clock.instant(), bytes));
        } finally {
            lock.unlock();
        }
    }

    private long sum(UserId user) {
        Deque<Written> all = written.get(user);
        if (all == null) {
            return 0;
        }
        Instant since = clock.instant().minus(DAY);
        all.removeIf(one -> one.when().isBefore(since));
        return all.stream().mapToLong(Written::bytes).sum();
    }
}
