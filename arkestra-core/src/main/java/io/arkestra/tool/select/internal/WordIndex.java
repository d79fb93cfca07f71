package io.arkestra.tool.select.internal;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Ranks tools by words: BM25 (Robertson and Zaragoza, 2009) over weighted fields, whose word counts are added up before they saturate. A word
 * of the name counts twice one of the description, of a parameter or of a value that a parameter may have. Immutable.
 */
final class WordIndex {
    private static final double K1 = 1.2;
    private static final double B = 0.75;
    private static final double NAME = 2;
    private static final double DESCRIPTION = 1;
    private static final double PARAMETERS = 1;
    private static final double VALUES = 1;
    private static final double EXAMPLES = 1;

    /**
     * The words of one tool.
     *
     * @param counts how often each stands there, weighted
     * @param length all of them together
     */
    record Words(Map<String, Double> counts, double length) {
        static Words of(ToolText text) {
            Map<String, Double> counts = new HashMap<>();
            double length = 0;
            length += count(text.name(), NAME, counts);
            length += count(text.description(), DESCRIPTION, counts);
            length += count(text.parameters(), PARAMETERS, counts);
            length += count(text.values(), VALUES, counts);
            length += count(text.examples(), EXAMPLES, counts);
            return new Words(counts, length);
        }

        private static double count(String text, double weight, Map<String, Double> counts) {
            List<String> words = ToolWords.of(text);
            words.forEach(word -> counts.merge(word, weight, Double::sum));
            return weight * words.size();
        }
    }

    /** Which tools have a word, and how much it counts there. */
    private record Postings(int[] tools, double[] weights, double idf) {}

    private final Map<String, Postings> postings = new HashMap<>();
    private final int size;

    WordIndex(List<Words> tools) {
        size = tools.size();
        double total = tools.stream().mapToDouble(Words::length).sum();
        double average = size == 0 ? 1 : Math.max(1e-9, total / size);
        Map<String, Integer> having = new HashMap<>();
        tools.forEach(tool -> tool.counts().keySet().forEach(word -> having.merge(word, 1, Integer::sum)));
        having.forEach((word, count) -> postings.put(
                word,
                new Postings(new int[count], new double[count], Math.log(1 + (size - count + 0.5) / (count + 0.5)))));
        Map<String, Integer> filled = new HashMap<>();
        for (int tool = 0; tool < size; tool++) {
            double length = tools.get(tool).length();
            for (Map.Entry<String, Double> entry : tools.get(tool).counts().entrySet()) {
                int at = filled.merge(entry.getKey(), 1, Integer::sum) - 1;
                Postings list = postings.get(entry.getKey());
                if (list != null) {
                    double count = entry.getValue();
                    list.tools()[at] = tool;
                    list.weights()[at] = list.idf() * count * (K1 + 1) / (count + K1 * (1 - B + B * length / average));
                }
            }
        }
    }

    /** The score of each tool; 0 where no word is in common. A word that the query repeats counts once: it means no more by that. */
    double[] scores(List<String> query) {
        double[] scores = new double[size];
        for (String word : new LinkedHashSet<>(query)) {
            Postings list = postings.get(word);
            if (list != null) {
                for (int i = 0; i < list.tools().length; i++) {
                    scores[list.tools()[i]] += list.weights()[i];
                }
            }
        }
        return scores;
    }

    /** How rare a word is among the tools; that of one that none has for a word that none has. */
    double rarity(String word) {
        Postings list = postings.get(word);
        return list == null ? Math.log(1 + (size + 0.5) / 0.5) : list.idf();
    }

    /** The words of the query that a tool has. */
    static List<String> shared(List<String> query, Words tool) {
        return query.stream().distinct().filter(tool.counts()::containsKey).toList();
    }
}
