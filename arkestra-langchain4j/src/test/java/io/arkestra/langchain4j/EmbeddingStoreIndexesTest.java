package io.arkestra.langchain4j;

import static io.arkestra.testkit.VectorIndexFixture.ALICE;
import static io.arkestra.testkit.VectorIndexFixture.BOB;
import static io.arkestra.testkit.VectorIndexFixture.MODEL;
import static io.arkestra.testkit.VectorIndexFixture.entries;
import static io.arkestra.testkit.VectorIndexFixture.partition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorIndexes;
import io.arkestra.vector.VectorQuery;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbeddingStoreIndexesTest {
    private final InMemoryEmbeddingStore<TextSegment> real = new InMemoryEmbeddingStore<>();

    /** A store that can less than the one behind it. */
    private class Lesser implements EmbeddingStore<TextSegment> {
        private final boolean filters;
        private final boolean removes;

        Lesser(boolean filters, boolean removes) {
            this.filters = filters;
            this.removes = removes;
        }

        @Override
        public String add(Embedding embedding) {
            return real.add(embedding);
        }

        @Override
        public void add(String id, Embedding embedding) {
            real.add(id, embedding);
        }

        @Override
        public String add(Embedding embedding, TextSegment segment) {
            return real.add(embedding, segment);
        }

        @Override
        public List<String> addAll(List<Embedding> embeddings) {
            return real.addAll(embeddings);
        }

        @Override
        public void addAll(List<String> ids, List<Embedding> embeddings, List<TextSegment> segments) {
            real.addAll(ids, embeddings, segments);
        }

        @Override
        public void removeAll(Collection<String> ids) {
            if (!removes) {
                throw new UnsupportedFeatureException("Not supported yet.");
            }
            real.removeAll(ids);
        }

        @Override
        public void removeAll(Filter filter) {
            if (!removes) {
                throw new UnsupportedFeatureException("Not supported yet.");
            }
            real.removeAll(filter);
        }

        @Override
        public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
            return real.search(
                    filters
                            ? request
                            : EmbeddingSearchRequest.builder()
                                    .queryEmbedding(request.queryEmbedding())
                                    .maxResults(request.maxResults())
                                    .build());
        }
    }

    @Test
    void open_storeThatIgnoresFilters_isRefusedAndLeavesNothingBehind() {
        EmbeddingStoreIndexes indexes = EmbeddingStoreIndexes.of(new Lesser(false, true));

        VectorIndexException refused =
                assertThrows(VectorIndexException.class, () -> indexes.open(partition(ALICE, 4)));

        assertTrue(refused.getMessage().contains("does not filter a search by metadata"), refused.getMessage());
        assertFalse(indexes.abilities().orElseThrow().fitForUsers());
        assertEquals(0, size(), "what was tried is removed again");
        assertEquals(List.of(), indexes.partitions());
    }

    @Test
    void open_storeThatCannotRemove_isRefused() {
        EmbeddingStoreIndexes indexes = EmbeddingStoreIndexes.of(new Lesser(true, false));

        VectorIndexException refused =
                assertThrows(VectorIndexException.class, () -> indexes.open(partition(ALICE, 4)));

        assertTrue(refused.getMessage().contains("does not remove entries by id"), refused.getMessage());
        assertTrue(refused.getMessage().contains("forgotten"), refused.getMessage());
    }

    @Test
    void open_completeStore_canDoEverything() {
        EmbeddingStoreIndexes indexes = EmbeddingStoreIndexes.of(real);
        assertEquals(Optional.empty(), indexes.abilities());

        indexes.open(partition(ALICE, 4));

        assertEquals(
                new StoreAbilities(true, true, true, true), indexes.abilities().orElseThrow());
        assertEquals(0, size());
    }

    @Test
    void drop_owner_removesWhatAnEarlierProcessLeft() {
        VectorIndexes earlier = EmbeddingStoreIndexes.of(real);
        earlier.open(partition(ALICE, 4)).upsert(1, entries(1, 5, 4, "a"));
        earlier.open(partition(BOB, 4)).upsert(1, entries(2, 3, 4, "b"));
        earlier.close();

        EmbeddingStoreIndexes.of(real).drop(ALICE);

        assertEquals(3, size());
    }

    @Test
    void upsert_rows_holdNoNameOfTheUser() {
        EmbeddingStoreIndexes.of(real).open(partition(ALICE, 4)).upsert(1, entries(1, 5, 4, "e"));

        assertTrue(
                found().stream().noneMatch(match -> match.embedded().toString().contains("alice")));
    }

    @Test
    void search_storeFails_isATypedError() {
        InMemoryEmbeddingStore<TextSegment> breaking = new InMemoryEmbeddingStore<>() {
            @Override
            public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
                if (request.maxResults() > 2) {
                    throw new IllegalStateException("gone");
                }
                return super.search(request);
            }
        };
        VectorIndex index = EmbeddingStoreIndexes.of(breaking).open(partition(ALICE, 4));
        index.upsert(1, entries(1, 5, 4, "e"));

        VectorIndexException failure = assertThrows(
                VectorIndexException.class, () -> index.search(VectorQuery.of(MODEL, new float[] {1, 0, 0, 0})));

        assertEquals("vector.io", failure.code());
        assertTrue(failure.getMessage().contains("gone"));
    }

    @Test
    void provider_ofAHost_opensItsStoreAndStandsBehindOthers() {
        EmbeddingStoreIndexProvider provider = new EmbeddingStoreIndexProvider() {
            @Override
            public String id() {
                return "my-store";
            }

            @Override
            protected EmbeddingStore<TextSegment> store(io.arkestra.spi.ProviderContext context) {
                return real;
            }
        };
        try (VectorIndexes indexes = provider.open(TestProviderContext.builder().build())) {
            indexes.open(partition(ALICE, 4)).upsert(1, entries(1, 5, 4, "e"));
            assertTrue(indexes.describe().get(0).contains("InMemoryEmbeddingStore"));
        }
        assertEquals(5, size());
        assertTrue(provider.priority() < 100);
    }

    private int size() {
        return found().size();
    }

    private List<dev.langchain4j.store.embedding.EmbeddingMatch<TextSegment>> found() {
        return real.search(EmbeddingSearchRequest.builder()
                        .queryEmbedding(Embedding.from(new float[] {1, 0, 0, 0}))
                        .maxResults(1_000)
                        .build())
                .matches();
    }
}
