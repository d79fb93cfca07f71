package io.arkestra.event.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Subscription;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Threads;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Delivery;
import io.arkestra.event.EventBus;
import io.arkestra.event.EventHeader;
import io.arkestra.event.Topic;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine's event bus.
 *
 * <p>Every listener gets the events of one publishing thread in the order of publication, also those that a listener publishes while
 * it is called: they are delivered after the event in hand. A queued listener that blocks its publishers never blocks a thread that
 * delivers events itself, nor an interrupted one: their events go into the queue over its capacity.
 *
 * <p>{@link #close} lets queued listeners have what waits for them, for at most {@link #CLOSE_WAIT}; what is left then counts as
 * dropped. No thread is ever interrupted, because a listener may be writing to a store that an interrupt would break. Events published
 * after the close are ignored, because whatever is being closed later still reports.
 */
public final class EngineEventBus implements EventBus, AutoCloseable {
    /** How long {@link #close} waits for slow listeners. */
    public static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

    private static final int FLOW_CAPACITY = 1_024;

    private final Clock clock;
    private final AtomicLong sequence = new AtomicLong();
    private final LongAdder dropped = new LongAdder();
    private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<Listener.Queued, Thread> threads = new ConcurrentHashMap<>();
    private final AtomicLong threadCount = new AtomicLong();
    private final ThreadLocal<@Nullable ArrayDeque<ArkestraEvent>> publishing = new ThreadLocal<>();
    private final ReentrantLock lifecycle = new ReentrantLock();
    private volatile boolean closed;

    /** @param clock gives the time of the headers */
    public EngineEventBus(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** @throws ArkestraException with code {@code event.closed} when the bus is closed */
    @Override
    public Subscription subscribe(Set<Topic> topics, Delivery delivery, Consumer<? super ArkestraEvent> listener) {
        if (!delivery.queued()) {
            Listener.Sync sync = new Listener.Sync(topics, listener);
            add(sync);
            return () -> {
                sync.close();
                listeners.remove(sync);
            };
        }
        EventQueue queue = new EventQueue(delivery.capacity(), delivery.overflow(), EventQueue.UNBOUNDED);
        Listener.QueuedConsumer queued = new Listener.QueuedConsumer(topics, listener, queue);
        add(queued);
        return () -> {
            listeners.remove(queued);
            queue.close();
        };
    }

    private void add(Listener listener) {
        lifecycle.lock();
        try {
            if (closed) {
                throw new ArkestraException(
                        "event.closed",
                        "The event bus is closed and takes no listeners; subscribe before the engine closes");
            }
            if (listener instanceof Listener.Queued queued) {
                start(queued);
            }
            listeners.add(listener);
        } finally {
            lifecycle.unlock();
        }
    }

    private void start(Listener.Queued listener) {
        Thread thread = Threads.light("arkestra-event-" + threadCount.incrementAndGet(), () -> {
            try {
                listener.run();
            } finally {
                threads.remove(listener);
            }
        });
        threads.put(listener, thread);
        thread.start();
    }

    @Override
    public void publish(ArkestraEvent event) {
        Objects.requireNonNull(event, "event");
        ArrayDeque<ArkestraEvent> outer = publishing.get();
        if (outer != null) {
            outer.addLast(event);
            return;
        }
        ArrayDeque<ArkestraEvent> nested = new ArrayDeque<>(2);
        publishing.set(nested);
        try {
            for (@Nullable ArkestraEvent next = event; next != null; next = nested.pollFirst()) {
                deliver(next);
            }
        } finally {
            publishing.remove();
        }
    }

    private void deliver(ArkestraEvent event) {
        if (closed) {
            return;
        }
        boolean mayWait = !isDeliveryThread();
        for (Listener listener : listeners) {
            if (listener.wants(event.topic())) {
                int lost = listener.offer(event, mayWait);
                if (lost > 0) {
                    dropped.add(lost);
                }
            }
        }
    }

    private boolean isDeliveryThread() {
        return !threads.isEmpty() && threads.containsValue(Thread.currentThread());
    }

    @Override
    public EventHeader nextHeader() {
        return EventHeader.of(sequence.incrementAndGet(), clock.instant());
    }

    /** The next header, for something about a user outside any turn. */
    public EventHeader nextHeader(UserId user) {
        return nextHeader().about(user);
    }

    /** The next header, for something in a turn. */
    public EventHeader nextHeader(UserId user, TurnId turn) {
        return nextHeader().about(user).in(turn);
    }

    /** After {@link #close} a subscriber is completed at once. */
    @Override
    public Flow.Publisher<ArkestraEvent> asPublisher() {
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            EventQueue queue = new EventQueue(FLOW_CAPACITY, Delivery.Overflow.DROP_OLDEST, 0);
            FlowListener[] self = new FlowListener[1];
            FlowListener listener = new FlowListener(subscriber, queue, () -> listeners.remove(self[0]));
            self[0] = listener;
            lifecycle.lock();
            try {
                if (closed) {
                    queue.finish();
                } else {
                    listeners.add(listener);
                }
                start(listener);
            } finally {
                lifecycle.unlock();
            }
        };
    }

    @Override
    public long dropped() {
        return dropped.sum();
    }

    /** Idempotent. See the class comment for what still gets delivered. */
    @Override
    public void close() {
        lifecycle.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lifecycle.unlock();
        }
        listeners.clear();
        Map<Listener.Queued, Thread> open = Map.copyOf(threads);
        open.keySet().forEach(listener -> listener.queue.finish());
        long deadline = System.nanoTime() + CLOSE_WAIT.toNanos();
        open.values().forEach(thread -> join(thread, deadline));
        open.keySet().forEach(listener -> dropped.add(listener.queue.close()));
    }

    private static void join(Thread thread, long deadline) {
        if (thread == Thread.currentThread()) {
            return;
        }
        try {
            long left = deadline - System.nanoTime();
            if (left > 0) {
                // Rounded up: join(0) would wait for ever.
                thread.join(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            // Whoever interrupts wants this to end: the deadline counts as reached.
            Thread.currentThread().interrupt();
        }
    }
}
