package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.schedule.DueReminder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Shows the reminders of one user: those that came due while nobody looked, then each as it comes due. One that could not be written
 * out stays pending, and comes again at the next start.
 */
final class ReminderFeed implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long POLL_MILLIS = 20;

    private final Arkestra arkestra;
    private final Scope scope;
    private final Clock clock;
    private final Subscription subscription;

    ReminderFeed(Arkestra arkestra, Scope scope, Clock clock, ChatOutput output) {
        this.arkestra = arkestra;
        this.scope = scope;
        this.clock = clock;
        this.subscription = arkestra.deliveries().deliverTo(scope, due -> show(due, output));
    }

    private static void show(DueReminder due, ChatOutput output) {
        if (!output.reminder(due)) {
            throw new IllegalStateException("The output cannot be written");
        }
    }

    /**
     * Lets what is due now come out, for a moment at most. Piped input may end before the reminders that came due while the chat was
     * not running were looked at.
     */
    void finish() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        Instant now = clock.instant();
        try {
            while (somethingIsDue(now) && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean somethingIsDue(Instant now) {
        return arkestra.schedule().active(scope).stream()
                        .anyMatch(reminder -> !reminder.due().isAfter(now))
                || !arkestra.deliveries().pending(scope).isEmpty();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
