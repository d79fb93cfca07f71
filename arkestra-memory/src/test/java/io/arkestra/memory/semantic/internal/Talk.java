package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.embedding.Embedders;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.store.Change;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.vector.VectorIndexProvider;
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
import org.jspecify.annotations.Nullable;

/** A store and a semantic index over it, and people who talk. */
final class Talk implements AutoCloseable {
    static final Owner ANN = Owner.of(UserId.of("ann"));
    static final Owner BOB = Owner.of(UserId.of("bob"));

    final ManualClock clock = ManualClock.at("2026-03-01T12:00:00Z");
    final DocStore store;
    final ExactVectors vectors = new ExactVectors();
    final TestProviderContext context;
    final SemanticIndex index;
    private final Map<String, Long> ordinals = new HashMap<>();

    Talk(@Nullable Path home, @Nullable Embedders embedders, long room) {
        this(open(home), embedders, room);
    }

    Talk(DocStore store, @Nullable Embedders embedders, long room) {
        this(store, embedders, room, null, null);
    }

    /** @param provider of the vector index instead of {@link #vectors}, with files below the home */
    Talk(
            DocStore store,
            @Nullable Embedders embedders,
            long room,
            @Nullable VectorIndexProvider provider,
            @Nullable Path home) {
        this.store = store;
        store.define(Message.COLLECTION);
        store.define(MemoryCollection.SPEC);
        TestProviderContext.Builder builder = TestProviderContext.builder()
                .clock(clock)
                .service(VectorIndexProvider.class, provider == null ? vectors : provider);
        if (home != null) {
            builder = builder.dataDirectory(home);
        }
        if (embedders != null) {
            builder = builder.service(Embedders.class, embedders);
        }
        this.context = builder.build();
        this.index = SemanticIndex.open(context, store, room);
    }

    static Talk with(WordEmbedder embedder) {
        return new Talk((Path) null, embedder.everywhere(), SemanticIndex.ROOM);
    }

    static DocStore open(@Nullable Path home) {
        try {
            TestProviderContext.Builder builder = TestProviderContext.builder();
            if (home != null) {
                builder = builder.dataDirectory(Files.createDirectories(home.resolve("store")));
            }
            return ServiceLoader.load(DocStoreProvider.class)
                    .findFirst()
                    .orElseThrow()
                    .open(builder.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Message say(Owner owner, String session, String text) {
        return say(owner, session, Origin.USER, text, Json.emptyObject());
    }

    Message say(Owner owner, String session, Origin origin, String text, Json detail) {
        clock.advance(Duration.ofMinutes(1));
        long ordinal = ordinals.merge(owner.key() + session, 1L, Long::sum) - 1;
        Message message = Message.of(
                        session + "-" + ordinal,
                        owner.user().orElseThrow(),
                        SessionId.of(session),
                        TurnId.of(session + ordinal / 2),
                        ordinal,
                        origin,
                        origin == Origin.USER ? "Anna" : "Arkestra",
                        text,
                        clock.instant())
                .withDetail(detail);
        write(message);
        return message;
    }

    void write(Message message) {
        store.inTransaction(transaction -> transaction.put(
                Message.COLLECTION.name(), DocWrite.of(Owner.of(message.user()), message.id(), message.toJson())));
    }

    void delete(Message message) {
        store.inTransaction(
                transaction -> transaction.delete(Message.COLLECTION.name(), Owner.of(message.user()), message.id()));
    }

    /** Everything in the rows of an owner that decides what is found. */
    static Map<String, String> rows(DocStore store, Owner owner) {
        Map<String, String> rows = new TreeMap<>();
        List<Change> changes = store.changes(EmbeddingRows.NAME, owner, 0, 10_000);
        for (Doc doc : store.fetch(EmbeddingRows.NAME, changes)) {
            rows.put(
                    doc.id(),
                    doc.body().toString() + " "
                            + doc.blob().map(java.util.Arrays::hashCode).orElse(0));
        }
        return rows;
    }

    Map<String, String> rows(Owner owner) {
        return rows(store, owner);
    }

    List<String> found(Owner owner, String query) {
        List<String> notes = new ArrayList<>();
        return index.search(
                        owner,
                        SemanticIndex.Space.CONVERSATION,
                        query,
                        10,
                        io.arkestra.vector.VectorFilter.all(),
                        notes)
                .map(found -> found.scores().entrySet().stream()
                        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                        .map(Map.Entry::getKey)
                        .toList())
                .orElse(List.of());
    }

    @Override
    public void close() {
        index.close();
        store.close();
    }
}
