package io.arkestra.langchain4j;

import java.util.Map;
import java.util.TreeMap;

/** The vectors of at most 512 ids, those with the least hashes: always the same for the same ids. Guarded by who uses it. */
final class VectorSample {
    private static final int MOST = 512;

    private record Key(int hash, String id) implements Comparable<Key> {
        static Key of(String id) {
            int hash = id.hashCode() * 0x9E3779B9;
            return new Key(hash ^ hash >>> 15, id);
        }

        @Override
        public int compareTo(Key other) {
            int order = Integer.compare(hash, other.hash);
            return order == 0 ? id.compareTo(other.id) : order;
        }
    }

    private final TreeMap<Key, float[]> vectors = new TreeMap<>();

    void put(String id, float[] vector) {
        vectors.put(Key.of(id), vector);
        if (vectors.size() > MOST) {
            vectors.pollLastEntry();
        }
    }

    void remove(String id) {
        vectors.remove(Key.of(id));
    }

    void clear() {
        vectors.clear();
    }

    long bytes() {
        return vectors.entrySet().stream()
                .mapToLong(entry -> 4L * entry.getValue().length)
                .sum();
    }

    double mean(float[] query) {
        return vectors.values().stream()
                .mapToDouble(vector -> dot(vector, query))
                .average()
                .orElse(0);
    }

    double deviation(float[] query) {
        double mean = mean(query);
        double squares = 0;
        for (Map.Entry<Key, float[]> entry : vectors.entrySet()) {
            double off = dot(entry.getValue(), query) - mean;
            squares += off * off;
        }
        return vectors.size() < 2 ? 0 : Math.sqrt(squares / vectors.size());
    }

    static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }
}
