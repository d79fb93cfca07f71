package io.arkestra.langchain4j;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.MetadataFilterBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * What an {@link EmbeddingStore} can do, found out by trying: most of its methods may be left out, and nothing tells which.
 *
 * @param filter searches only among entries with certain metadata
 * @param removeByIds removes entries by id, and a search after it does not find them
 * @param removeByFilter removes entries with certain metadata
 * @param vectors gives the vectors of what it found
 */
public record StoreAbilities(boolean filter, boolean removeByIds, boolean removeByFilter, boolean vectors) {
    private static final String TRIAL = "arkestra_trial";

    /** Tries with two entries, which are removed again as far as that is possible. */
    public static StoreAbilities of(EmbeddingStore<TextSegment> store, int dimension) {
        String run = UUID.randomUUID().toString();
        List<String> ids =
                List.of(UUID.randomUUID().toString(), UUID.randomUUID().toString());
        float[] vector = new float[dimension];
        vector[0] = 1;
        Embedding embedding = Embedding.from(vector);
        Filter first = MetadataFilterBuilder.metadataKey(TRIAL).isEqualTo(run + "-0");
        Filter second = MetadataFilterBuilder.metadataKey(TRIAL).isEqualTo(run + "-1");
        List<EmbeddingMatch<TextSegment>> found = new ArrayList<>();
        boolean added = works(() -> {
            store.addAll(ids, List.of(embedding, embedding), List.of(segment(run + "-0"), segment(run + "-1")));
            return true;
        });
        boolean filter = added
                && works(() -> {
                    found.addAll(search(store, embedding, first));
                    return found.size() == 1 && found.get(0).embeddingId().equals(ids.get(0));
                });
        boolean vectors = filter
                && found.get(0).embedding() != null
                && found.get(0).embedding().vector().length == dimension;
        boolean byIds = added
                && works(() -> {
                    store.removeAll(List.of(ids.get(0)));
                    return !filter || search(store, embedding, first).isEmpty();
                });
        boolean byFilter = filter
                && works(() -> {
                    store.removeAll(second);
                    return search(store, embedding, second).isEmpty();
                });
        if (byIds && !byFilter) {
            works(() -> {
                store.removeAll(ids);
                return true;
            });
        }
        return new StoreAbilities(filter, byIds, byFilter, vectors);
    }

    private static TextSegment segment(String trial) {
        return TextSegment.from("-", Metadata.from(TRIAL, trial));
    }

    private static List<EmbeddingMatch<TextSegment>> search(
            EmbeddingStore<TextSegment> store, Embedding embedding, Filter filter) {
        return store.search(EmbeddingSearchRequest.builder()
                        .queryEmbedding(embedding)
                        .maxResults(2)
                        .filter(filter)
                        .build())
                .matches();
    }

    /** What throws does not work, whatever it throws: some stores say so with an error of their own, some by falling over. */
    private static boolean works(BooleanSupplier trial) {
        try {
            return trial.getAsBoolean();
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Whether it can keep what belongs to somebody apart, and let go of it. */
    public boolean fitForUsers() {
        return filter && removeByIds && removeByFilter && vectors;
    }

    /** What is missing for that, in words. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (!filter) {
            missing.add("it does not filter a search by metadata");
        }
        if (!removeByIds) {
            missing.add("it does not remove entries by id");
        }
        if (!removeByFilter) {
            missing.add("it does not remove entries by metadata");
        }
        if (!vectors) {
            missing.add("it does not return vectors");
        }
        return missing;
    }
}
