package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import io.arkestra.tool.select.internal.ToolWords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Simple ways to choose tools: BM25 over names and descriptions, with and without parameters, vectors, and reciprocal rank fusion of them. Words
 * are those of the product, cut, stemmed and without stop words, so that what is compared is how they are used.
 */
final class ToolBaselines {
    private static final double K1 = 1.2;
    private static final double B = 0.75;
    private static final int RRF = 60;

    private final List<String> ids;
    private final List<Map<String, Integer>> plain;
    private final List<Map<String, Integer>> full;
    private final List<float[]> miniLm = new ArrayList<>();
    private final List<float[]> e5 = new ArrayList<>();
    private final Models.Model miniLmModel;
    private final Models.Model e5Model;

    ToolBaselines(ToolRows rows, Models models, Progress progress) {
        ids = rows.tools().stream().map(ToolRows.Row::id).toList();
        plain = rows.tools().stream()
                .map(tool -> words(tool.name() + " " + tool.description()))
                .toList();
        full = rows.tools().stream()
                .map(tool -> words(tool.name() + " " + tool.description() + " " + parameters(tool.schema())))
                .toList();
        miniLmModel = models.miniLm();
        e5Model = models.e5();
        int done = 0;
        for (ToolRows.Row tool : rows.tools()) {
            progress.at("embedding for baselines", ++done, rows.tools().size());
            String text = cut(tool.name() + ": " + tool.description());
            miniLm.add(miniLmModel.passage(text));
            e5.add(e5Model.passage(text));
        }
    }

    private static String cut(String text) {
        return text.length() <= 500 ? text : text.substring(0, 500);
    }

    private static String parameters(Json schema) {
        StringBuilder text = new StringBuilder();
        schema.get("properties").map(Json::members).orElse(Map.of()).forEach((name, property) -> {
            text.append(name)
                    .append(' ')
                    .append(property.string("description").orElse(""))
                    .append(' ');
            text.append(parameters(property));
        });
        schema.get("items").ifPresent(items -> text.append(parameters(items)));
        return text.toString();
    }

    /** What each finds, best first. */
    Map<String, List<String>> rank(String query) {
        double[] bm25 = bm25(plain, words(query));
        double[] bm25Full = bm25(full, words(query));
        double[] mini = cosines(miniLm, miniLmModel.query(cut(query)));
        double[] second = cosines(e5, e5Model.query(cut(query)));
        Map<String, List<String>> ranked = new LinkedHashMap<>();
        ranked.put("bm25", order(bm25));
        ranked.put("bm25+params", order(bm25Full));
        ranked.put("minilm", order(mini));
        ranked.put("e5", order(second));
        ranked.put("rrf(bm25,minilm)", order(fused(List.of(bm25, mini))));
        ranked.put("rrf(bm25+params,minilm)", order(fused(List.of(bm25Full, mini))));
        ranked.put("rrf(bm25+params,e5)", order(fused(List.of(bm25Full, second))));
        ranked.put("rrf(bm25,minilm,e5)", order(fused(List.of(bm25, mini, second))));
        return ranked;
    }

    private static Map<String, Integer> words(String text) {
        Map<String, Integer> counts = new HashMap<>();
        ToolWords.of(text).forEach(word -> counts.merge(word, 1, Integer::sum));
        return counts;
    }

    private static double[] bm25(List<Map<String, Integer>> tools, Map<String, Integer> query) {
        double average =
                tools.stream().mapToInt(ToolBaselines::length).average().orElse(1);
        double[] scores = new double[tools.size()];
        for (String word : query.keySet()) {
            long having = tools.stream().filter(tool -> tool.containsKey(word)).count();
            double rarity = Math.log(1 + (tools.size() - having + 0.5) / (having + 0.5));
            for (int i = 0; i < scores.length && having > 0; i++) {
                int count = tools.get(i).getOrDefault(word, 0);
                scores[i] += count == 0
                        ? 0
                        : rarity * count * (K1 + 1) / (count + K1 * (1 - B + B * length(tools.get(i)) / average));
            }
        }
        return scores;
    }

    private static int length(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static double[] cosines(List<float[]> tools, float[] query) {
        double[] scores = new double[tools.size()];
        for (int i = 0; i < scores.length; i++) {
            for (int d = 0; d < query.length; d++) {
                scores[i] += query[d] * tools.get(i)[d];
            }
        }
        return scores;
    }

    private static double[] fused(List<double[]> systems) {
        double[] sums = new double[systems.get(0).length];
        for (double[] scores : systems) {
            List<Integer> places = places(scores);
            for (int place = 0; place < places.size(); place++) {
                sums[places.get(place)] += 1.0 / (RRF + place + 1);
            }
        }
        return sums;
    }

    private static List<Integer> places(double[] scores) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            places.add(i);
        }
        places.sort(Comparator.comparingDouble((Integer i) -> -scores[i]));
        return places;
    }

    private List<String> order(double[] scores) {
        return places(scores).stream().map(ids::get).toList();
    }
}
