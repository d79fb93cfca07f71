package io.arkestra.event.internal;

import io.arkestra.event.ArkestraEvent;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber of the standard reactive kind, after the rules of Reactive Streams 1.0.4: every signal comes from this listener's own
 * thread, so signals never overlap, and events beyond the demand wait in the queue.
 */
final class FlowListener extends Listener.Queued implements Flow.Subscription {
    private final Flow.Subscriber<? super ArkestraEvent> subscriber;
    private final Runnable onCancel;
    private volatile boolean cancelled;
    private volatile @Nullable IllegalArgumentException wrongRequest;

    FlowListener(Flow.Subscriber<? super ArkestraEvent> subscriber, EventQueue queue, Runnable onCancel) {
        super(Set.of(), subscriber, queue);
        this.subscriber = subscriber;
        this.onCancel = onCancel;
    }

    @Override
    public void run() {
        if (!isolated(() -> subscriber.onSubscribe(this))) {
            cancel();
        }
        for (ArkestraEvent event = queue.take(); event != null; event = queue.take()) {
            ArkestraEvent next = event;
            // Rule 2.13: a subscriber that throws counts as having cancelled.
            if (!isolated(() -> subscriber.onNext(next))) {
                cancel();
            }
        }
        IllegalArgumentException wrong = wrongRequest;
        if (wrong != null) {
            isolated(() -> subscriber.onError(wrong));
        } else if (!cancelled) {
            isolated(subscriber::onComplete);
        }
    }

    @Override
    public void request(long count) {
        if (count > 0) {
            queue.request(count);
        } else if (!cancelled) {
            // Rule 3.9.
            wrongRequest = new IllegalArgumentException("request(" + count + "); expected a number above zero");
            cancel();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        queue.close();
        onCancel.run();
    }
}
