package io.arkestra.memory.document.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexProvider;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.keyword.lucene.internal.LuceneKeywordIndexProvider;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.Memory;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.internal.ArkestraMemoryProvider;
import io.arkestra.spi.ProviderContext;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestProviderContext;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A long document comes in while somebody searches. */
class ChunkIndexTest {
    private static final Scope ANN = Scope.of(UserId.of("ann"));

    /** Lucene, but writing chunks of documents waits where the test wants it to. */
    private static final class HeldIndex implements KeywordIndexProvider {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch released = new CountDownLatch(1);
        volatile boolean holding;

        @Override
        public String id() {
            return "held";
        }

        @Override
        public KeywordIndex open(KeywordIndexSpec spec, ProviderContext context) {
            KeywordIndex lucene = new LuceneKeywordIndexProvider().open(spec, context);
            return spec.name().equals(ChunkIndex.SPEC.name()) ? held(lucene) : lucene;
        }

        private KeywordIndex held(KeywordIndex lucene) {
            return new KeywordIndex() {
                @Override
                public void upsert(List<KeywordDoc> docs) {
                    if (holding) {
                        reached.countDown();
                        await(released);
                    }
                    lucene.upsert(docs);
                }

                @Override
                public void remove(Owner owner, Collection<String> ids) {
                    lucene.remove(owner, ids);
                }

                @Override
                public void drop(Owner owner) {
                    lucene.drop(owner);
                }

                @Override
                public void clear() {
                    lucene.clear();
                }

                @Override
                public List<KeywordHit> search(KeywordQuery query) {
                    return lucene.search(query);
                }

                @Override
                public void commit(long sequence) {
                    lucene.commit(sequence);
                }

                @Override
                public long committedSequence() {
                    return lucene.committedSequence();
                }

                @Override
                public long count(Owner owner) {
                    return lucene.count(owner);
                }

                @Override
                public void close() {
                    lucene.close();
                }
            };
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Recall search(Memory memory, String words) {
        return memory.documents().search(ANN, RecallQuery.about(words), Map.of());
    }

    private static @Nullable String source(Recall recall) {
        return recall.passages().isEmpty()
                ? null
                : recall.passages().get(0).source().orElseThrow();
    }

    @Test
    void add_longDocument_isNotWaitedForByWhoeverSearchesMeanwhile() {
        HeldIndex index = new HeldIndex();
        DocStore store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().build());
        TestProviderContext context = TestProviderContext.builder()
                .service(DocStore.class, store)
                .service(KeywordIndexProvider.class, index)
                .build();
        try (store;
                Memory memory = new ArkestraMemoryProvider().open(context)) {
            memory.documents().add(ANN, DocumentDraft.of("zoo", "Animals", "The aardvark eats ants at night."));
            index.holding = true;
            String text = "The engine of the ship needs oil and the captain needs coffee. ".repeat(2_000);
            CompletableFuture<Void> adding = CompletableFuture.runAsync(
                    () -> memory.documents().add(ANN, DocumentDraft.of("ship", "Ship", text)));
            await(index.reached);

            Recall meanwhile = search(memory, "aardvark");

            assertFalse(adding.isDone());
            assertEquals("zoo", source(meanwhile));
            assertTrue(meanwhile.notes().toString().contains("still being built"), meanwhile.notes()::toString);
            index.released.countDown();
            adding.orTimeout(60, TimeUnit.SECONDS).join();
            assertTrue(
                    memory.describe().stream()
                            .anyMatch(line -> line.contains("documents: by words") && line.contains("up to date")),
                    memory.describe()::toString);
            Recall afterwards = search(memory, "captain");
            assertEquals("ship", source(afterwards));
            assertEquals(List.of(), afterwards.notes());
        }
    }
}
