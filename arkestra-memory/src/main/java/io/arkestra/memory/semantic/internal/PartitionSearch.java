package io.arkestra.memory.semantic.internal;

import io.arkestra.store.DocStore;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorFilter;
import io.arkestra.vector.VectorHit;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** A search in one partition: turns entries into items, of which a long one has several. */
final class PartitionSearch implements DenseSearch {
    private final Function<Collection<String>, Map<String, float[]>> vectors;
    private final float[] query;
    private final Map<String, Double> found;
    private final double mean;
    private final double deviation;

    private PartitionSearch(
            Function<Collection<String>, Map<String, float[]>> vectors,
            float[] query,
            Map<String, Double> found,
            VectorResult result) {
        this.vectors = vectors;
        this.query = query;
        this.found = found;
        this.mean = result.mean();
        this.deviation = result.deviation();
    }

    /**
     * @param vectors reads vectors by entry, at any later time
     */
    static PartitionSearch run(
            DocStore store,
            VectorIndex index,
            Function<Collection<String>, Map<String, float[]>> vectors,
            float[] query,
            int limit,
            VectorFilter filter) {
        Owner owner = index.partition().owner();
        VectorModel model =
                new VectorModel(index.partition().model(), index.partition().dimension());
        Function<String, Optional<String>> item =
                entry -> EmbeddingRows.item(entry).or(() -> longItem(store, owner, model, entry));
        VectorResult result = index.search(VectorQuery.of(model.id(), query)
                .limit(limit)
                .effort(VectorQuery.Effort.HIGH)
                .filter(filter(filter, item)));
        Map<String, Double> found = new LinkedHashMap<>();
        for (VectorHit hit : result.hits()) {
            item.apply(hit.id()).ifPresent(key -> found.merge(key, hit.score(), Math::max));
        }
        return new PartitionSearch(vectors, query, found, result);
    }

    private static VectorFilter filter(VectorFilter items, Function<String, Optional<String>> item) {
        if (items instanceof VectorFilter.All) {
            return items;
        }
        Predicate<String> test =
                items instanceof VectorFilter.Ids ids ? ids.ids()::contains : ((VectorFilter.Where) items).test();
        return VectorFilter.where(entry -> item.apply(entry).filter(test).isPresent());
    }

    /** A key that is too long for an entry is in the row. */
    private static Optional<String> longItem(DocStore store, Owner owner, VectorModel model, String entry) {
        return store.inTransaction(transaction -> transaction.get(EmbeddingRows.NAME, owner, model.tag() + "/" + entry))
                .map(EmbeddingRows::item);
    }

    @Override
    public Map<String, Double> scores() {
        return Map.copyOf(found);
    }

    @Override
    public Map<String, Double> scores(Collection<String> itemKeys) {
        Map<String, Double> scores = new HashMap<>();
        nearest(itemKeys).forEach((item, vector) -> scores.put(item, dot(query, vector)));
        return scores;
    }

    @Override
    public Map<String, float[]> vectors(Collection<String> itemKeys) {
        return nearest(itemKeys);
    }

    private Map<String, float[]> nearest(Collection<String> items) {
        Map<String, float[]> nearest = new HashMap<>();
        List<String> open = new ArrayList<>(items);
        // Parts are numbered without gaps: whoever has no next one is done.
        for (int part = 0; !open.isEmpty(); part++) {
            Map<String, String> entries = new HashMap<>();
            for (String item : open) {
                entries.put(EmbeddingRows.entry(item, part), item);
            }
            Map<String, float[]> parts = vectors.apply(entries.keySet());
            parts.forEach((entry, vector) ->
                    nearest.merge(entries.get(entry), vector, (a, b) -> dot(query, a) >= dot(query, b) ? a : b));
            open = parts.keySet().stream().map(entries::get).toList();
        }
        return nearest;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    @Override
    public double mean() {
        return mean;
    }

    @Override
    public double deviation() {
        return deviation;
    }
}
