package io.arkestra.benchmarks.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Simple systems on the same data: what a host would build in an afternoon. */
final class Baselines implements AutoCloseable {
    private static final int DEPTH = 100;
    private static final int SHORT_LIST = 50;
    private static final int RRF = 60;

    private final Models models;
    private final Models.Model e5;
    private final Models.Model miniLm;
    private final VectorFile e5Vectors;
    private final VectorFile miniLmVectors;
    private final Map<String, Words> words = new HashMap<>();
    private final Map<String, List<DataSet.Item>> items;

    Baselines(DataSet data, Models models, VectorFile e5Vectors, VectorFile miniLmVectors, Progress progress) {
        this.models = models;
        this.e5 = models.e5();
        this.miniLm = models.miniLm();
        this.e5Vectors = e5Vectors;
        this.miniLmVectors = miniLmVectors;
        this.items = data.byUser();
        items.forEach((user, own) -> words.put(user, new Words(own, data.isRussian())));
        int done = 0;
        for (DataSet.Item item : data.items()) {
            progress.at("embedding for baselines", ++done, data.items().size());
            e5Vectors.get("p " + item.line(), () -> e5.passage(item.line()));
            miniLmVectors.get("p " + item.line(), () -> miniLm.passage(item.line()));
        }
    }

    /** What each system finds, best first, by the system's name. */
    Map<String, List<String>> rank(DataSet.Query query) {
        Words lexical = words.get(query.user());
        if (lexical == null) {
            return Map.of();
        }
        List<DataSet.Item> own = items.getOrDefault(query.user(), List.of());
        List<String> bm25 = lexical.search(query.text());
        float[] first = miniLmVectors.get("q " + query.text(), () -> miniLm.query(query.text()));
        float[] second = e5Vectors.get("q " + query.text(), () -> e5.query(query.text()));
        List<String> nearMiniLm = nearest(own, miniLmVectors, first, Set.of(), DEPTH);
        List<String> nearE5 = nearest(own, e5Vectors, second, Set.of(), DEPTH);
        Map<String, List<String>> ranked = new LinkedHashMap<>();
        ranked.put("bm25", bm25);
        ranked.put("minilm", nearMiniLm);
        ranked.put("e5", nearE5);
        ranked.put("rrf(bm25,minilm)", fused(bm25, nearMiniLm));
        ranked.put("rrf(bm25,e5)", fused(bm25, nearE5));
        Set<String> shortList = new HashSet<>(nearMiniLm.subList(0, Math.min(SHORT_LIST, nearMiniLm.size())));
        ranked.put("minilm50->e5", nearest(own, e5Vectors, second, shortList, DEPTH));
        return ranked;
    }

    private record Scored(String id, double score) {}

    /** @param among ids that may be found; empty for all */
    private static List<String> nearest(
            List<DataSet.Item> items, VectorFile vectors, float[] query, Set<String> among, int limit) {
        List<Scored> scored = new ArrayList<>();
        for (DataSet.Item item : items) {
            if (among.isEmpty() || among.contains(item.id())) {
                scored.add(new Scored(item.id(), dot(query, vectors.known("p " + item.line()))));
            }
        }
        return scored.stream()
                .sorted(Comparator.comparingDouble(Scored::score).reversed().thenComparing(Scored::id))
                .limit(limit)
                .map(Scored::id)
                .toList();
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static List<String> fused(List<String> a, List<String> b) {
        Map<String, Double> scores = new LinkedHashMap<>();
        for (List<String> list : List.of(a, b)) {
            for (int i = 0; i < list.size(); i++) {
                scores.merge(list.get(i), 1.0 / (RRF + i + 1), Double::sum);
            }
        }
        return scores.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void close() {
        e5Vectors.close();
        miniLmVectors.close();
        models.close();
    }
}
