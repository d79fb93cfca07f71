package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.TextChunk;
import io.arkestra.store.Owner;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The vectors of the latest queries, in memory only, each for the user who asked: how long an answer takes must not tell others. */
final class QueryVectors {
    private static final int MOST = 512;

    private record Key(Owner owner, String model, String text) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, float[]> latest = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, float[]> eldest) {
            return size() > MOST;
        }
    };

    float[] of(Owner owner, Embedder embedder, String query) {
        Key key = new Key(owner, embedder.info().id(), query);
        lock.lock();
        try {
            float[] known = latest.get(key);
            if (known != null) {
                return known;
            }
        } finally {
            lock.unlock();
        }
        float[] vector = embed(embedder, query);
        lock.lock();
        try {
            latest.put(key, vector);
        } finally {
            lock.unlock();
        }
        return vector;
    }

    /** A query that is longer than the model takes is about what its parts are about: the mean of their vectors. */
    private static float[] embed(Embedder embedder, String query) {
        int limit = embedder.info().maxTokens();
        if (embedder.countTokens(query, EmbeddingRole.QUERY) <= limit) {
            return embedder.embed(List.of(query), EmbeddingRole.QUERY, Cancellation.none())
                    .get(0);
        }
        // A little less than fits as a passage: the prefix of a query may be longer.
        List<String> parts = embedder.chunks(query, limit - limit / 8, 0).stream()
                .map((TextChunk chunk) -> chunk.in(query))
                .toList();
        float[] sum = new float[embedder.info().dimension()];
        for (float[] part : embedder.embed(parts, EmbeddingRole.QUERY, Cancellation.none())) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
            }
        }
        return unit(sum);
    }

    /** A query moved towards the mean of some vectors. */
    static float[] towards(float[] query, Collection<float[]> good, double share) {
        float[] sum = query.clone();
        for (float[] vector : good) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += (float) (share * vector[i] / good.size());
            }
        }
        return unit(sum);
    }

    private static float[] unit(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        float scale = (float) (1 / Math.sqrt(Math.max(square, Float.MIN_NORMAL)));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }

    void forget(Owner owner) {
        lock.lock();
        try {
            latest.keySet().removeIf(key -> key.owner().equals(owner));
        } finally {
            lock.unlock();
        }
    }
}
