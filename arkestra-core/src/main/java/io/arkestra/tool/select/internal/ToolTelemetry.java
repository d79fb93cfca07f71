package io.arkestra.tool.select.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.Subscription;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.tool.internal.ToolRegistry;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts how calls of tools go, for each user and for all together: figures and codes, never texts. What was counted reaches the store soon
 * after the call and when the engine closes; a process that is killed loses the last counts and nothing else. Thread-safe.
 */
public final class ToolTelemetry implements AutoCloseable {
    static final CollectionSpec COLLECTION = CollectionSpec.builder("tool_telemetry")
            .check(doc -> {
                doc.body().text("tool");
                doc.body().text("version");
                CallFigures.read(doc.body());
            })
            .build();

    private static final Logger log = LoggerFactory.getLogger(ToolTelemetry.class);

    /** Whose figures are kept in memory; the one that was silent longest goes first. */
    private static final int MOST_OWNERS = 256;

    private static final int PAGE = 1_000;

    private final DocStore store;
    private final ToolRegistry registry;
    private final Executor executor;
    private final Subscription subscription;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();
    private final Map<Owner, Map<String, CallFigures>> pending = new HashMap<>();
    private final Map<Owner, Map<String, CallFigures>> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Owner, Map<String, CallFigures>> eldest) {
            return size() > MOST_OWNERS;
        }
    };
    private boolean scheduled;

    /** @param executor writes what was counted */
    public ToolTelemetry(DocStore store, ToolRegistry registry, EngineEventBus bus, Executor executor) {
        this.store = store;
        this.registry = registry;
        this.executor = executor;
        store.define(COLLECTION);
        subscription = bus.subscribe(Set.of(Topic.TOOL), Delivery.sync(), this::heard);
    }

    private void heard(ArkestraEvent event) {
        if (event instanceof Events.ToolFinished finished && !finished.dryRun()) {
            event.header()
                    .user()
                    .ifPresent(user -> count(
                            user,
                            finished.tool(),
                            finished.status(),
                            finished.took().toMillis()));
        }
    }

    /** Counts a call; a tool that there is not is not counted. */
    void count(UserId user, String tool, String status, long millis) {
        Optional<String> id =
                registry.find(tool).map(entry -> id(tool, entry.spec().version()));
        if (id.isEmpty()) {
            return;
        }
        boolean begin;
        lock.lock();
        try {
            for (Owner owner : new Owner[] {Owner.of(user), Owner.SYSTEM}) {
                pending.computeIfAbsent(owner, key -> new HashMap<>())
                        .merge(id.get(), CallFigures.NONE.with(status, millis), CallFigures::and);
            }
            begin = !scheduled;
            scheduled = true;
        } finally {
            lock.unlock();
        }
        if (begin) {
            try {
                executor.execute(this::write);
            } catch (RejectedExecutionException e) {
                log.debug("The engine closes: what was counted is written then");
            }
        }
    }

    private static String id(String tool, String version) {
        return tool + "@" + version;
    }

    /** How the calls of this version of a tool went, for a user or for all. */
    CallFigures figures(Owner owner, String tool, String version) {
        String id = id(tool, version);
        lock.lock();
        try {
            CallFigures stored = stored(owner).getOrDefault(id, CallFigures.NONE);
            return stored.and(pending.getOrDefault(owner, Map.of()).getOrDefault(id, CallFigures.NONE));
        } finally {
            lock.unlock();
        }
    }

    /** What the store has of an owner, read once. */
    private Map<String, CallFigures> stored(Owner owner) {
        return known.computeIfAbsent(owner, key -> {
            Map<String, CallFigures> figures = new HashMap<>();
            DocQuery query = DocQuery.all().limit(PAGE);
            for (boolean more = true; more; ) {
                DocQuery next = query;
                DocPage page = store.inTransaction(tx -> tx.find(COLLECTION.name(), key, next));
                page.docs().forEach(doc -> figures.put(doc.id(), CallFigures.read(doc.body())));
                more = page.next().isPresent();
                query = page.next().map(next::after).orElse(next);
            }
            return figures;
        });
    }

    /** Forgets what is kept in memory of a user. */
    public void forget(UserId user) {
        lock.lock();
        try {
            known.remove(Owner.of(user));
            pending.remove(Owner.of(user));
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        writing.lock();
        try {
            Map<Owner, Map<String, CallFigures>> now;
            lock.lock();
            try {
                now = new HashMap<>(pending);
                pending.clear();
                scheduled = false;
                // Counted as known before the store has them, so that nobody misses them meanwhile.
                now.forEach((owner, counts) -> {
                    Map<String, CallFigures> all = stored(owner);
                    counts.forEach((id, figures) -> all.merge(id, figures, CallFigures::and));
                });
            } finally {
                lock.unlock();
            }
            now.forEach((owner, counts) -> counts.forEach((id, figures) -> add(owner, id, figures)));
        } catch (ArkestraException e) {
            log.debug("Figures of calls could not be kept: {}", e.code());
        } finally {
            writing.unlock();
        }
    }

    private void add(Owner owner, String id, CallFigures figures) {
        Transactions.again(store, tx -> {
            Optional<Doc> before = tx.get(COLLECTION.name(), owner, id);
            Json body = before.map(doc -> CallFigures.read(doc.body()))
                    .orElse(CallFigures.NONE)
                    .and(figures)
                    .toJson()
                    .with("tool", Json.of(id.substring(0, id.lastIndexOf('@'))))
                    .with("version", Json.of(id.substring(id.lastIndexOf('@') + 1)));
            return tx.put(
                    COLLECTION.name(),
                    DocWrite.of(owner, id, body)
                            .expectVersion(before.map(Doc::version).orElse(DocWrite.ABSENT)));
        });
    }

    /** Writes what was counted last. */
    @Override
    public void close() {
        subscription.close();
        write();
    }
}
