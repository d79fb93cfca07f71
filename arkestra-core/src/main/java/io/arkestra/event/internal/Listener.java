package io.arkestra.event.internal;

import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Topic;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One who listens to the bus. */
abstract class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(EngineEventBus.class);

    private final Set<Topic> topics;
    private final String name;
    private final AtomicBoolean logged = new AtomicBoolean();

    /**
     * @param topics empty for all
     * @param target who is called, for the log
     */
    Listener(Set<Topic> topics, Object target) {
        this.topics = Set.copyOf(topics);
        this.name = target.getClass().getName();
    }

    final boolean wants(Topic topic) {
        return topics.isEmpty() || topics.contains(topic);
    }

    /** Takes an event on the publisher's thread. Returns how many events were lost. */
    abstract int offer(ArkestraEvent event, boolean mayWait);

    /** Calls foreign code; returns false when it threw. Whatever it throws must not reach the publisher or the other listeners. */
    final boolean isolated(Runnable call) {
        try {
            call.run();
            return true;
        } catch (Throwable e) {
            if (logged.compareAndSet(false, true)) {
                LOG.warn("The event listener {} threw; later failures of it are not logged", name, e);
            }
            return false;
        }
    }

    /** Called on the publisher's thread. */
    static final class Sync extends Listener {
        private final Consumer<? super ArkestraEvent> target;
        private volatile boolean closed;

        Sync(Set<Topic> topics, Consumer<? super ArkestraEvent> target) {
            super(topics, target);
            this.target = target;
        }

        @Override
        int offer(ArkestraEvent event, boolean mayWait) {
            if (!closed) {
                isolated(() -> target.accept(event));
            }
            return 0;
        }

        void close() {
            closed = true;
        }
    }

    /** Called on a thread of its own. */
    abstract static class Queued extends Listener implements Runnable {
        final EventQueue queue;

        Queued(Set<Topic> topics, Object target, EventQueue queue) {
            super(topics, target);
            this.queue = queue;
        }

        @Override
        final int offer(ArkestraEvent event, boolean mayWait) {
            return queue.put(event, mayWait);
        }
    }

    /** A consumer with a queue. */
    static final class QueuedConsumer extends Queued {
        private final Consumer<? super ArkestraEvent> target;

        QueuedConsumer(Set<Topic> topics, Consumer<? super ArkestraEvent> target, EventQueue queue) {
            super(topics, target, queue);
            this.target = target;
        }

        @Override
        public void run() {
            for (ArkestraEvent event = queue.take(); event != null; event = queue.take()) {
                ArkestraEvent next = event;
                isolated(() -> target.accept(next));
            }
        }
    }
}
