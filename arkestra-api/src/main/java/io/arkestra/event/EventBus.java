package io.arkestra.event;

import io.arkestra.common.Subscription;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** Where events are published and listened to. Thread-safe. A listener that throws is logged once and never disturbs the others. */
public interface EventBus {
    /**
     * Listens.
     *
     * @param topics which topics; empty for all
     * @param delivery on which thread, and what happens when the listener is too slow
     */
    Subscription subscribe(Set<Topic> topics, Delivery delivery, Consumer<? super ArkestraEvent> listener);

    /** Publishes an event of one's own. */
    void publish(ArkestraEvent event);

    /** The next header, for events of one's own. */
    EventHeader nextHeader();

    /** All events as a standard publisher, for reactive libraries; each subscriber has a queue of 1,024 and loses the oldest. */
    Flow.Publisher<ArkestraEvent> asPublisher();

    /** Events that a slow listener did not get, since the bus was made. */
    long dropped();
}
