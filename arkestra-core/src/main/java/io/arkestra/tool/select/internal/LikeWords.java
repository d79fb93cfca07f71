package io.arkestra.tool.select.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ranks tools by words of like meaning: a message that says {@code photo} comes near a tool that is described with {@code image}. Each word of the
 * message counts by the word of the tool that is nearest to it, and the more the fewer tools have one like it, as in BM25 with counts that are
 * not whole. What a vector of the whole description says is too coarse for tools that differ in one word. Immutable.
 */
final class LikeWords {
    /** Words that are no nearer than this have nothing in common. */
    private static final double LEAST = 0.4;
    /** Pairs of words that are told as a reason are at least so near. */
    private static final double TOLD = 0.55;

    private static final int MOST_TOLD = 2;
    /** The beginning of a long message says what is wanted. */
    private static final int MOST_ASKED = 96;

    private static final int SHORTEST = 2;
    private static final int LONGEST = 30;
    private static final int LANES = 8;

    private final List<String> words = new ArrayList<>();
    private final List<float[]> vectors = new ArrayList<>();
    /** Of each tool, the places of its words. */
    private final int[][] tools;

    /**
     * @param tools words of each
     * @param known vectors of length 1; words that have none are left out
     */
    LikeWords(List<List<String>> tools, Map<String, float[]> known) {
        Map<String, Integer> places = new HashMap<>();
        this.tools = new int[tools.size()][];
        for (int tool = 0; tool < this.tools.length; tool++) {
            this.tools[tool] = tools.get(tool).stream()
                    .mapToInt(word -> place(word, known, places))
                    .filter(place -> place >= 0)
                    .toArray();
        }
    }

    private int place(String word, Map<String, float[]> known, Map<String, Integer> places) {
        float[] vector = known.get(word);
        if (vector == null) {
            return -1;
        }
        return places.computeIfAbsent(word, key -> {
            words.add(key);
            vectors.add(vector);
            return words.size() - 1;
        });
    }

    /** The words of a text that are compared. */
    static List<String> of(String text) {
        return ToolWords.spoken(text).stream()
                .filter(word -> word.length() >= SHORTEST && word.length() <= LONGEST)
                .distinct()
                .toList();
    }

    /** The words of a message that are compared. */
    static List<String> asked(String message) {
        return of(message).stream().limit(MOST_ASKED).toList();
    }

    /** @param asked words of a message with their vectors */
    Likeness likeness(Map<String, float[]> asked) {
        double[] scores = new double[tools.length];
        double[] near = new double[words.size()];
        double[] best = new double[tools.length];
        for (float[] word : asked.values()) {
            for (int place = 0; place < near.length; place++) {
                near[place] = Math.max(0, (product(word, vectors.get(place)) - LEAST) / (1 - LEAST));
            }
            double having = 0;
            for (int tool = 0; tool < tools.length; tool++) {
                double nearest = 0;
                for (int place : tools[tool]) {
                    nearest = Math.max(nearest, near[place]);
                }
                best[tool] = nearest;
                having += nearest;
            }
            double rarity = Math.log(1 + (tools.length - having + 0.5) / (having + 0.5));
            for (int tool = 0; tool < tools.length; tool++) {
                scores[tool] += rarity * best[tool];
            }
        }
        return new Likeness(scores, asked, this);
    }

    /** Several sums at once, which processors do faster than one after the other. */
    private static double product(float[] one, float[] other) {
        float[] sums = new float[LANES];
        int even = one.length - one.length % LANES;
        for (int d = 0; d < even; d += LANES) {
            for (int lane = 0; lane < LANES; lane++) {
                sums[lane] += one[d + lane] * other[d + lane];
            }
        }
        float sum = 0;
        for (float lane : sums) {
            sum += lane;
        }
        for (int d = even; d < one.length; d++) {
            sum += one[d] * other[d];
        }
        return sum;
    }

    /** What a message has in common with the tools by words of like meaning. */
    static final class Likeness {
        private final double[] scores;
        private final Map<String, float[]> asked;
        private final LikeWords index;

        private Likeness(double[] scores, Map<String, float[]> asked, LikeWords index) {
            this.scores = scores;
            this.asked = asked;
            this.index = index;
        }

        /** The score of each tool, not negative. */
        double[] scores() {
            return scores.clone();
        }

        private record Pair(String asked, String told, double near) {}

        /** Words of the message and of a tool that mean nearly the same without being the same, the nearest first. */
        List<String> pairs(int tool) {
            List<Pair> pairs = new ArrayList<>();
            asked.forEach((word, vector) -> {
                Pair nearest = new Pair(word, "", TOLD);
                for (int place : index.tools[tool]) {
                    double near = product(vector, index.vectors.get(place));
                    nearest = near > nearest.near() ? new Pair(word, index.words.get(place), near) : nearest;
                }
                if (!nearest.told().isEmpty() && !ToolWords.stem(word).equals(ToolWords.stem(nearest.told()))) {
                    pairs.add(nearest);
                }
            });
            return pairs.stream()
                    .sorted(Comparator.comparingDouble(Pair::near).reversed())
                    .limit(MOST_TOLD)
                    .map(pair -> pair.asked() + " as " + pair.told())
                    .toList();
        }
    }
}
