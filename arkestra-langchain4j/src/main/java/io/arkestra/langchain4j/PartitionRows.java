package io.arkestra.langchain4j;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.MetadataFilterBuilder;
import io.arkestra.common.Json;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorPartition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The rows of one partition in a shared store. */
final class PartitionRows {
    private static final String OWNER = "arkestra_owner";
    private static final String PARTITION = "arkestra_partition";
    private static final String ID = "arkestra_id";
    /** Of ids in one filter: stores have limits. */
    static final int MOST_IDS = 500;

    private final EmbeddingStore<TextSegment> store;
    private final String owner;
    private final String key;

    PartitionRows(EmbeddingStore<TextSegment> store, VectorPartition partition) {
        this.store = store;
        this.owner = digest(partition.owner().key());
        this.key = Json.array(
                        Json.of(partition.owner().key()),
                        Json.of(partition.collection()),
                        Json.of(partition.model()),
                        Json.of((long) partition.dimension()))
                .digest();
    }

    private static String digest(String text) {
        return Json.of(text).digest();
    }

    void add(Map<String, float[]> vectors) {
        List<String> ids = new ArrayList<>();
        List<Embedding> embeddings = new ArrayList<>();
        List<TextSegment> segments = new ArrayList<>();
        vectors.forEach((id, vector) -> {
            ids.add(row(id));
            embeddings.add(Embedding.from(vector.clone()));
            segments.add(TextSegment.from("-", Metadata.from(Map.of(OWNER, owner, PARTITION, key, ID, id))));
        });
        guarded(() -> {
            store.addAll(ids, embeddings, segments);
            return null;
        });
    }

    void remove(Collection<String> ids) {
        guarded(() -> {
            store.removeAll(ids.stream().map(this::row).toList());
            return null;
        });
    }

    void removeAll() {
        guarded(() -> {
            store.removeAll(mine());
            return null;
        });
    }

    static void removeAll(EmbeddingStore<TextSegment> store, Owner owner) {
        guarded(store, () -> {
            store.removeAll(MetadataFilterBuilder.metadataKey(OWNER).isEqualTo(digest(owner.key())));
            return null;
        });
    }

    /** The nearest rows, at most {@code limit}, as far as the store knows; by id. */
    List<Row> nearest(float[] query, int limit) {
        return search(query, limit, mine());
    }

    /** These rows, at most {@link #MOST_IDS}. */
    List<Row> rows(float[] query, Collection<String> ids) {
        return search(
                query,
                ids.size(),
                mine().and(MetadataFilterBuilder.metadataKey(ID).isIn(ids)));
    }

    private List<Row> search(float[] query, int limit, Filter filter) {
        return guarded(() -> store
                .search(EmbeddingSearchRequest.builder()
                        .queryEmbedding(Embedding.from(query))
                        .maxResults(limit)
                        .minScore(0.0)
                        .filter(filter)
                        .build())
                .matches()
                .stream()
                .map(PartitionRows::row)
                .toList());
    }

    /** A row as it was found. */
    record Row(String id, float[] vector) {}

    private static Row row(EmbeddingMatch<TextSegment> match) {
        return new Row(
                match.embedded().metadata().getString(ID), match.embedding().vector());
    }

    private Filter mine() {
        return MetadataFilterBuilder.metadataKey(PARTITION).isEqualTo(key);
    }

    /** Unique in the whole store; many stores take nothing but such ids. */
    private String row(String id) {
        return UUID.nameUUIDFromBytes((key + "\n" + id).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private <T extends @Nullable Object> T guarded(Supplier<T> work) {
        return guarded(store, work);
    }

    private static <T extends @Nullable Object> T guarded(EmbeddingStore<TextSegment> store, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            throw new VectorIndexException(
                    "io", "The embedding store " + store.getClass().getName() + " failed: " + e.getMessage(), e);
        }
    }
}
