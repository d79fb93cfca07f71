package io.arkestra.benchmarks;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.KeyRing;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The document store of the class path with documents like an engine's messages: an index, a feed, and about 250 bytes each. */
final class OpenStore implements AutoCloseable {
    static final String COLLECTION = "benchmark";
    static final Owner OWNER = Owner.of(UserId.of("bench"));
    static final int PER_SESSION = 100;

    private static final CollectionSpec SPEC = CollectionSpec.builder(COLLECTION)
            .field("session", FieldType.STRING)
            .field("ordinal", FieldType.LONG)
            .orderedIndex("session", "ordinal")
            .feed()
            .build();

    private final @Nullable Path home;
    private final TestProviderContext context;
    private final DocStore store;
    private int next;

    private OpenStore(@Nullable Path home, boolean encrypted) {
        this.home = home;
        TestProviderContext.Builder builder = TestProviderContext.builder();
        if (encrypted) {
            builder.service(KeyRing.class, KeyRing.of("benchmark", new byte[32]));
        }
        context = (home == null ? builder : builder.dataDirectory(home)).build();
        store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(context);
        store.define(SPEC);
    }

    static OpenStore inMemory(boolean encrypted) {
        return new OpenStore(null, encrypted);
    }

    static OpenStore inFile(boolean encrypted) {
        return new OpenStore(Homes.create(), encrypted);
    }

    DocStore store() {
        return store;
    }

    void fill(int documents) {
        for (int done = 0; done < documents; done += PER_SESSION) {
            store.inTransaction(tx -> {
                for (int i = 0; i < PER_SESSION; i++) {
                    putNext(tx);
                }
                return true;
            });
        }
        store.sync();
    }

    /** Writes a document that was not there. */
    long putNext(DocTransaction tx) {
        int number = next++;
        Json body = Json.object()
                .put("session", session(number))
                .put("ordinal", number % PER_SESSION)
                .put("text", Conversation.message(number))
                .put("origin", "user")
                .put("speaker", "bench")
                .put("turn", "0197f3b2-" + number)
                .put("at", "2026-01-01T00:00:00Z")
                .build();
        return tx.put(COLLECTION, DocWrite.of(OWNER, id(number), body)).sequence();
    }

    static String id(int number) {
        return "document-" + number;
    }

    static String session(int number) {
        return "session-" + number / PER_SESSION;
    }

    @Override
    public void close() {
        store.close();
        context.close();
        if (home != null) {
            Homes.delete(home);
        }
    }
}
