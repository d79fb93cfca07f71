package io.arkestra.schedule.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Subscription;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Threads;
import io.arkestra.event.Events;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.schedule.Deliveries;
import io.arkestra.schedule.DueReminder;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.VersionConflictException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outbox of reminders: documents written in the transaction that fires the reminder, pending until acknowledged.
 *
 * <p>Of one reminder at most {@value #MAX_PENDING} wait; a recurring one that nobody looks at loses its oldest then. Acknowledged
 * deliveries stay for 30 days.
 */
public final class DurableDeliveries implements Deliveries, AutoCloseable {
    static final int MAX_PENDING = 20;

    static final CollectionSpec COLLECTION = CollectionSpec.builder("deliveries")
            .field("state", FieldType.STRING)
            .field("reminder", FieldType.STRING)
            .field("due", FieldType.INSTANT)
            .orderedIndex("state", "due")
            .orderedIndex("reminder", "state", "due")
            .check(doc -> {
                doc.body().text("state");
                due(doc, doc.body().text("text"));
            })
            .build();

    private static final Logger LOG = LoggerFactory.getLogger(DurableDeliveries.class);
    private static final String NAME = COLLECTION.name();
    private static final String PENDING = "pending";
    private static final Duration HISTORY = Duration.ofDays(30);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);
    private static final int PAGE = 1_000;

    private final DocStore store;
    private final EngineEventBus bus;
    private final Clock clock;
    private final Optional<Guard> guard;
    private final Given given = new Given();
    private final Map<UserId, CopyOnWriteArrayList<Attachment>> attachments = new ConcurrentHashMap<>();

    private record Key(UserId user, String id) {}

    /** @param guard inspects the texts on their way to the user */
    public DurableDeliveries(DocStore store, EngineEventBus bus, Clock clock, Optional<Guard> guard) {
        this.store = store;
        this.bus = bus;
        this.clock = clock;
        this.guard = guard;
        store.define(COLLECTION);
    }

    /**
     * Writes a delivery in the transaction that fires the reminder; a second one for the same occurrence changes nothing.
     *
     * @return the id, made of reminder and occurrence
     */
    String write(DocTransaction tx, Owner owner, String reminder, String text, Instant due, Duration late) {
        String id = reminder + "@" + due;
        if (tx.get(NAME, owner, id).isEmpty()) {
            dropOldest(tx, owner, reminder);
            Json body = Json.object()
                    .put("state", PENDING)
                    .put("reminder", reminder)
                    .put("text", text)
                    .put("due", due)
                    .put("fired_at", clock.instant())
                    .put("late_ms", late.toMillis())
                    .build();
            tx.put(NAME, DocWrite.of(owner, id, body).expectVersion(DocWrite.ABSENT));
        }
        return id;
    }

    /**
     * Writes something else than a reminder that is to be shown to the user, in the caller's transaction; a second one of the same id changes
     * nothing. {@link #announce} follows.
     *
     * @param id also stands for the reminder's
     */
    public void post(DocTransaction tx, Owner owner, String id, String text) {
        if (tx.get(NAME, owner, id).isEmpty()) {
            Instant now = clock.instant();
            Json body = Json.object()
                    .put("state", PENDING)
                    .put("reminder", id)
                    .put("text", text)
                    .put("due", now)
                    .put("fired_at", now)
                    .put("late_ms", 0)
                    .build();
            tx.put(NAME, DocWrite.of(owner, id, body).expectVersion(DocWrite.ABSENT));
        }
    }

    private static void dropOldest(DocTransaction tx, Owner owner, String reminder) {
        DocQuery waiting = DocQuery.where(Filter.and(Filter.eq("reminder", reminder), Filter.eq("state", PENDING)))
                .ascending("due")
                .limit(MAX_PENDING);
        List<Doc> docs = tx.find(NAME, owner, waiting).docs();
        if (docs.size() == MAX_PENDING) {
            tx.delete(NAME, owner, docs.get(0).id());
        }
    }

    /** Tells the bus and the user's channels, once the transaction has been committed. */
    public void announce(UserId user, String id) {
        Owner owner = Owner.of(user);
        store.inTransaction(tx -> tx.get(NAME, owner, id))
                .map(this::reminder)
                .ifPresent(due -> bus.publish(new Events.ReminderDue(
                        bus.nextHeader(user), due.id(), due.reminderId(), due.text(), due.due(), due.late())));
        attachments
                .getOrDefault(user, new CopyOnWriteArrayList<>())
                .forEach(channel -> channel.reasonsToLook.release());
    }

    @Override
    public List<DueReminder> pending(Scope scope) {
        Owner owner = Owner.of(scope.user());
        DocQuery query =
                DocQuery.where(Filter.eq("state", PENDING)).ascending("due").limit(PAGE);
        List<DueReminder> pending = new ArrayList<>();
        store.inTransaction(tx -> tx.find(NAME, owner, query)).docs().forEach(doc -> pending.add(reminder(doc)));
        return List.copyOf(pending);
    }

    private DueReminder reminder(Doc doc) {
        String text = doc.body().text("text");
        String shown =
                guard.map(g -> g.inspect(text, GuardContext.toOwner()).text()).orElse(text);
        return due(doc, shown);
    }

    private static DueReminder due(Doc doc, String shown) {
        Json body = doc.body();
        return new DueReminder(
                doc.id(),
                body.text("reminder"),
                shown,
                body.instant("due").orElse(doc.createdAt()),
                Duration.ofMillis(body.integer("late_ms").orElse(0L)));
    }

    @Override
    public boolean acknowledge(Scope scope, String id) {
        Owner owner = Owner.of(scope.user());
        if (id.isEmpty() || id.length() > 200) {
            return false;
        }
        try {
            boolean first = store.inTransaction(tx -> tx.get(NAME, owner, id)
                    .filter(doc -> doc.body().text("state").equals(PENDING))
                    .map(doc -> tx.put(NAME, shown(doc)))
                    .isPresent());
            if (first) {
                store.sync();
            }
            return first;
        } catch (VersionConflictException e) {
            // Somebody else acknowledged it at the same moment.
            return false;
        }
    }

    private DocWrite shown(Doc doc) {
        Instant now = clock.instant();
        Json body = doc.body().with("state", Json.of("shown")).with("shown_at", Json.of(now.toString()));
        return DocWrite.update(doc, body).expiresAt(now.plus(HISTORY));
    }

    @Override
    public Subscription deliverTo(Scope scope, Consumer<? super DueReminder> channel) {
        Attachment attachment = new Attachment(scope, channel);
        // Within compute: a channel of the user that closes meanwhile removes a list that it leaves empty.
        attachments.compute(scope.user(), (user, list) -> {
            CopyOnWriteArrayList<Attachment> channels = list == null ? new CopyOnWriteArrayList<>() : list;
            channels.add(attachment);
            return channels;
        });
        try {
            attachment.drain();
        } catch (RuntimeException e) {
            attachment.close();
            throw e;
        }
        attachment.start();
        return attachment;
    }

    /** Ends all channels, and waits up to a second for what they are just showing to be acknowledged; idempotent. */
    @Override
    public void close() {
        List<Attachment> open =
                attachments.values().stream().flatMap(List::stream).toList();
        open.forEach(Attachment::close);
        long deadline = System.nanoTime() + CLOSE_WAIT.toNanos();
        try {
            for (Attachment attachment : open) {
                attachment.join(deadline);
            }
        } catch (InterruptedException e) {
            // Whoever interrupts wants this to end: the deadline counts as reached.
            Thread.currentThread().interrupt();
        }
    }

    /** A channel of a user, with the thread that serves it. */
    private final class Attachment implements Subscription {
        private final Scope scope;
        private final Consumer<? super DueReminder> channel;
        private final Semaphore reasonsToLook = new Semaphore(0);
        private final Thread thread;
        private volatile boolean closed;

        Attachment(Scope scope, Consumer<? super DueReminder> channel) {
            this.scope = scope;
            this.channel = channel;
            this.thread = Threads.light("arkestra-reminders-" + scope.user(), this::serve);
        }

        void start() {
            thread.start();
        }

        void join(long deadline) throws InterruptedException {
            long left = deadline - System.nanoTime();
            if (left > 0 && thread != Thread.currentThread()) {
                // Rounded up: join(0) would wait for ever.
                thread.join(left / 1_000_000 + 1);
            }
        }

        private void serve() {
            while (true) {
                reasonsToLook.acquireUninterruptibly();
                reasonsToLook.drainPermits();
                if (closed) {
                    return;
                }
                try {
                    drain();
                } catch (RuntimeException e) {
                    LOG.warn("The reminders of a channel cannot be read; it looks again with the next one", e);
                }
            }
        }

        void drain() {
            for (DueReminder due : pending(scope)) {
                if (closed) {
                    return;
                }
                deliver(due);
            }
        }

        private void deliver(DueReminder due) {
            Key key = new Key(scope.user(), due.id());
            if (!given.add(key)) {
                return;
            }
            try {
                channel.accept(due);
            } catch (RuntimeException e) {
                given.remove(key);
                LOG.warn("A channel could not show the reminder {}; it stays pending", due.id(), e);
                return;
            }
            acknowledge(scope, due.id());
        }

        @Override
        public void close() {
            closed = true;
            attachments.computeIfPresent(scope.user(), (user, list) -> {
                list.remove(this);
                return list.isEmpty() ? null : list;
            });
            reasonsToLook.release();
        }
    }

    /** The latest ids that channels of this process took or are being given; the pending list never reaches back further. */
    private static final class Given {
        private static final int KEPT = 10_000;

        private final ReentrantLock lock = new ReentrantLock();
        private final LinkedHashSet<Key> keys = new LinkedHashSet<>();

        boolean add(Key key) {
            lock.lock();
            try {
                if (!keys.add(key)) {
                    return false;
                }
                if (keys.size() > KEPT) {
                    keys.remove(keys.iterator().next());
                }
                return true;
            } finally {
                lock.unlock();
            }
        }

        void remove(Key key) {
            lock.lock();
            try {
                keys.remove(key);
            } finally {
                lock.unlock();
            }
        }
    }
}
