package io.arkestra.testkit;

import io.arkestra.common.UserId;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorHit;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorPartition;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Vectors that resemble those of texts, and what a search among them must find. For tests of vector indexes. */
public final class VectorIndexFixture {
    public static final Owner ALICE = Owner.of(UserId.of("alice"));
    public static final Owner BOB = Owner.of(UserId.of("bob"));
    public static final String MODEL = "test-model-0123456789ab";

    private VectorIndexFixture() {}

    public static VectorPartition partition(Owner owner, int dimension) {
        return VectorPartition.of(owner, "embeddings", MODEL, dimension);
    }

    /** Around some fifty topics, with a common direction as text embeddings have it. The same seed gives the same vectors. */
    public static List<VectorEntry> entries(long seed, int count, int dimension, String prefix) {
        Random random = new Random(seed);
        Random topics = new Random(42);
        float[][] centres = new float[50][];
        for (int i = 0; i < centres.length; i++) {
            centres[i] = gaussian(topics, dimension, 0.4f);
        }
        List<VectorEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            float[] vector = gaussian(random, dimension, 0);
            float[] centre = centres[random.nextInt(centres.length)];
            for (int d = 0; d < dimension; d++) {
                vector[d] += centre[d];
            }
            entries.add(VectorEntry.of(prefix + i, vector));
        }
        return entries;
    }

    private static float[] gaussian(Random random, int dimension, float offset) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian() + offset;
        }
        return vector;
    }

    /** By id, what an index that got these entries in this order must hold. */
    public static Map<String, float[]> contents(List<VectorEntry> entries) {
        Map<String, float[]> contents = new TreeMap<>();
        entries.forEach(entry -> contents.put(entry.id(), entry.vector()));
        return contents;
    }

    /** The true nearest, best first, ties by id. */
    public static List<VectorHit> nearest(Map<String, float[]> contents, float[] query, int limit) {
        return contents.entrySet().stream()
                .map(entry -> VectorHit.of(entry.getKey(), cosine(entry.getValue(), query)))
                .sorted(Comparator.comparingDouble(VectorHit::score).reversed().thenComparing(VectorHit::id))
                .limit(limit)
                .toList();
    }

    public static double cosine(float[] a, float[] b) {
        double product = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            product += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return product / Math.sqrt(aa * bb);
    }

    /** Which share of the true nearest ten is found, over these queries. */
    public static double recall(
            VectorIndex index, Map<String, float[]> contents, List<VectorEntry> queries, VectorQuery.Effort effort) {
        int found = 0;
        int wanted = 0;
        for (VectorEntry query : queries) {
            List<String> truth = ids(nearest(contents, query.vector(), 10));
            List<String> hits =
                    ids(index.search(VectorQuery.of(MODEL, query.vector()).effort(effort)));
            wanted += truth.size();
            found += (int) truth.stream().filter(hits::contains).count();
        }
        return wanted == 0 ? 1 : found / (double) wanted;
    }

    public static List<String> ids(VectorResult result) {
        return ids(result.hits());
    }

    public static List<String> ids(List<VectorHit> hits) {
        return hits.stream().map(VectorHit::id).toList();
    }

    public static void checkpoint(VectorIndex index) throws Exception {
        index.checkpoint().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
