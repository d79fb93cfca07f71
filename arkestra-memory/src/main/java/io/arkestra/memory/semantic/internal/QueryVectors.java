package io.arkestra.memory.semantic.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.store.Owner;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The vectors of the latest queries, in memory only, each for the user who asked: how long an answer takes must not tell others. */
final class QueryVectors {
    private static final int MOST = 512;

    private record Key(Owner owner, String model, boolean shortened, String text) {}

    private final ReentrantLock lock = new ReentrantLock();
    /**
     * A query as a vector.
     *
     * @param vector of length 1
     * @param shortened whether the query was so long that only its beginning and its end went into it
     */
    record QueryVector(float[] vector, boolean shortened) {}

    private final Map<Key, QueryVector> latest = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, QueryVector> eldest) {
            return size() > MOST;
        }
    };

    QueryVector of(Owner owner, Embedder embedder, String query) {
        // Ends alone decide the vector, and a long text is not kept.
        String ends = QueryParts.ends(query);
        Key key = new Key(owner, embedder.info().id(), ends.length() < query.length(), ends);
        lock.lock();
        try {
            QueryVector known = latest.get(key);
            if (known != null) {
                return known;
            }
        } finally {
            lock.unlock();
        }
        QueryVector vector = embed(embedder, query);
        lock.lock();
        try {
            latest.put(key, vector);
        } finally {
            lock.unlock();
        }
        return vector;
    }

    /** A query that is longer than the model takes is about what its parts are about: the mean of their vectors. */
    private static QueryVector embed(Embedder embedder, String query) {
        QueryParts parts = QueryParts.of(embedder, query);
        List<float[]> vectors = embedder.embed(parts.texts(), EmbeddingRole.QUERY, Cancellation.none());
        if (vectors.size() == 1) {
            return new QueryVector(vectors.get(0), parts.shortened());
        }
        float[] sum = new float[embedder.info().dimension()];
        for (float[] part : vectors) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part[i];
            }
        }
        return new QueryVector(unit(sum), parts.shortened());
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
