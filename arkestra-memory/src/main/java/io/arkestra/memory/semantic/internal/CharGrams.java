package io.arkestra.memory.semantic.internal;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Vectors of letters, for texts that no model at hand understands: signed feature hashing (Weinberger et al. 2009) of the character
 * 3- to 5-grams of the words. Texts that share parts of words are near each other, whatever the endings; meaning plays no part. Needs no
 * weights and gives the same vector everywhere.
 */
final class CharGrams {
    static final int DIMENSION = 1024;
    /** What its vectors are kept under; to be changed with anything that changes them. */
    static final VectorModel MODEL = new VectorModel("chargrams-3-5-" + DIMENSION + "-1", DIMENSION);

    private static final int SHORTEST = 3;
    private static final int LONGEST = 5;
    private static final Pattern BREAK = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

    private CharGrams() {}

    /** Of length 1; empty for a text without letters and digits. */
    static Optional<float[]> vector(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .replace('ё', 'е');
        Map<String, Integer> counts = new HashMap<>();
        for (String word : BREAK.split(folded)) {
            if (!word.isEmpty()) {
                count("_" + word + "_", counts);
            }
        }
        float[] vector = new float[DIMENSION];
        counts.forEach((gram, count) -> {
            int hash = hash(gram);
            // A gram that occurs often says less with each time.
            float weight = (float) (1 + Math.log(count));
            vector[hash & (DIMENSION - 1)] += hash < 0 ? -weight : weight;
        });
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        if (square == 0) {
            return Optional.empty();
        }
        float scale = (float) (1 / Math.sqrt(square));
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] *= scale;
        }
        return Optional.of(vector);
    }

    private static void count(String word, Map<String, Integer> counts) {
        for (int length = SHORTEST; length <= LONGEST; length++) {
            for (int start = 0; start + length <= word.length(); start++) {
                counts.merge(word.substring(start, start + length), 1, Integer::sum);
            }
        }
    }

    /** FNV-1a over UTF-16 code units, then the finaliser of MurmurHash3, so that low and high bits are independent. */
    private static int hash(String gram) {
        int hash = 0x811c9dc5;
        for (int i = 0; i < gram.length(); i++) {
            hash = (hash ^ (gram.charAt(i) & 0xff)) * 0x01000193;
            hash = (hash ^ (gram.charAt(i) >>> 8)) * 0x01000193;
        }
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }
}
