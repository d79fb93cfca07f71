package io.arkestra.tool.select.internal;

import java.util.ArrayList;
import java.util.Arrays;
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
    private static final int LANES = 4;

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
        double[] best = new double[tools.length];
        List<float[]> nearness = new ArrayList<>();
        for (float[] word : asked.values()) {
            float[] near = nearness(word);
            nearness.add(near);
            double having = 0;
            for (int tool = 0; tool < tools.length; tool++) {
                double nearest = LEAST;
                for (int place : tools[tool]) {
                    nearest = Math.max(nearest, near[place]);
                }
                best[tool] = (nearest - LEAST) / (1 - LEAST);
                having += best[tool];
            }
            double rarity = Math.log(1 + (tools.length - having + 0.5) / (having + 0.5));
            for (int tool = 0; tool < tools.length; tool++) {
                scores[tool] += rarity * best[tool];
            }
        }
        return new Likeness(scores, List.copyOf(asked.keySet()), nearness, this);
    }

    /** The cosine of a word with each that is known. */
    private float[] nearness(float[] word) {
        float[] near = new float[words.size()];
        for (int place = 0; place < near.length; place++) {
            near[place] = product(word, vectors.get(place));
        }
        return near;
    }

    /** Several sums at once, which processors do faster than one after the other. */
    private static float product(float[] one, float[] other) {
        float first = 0;
        float second = 0;
        float third = 0;
        float fourth = 0;
        int even = one.length - one.length % LANES;
        for (int d = 0; d < even; d += LANES) {
            first += one[d] * other[d];
            second += one[d + 1] * other[d + 1];
            third += one[d + 2] * other[d + 2];
            fourth += one[d + 3] * other[d + 3];
        }
        for (int d = even; d < one.length; d++) {
            first += one[d] * other[d];
        }
        return first + second + third + fourth;
    }

    /** What a message has in common with the tools by words of like meaning. */
    static final class Likeness {
        private final double[] scores;
        private final List<String> asked;
        private final List<float[]> nearness;
        private final LikeWords index;

        private Likeness(double[] scores, List<String> asked, List<float[]> nearness, LikeWords index) {
            this.scores = scores;
            this.asked = asked;
            this.nearness = nearness;
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
            for (int word = 0; word < asked.size(); word++) {
                String said = asked.get(word);
                float[] near = nearness.get(word);
                int nearest = Arrays.stream(index.tools[tool])
                        .boxed()
                        .max(Comparator.comparingDouble(place -> near[place]))
                        .orElse(-1);
                if (nearest >= 0
                        && near[nearest] > TOLD
                        && !ToolWords.stem(said).equals(ToolWords.stem(index.words.get(nearest)))) {
                    pairs.add(new Pair(said, index.words.get(nearest), near[nearest]));
                }
            }
            return pairs.stream()
                    .sorted(Comparator.comparingDouble(Pair::near).reversed())
                    .limit(MOST_TOLD)
                    .map(pair -> pair.asked() + " as " + pair.told())
                    .toList();
        }
    }
}
