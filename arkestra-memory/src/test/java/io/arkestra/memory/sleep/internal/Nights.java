package io.arkestra.memory.sleep.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.internal.ArkestraMemoryProvider;
import io.arkestra.store.Doc;
import io.arkestra.store.DocPage;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store and a memory over it, people who talk by day, and nights between. */
final class Nights implements AutoCloseable {
    static final UserId ANN = UserId.of("ann");
    static final UserId BOB = UserId.of("bob");

    final ManualClock clock = ManualClock.at("2026-03-02T09:00:00Z");
    final DocStore store;
    final Memory memory;
    private final Map<String, Long> ordinals = new HashMap<>();
    private long ids;

    private Nights(@Nullable Path home, UnaryOperator<TestProviderContext.Builder> services) {
        this.store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(context(home, "store").build());
        this.memory = new ArkestraMemoryProvider()
                .open(services.apply(context(home, "memory").service(DocStore.class, store))
                        .build());
    }

    static Nights inMemory() {
        return new Nights(null, context -> context);
    }

    static Nights with(UnaryOperator<TestProviderContext.Builder> services) {
        return new Nights(null, services);
    }

    static Nights in(Path home) {
        return new Nights(home, context -> context);
    }

    private TestProviderContext.Builder context(@Nullable Path home, String part) {
        TestProviderContext.Builder builder = TestProviderContext.builder().clock(clock);
        if (home != null) {
            try {
                builder.dataDirectory(Files.createDirectories(home.resolve(part)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return builder;
    }

    static Scope as(UserId user) {
        return Scope.of(user);
    }

    Message user(UserId user, String session, String text) {
        return say(user, session, Origin.USER, text, Json.emptyObject());
    }

    Message assistant(UserId user, String session, String text) {
        return say(user, session, Origin.ASSISTANT, text, Json.emptyObject());
    }

    Message derived(UserId user, String session, String text) {
        return say(
                user,
                session,
                Origin.ASSISTANT,
                text,
                Json.object().put("derived", true).build());
    }

    Message say(UserId user, String session, Origin origin, String text, Json detail) {
        clock.advance(Duration.ofMinutes(1));
        long turn = ordinals.getOrDefault(user.value() + session, 0L) / 2;
        return append(user, session, session + "-" + turn, String.format("m%06d", ++ids), origin, text, detail);
    }

    Message append(UserId user, String session, String turn, String id, Origin origin, String text, Json detail) {
        long ordinal = ordinals.merge(user.value() + session, 1L, Long::sum) - 1;
        Message message = Message.of(
                        id,
                        user,
                        SessionId.of(session),
                        TurnId.of(turn),
                        ordinal,
                        origin,
                        origin == Origin.USER ? "Anna" : "Arkestra",
                        text,
                        clock.instant())
                .withDetail(detail);
        store.inTransaction(tx -> tx.put("messages", DocWrite.of(Owner.of(user), message.id(), message.toJson())));
        return message;
    }

    List<MemoryRecord> summaries(UserId user) {
        return memory.list(as(user), MemoryKind.SUMMARY, 100);
    }

    List<MemoryRecord> facts(UserId user) {
        return memory.list(as(user), MemoryKind.FACT, 100).stream()
                .filter(MemoryRecord::isCurrent)
                .toList();
    }

    /** Everything in the store, of everybody, with versions: two snapshots are equal when nothing was written between them. */
    Map<String, String> snapshot() {
        return snapshot(true);
    }

    Map<String, String> snapshot(boolean versions) {
        Map<String, String> all = new TreeMap<>();
        for (String collection : store.collections()) {
            for (Owner owner : List.of(Owner.SYSTEM, Owner.of(ANN), Owner.of(BOB))) {
                for (Doc doc : docs(collection, owner)) {
                    all.put(
                            collection + "/" + owner.key() + "/" + doc.id(),
                            (versions ? "v" + doc.version() + " " : "") + doc.body());
                }
            }
        }
        return all;
    }

    List<Doc> docs(String collection, Owner owner) {
        List<Doc> docs = new ArrayList<>();
        DocQuery query = DocQuery.all().limit(1_000);
        while (true) {
            DocQuery next = query;
            DocPage page = store.inTransaction(tx -> tx.find(collection, owner, next));
            docs.addAll(page.docs());
            if (page.next().isEmpty()) {
                return docs;
            }
            query = query.after(page.next().get());
        }
    }

    @Override
    public void close() {
        memory.close();
        store.close();
    }
}
