package io.arkestra.policy.internal;

import io.arkestra.common.UserId;
import io.arkestra.policy.CallCounts;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When users called which tools lately. What is kept on record of calls with effects is read again after a restart; calls without effects are
 * counted as long as the process lives. Thread-safe.
 */
public final class CallHistory {
    private static final Duration WINDOW = Duration.ofDays(7);
    private static final int MOST = 10_000;

    private final DocStore store;
    private final String collection;
    private final Clock clock;
    private final Map<UserId, Map<String, Moments>> users = new ConcurrentHashMap<>();

    /** @param collection of the records of calls: each names its {@code tool} */
    public CallHistory(DocStore store, String collection, Clock clock) {
        this.store = store;
        this.collection = collection;
        this.clock = clock;
    }

    /** A call that is about to be decided on; it counts for others from now on. */
    public final class Attempt {
        private final UserId user;
        private final String tool;
        private final long at;
        private final CallCounts counts;
        private final boolean first;

        private Attempt(UserId user, String tool, long at, CallCounts counts, boolean first) {
            this.user = user;
            this.tool = tool;
            this.at = at;
            this.counts = counts;
            this.first = first;
        }

        /** Calls before this one. */
        public CallCounts counts() {
            return counts;
        }

        /** Whether there was none before. */
        public boolean firstUse() {
            return first;
        }

        /** It was not made after all. */
        public void withdraw() {
            Map<String, Moments> tools = of(user);
            synchronized (tools) {
                Moments moments = tools.get(tool);
                if (moments != null) {
                    moments.remove(at);
                    if (moments.isEmpty() && first) {
                        tools.remove(tool);
                    }
                }
            }
        }
    }

    /** Counts a call that is about to be decided on, so that calls at the same time see one another. */
    public Attempt begin(UserId user, String tool) {
        Instant now = clock.instant();
        Map<String, Moments> tools = of(user);
        synchronized (tools) {
            boolean first = !tools.containsKey(tool);
            Moments moments = tools.computeIfAbsent(tool, name -> new Moments());
            moments.forget(now.minus(WINDOW), MOST);
            CallCounts counts = moments.counts(now);
            long at = moments.add(now);
            moments.forget(now.minus(WINDOW), MOST);
            return new Attempt(user, tool, at, counts, first);
        }
    }

    /** The calls up to now, without a new one. */
    public CallCounts counts(UserId user, String tool) {
        Map<String, Moments> tools = of(user);
        synchronized (tools) {
            Moments moments = tools.get(tool);
            return moments == null ? CallCounts.NONE : moments.counts(clock.instant());
        }
    }

    /** Whether the user never called it. */
    public boolean firstUse(UserId user, String tool) {
        Map<String, Moments> tools = of(user);
        synchronized (tools) {
            return !tools.containsKey(tool);
        }
    }

    /** The user was forgotten. */
    public void forget(UserId user) {
        users.remove(user);
    }

    private Map<String, Moments> of(UserId user) {
        return users.computeIfAbsent(user, this::recorded);
    }

    private Map<String, Moments> recorded(UserId user) {
        Map<String, List<Instant>> read = new HashMap<>();
        Instant from = clock.instant().minus(WINDOW);
        Optional<String> after = Optional.empty();
        do {
            DocQuery query = DocQuery.all().limit(1_000);
            DocQuery page = after.map(query::after).orElse(query);
            DocPage docs = store.inTransaction(tx -> tx.find(collection, Owner.of(user), page));
            for (Doc doc : docs.docs()) {
                List<Instant> moments = read.computeIfAbsent(doc.body().text("tool"), name -> new ArrayList<>());
                if (doc.createdAt().isAfter(from)) {
                    moments.add(doc.createdAt());
                }
            }
            after = docs.next();
        } while (after.isPresent());
        Map<String, Moments> tools = new HashMap<>();
        read.forEach((tool, moments) -> {
            Moments sorted = new Moments();
            moments.stream().sorted().forEach(sorted::add);
            sorted.forget(from, MOST);
            tools.put(tool, sorted);
        });
        return tools;
    }
}
