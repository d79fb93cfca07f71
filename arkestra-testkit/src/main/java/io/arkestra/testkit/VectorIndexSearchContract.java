package io.arkestra.testkit;

import static io.arkestra.testkit.VectorIndexFixture.ALICE;
import static io.arkestra.testkit.VectorIndexFixture.BOB;
import static io.arkestra.testkit.VectorIndexFixture.MODEL;
import static io.arkestra.testkit.VectorIndexFixture.contents;
import static io.arkestra.testkit.VectorIndexFixture.entries;
import static io.arkestra.testkit.VectorIndexFixture.ids;
import static io.arkestra.testkit.VectorIndexFixture.nearest;
import static io.arkestra.testkit.VectorIndexFixture.partition;
import static io.arkestra.testkit.VectorIndexFixture.recall;
import static io.arkestra.testkit.VectorIndexSubject.add;
import static io.arkestra.testkit.VectorIndexSubject.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorFilter;
import io.arkestra.vector.VectorHit;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorQuery;
import io.arkestra.vector.VectorQuery.Effort;
import io.arkestra.vector.VectorResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a vector index finds: part of {@link VectorIndexContract}. */
interface VectorIndexSearchContract extends VectorIndexSubject {
    @Test
    default void search_manyEntries_findsTheShareOfTheNearestThatTheEffortPromises() {
        int dimension = 256;
        VectorIndex index = indexes().open(partition(ALICE, dimension));
        List<VectorEntry> entries = entries(1, 2_000, dimension, "e");
        add(index, 1, entries);
        Map<Effort, Double> promised =
                Map.of(Effort.FAST, 0.9, Effort.BALANCED, 0.95, Effort.HIGH, 0.99, Effort.EXACT, 1.0);
        promised.forEach((effort, least) -> {
            double recall = recall(index, contents(entries), entries(2, 30, dimension, "q"), effort);
            assertTrue(recall >= least, effort + " finds " + recall);
        });
    }

    @Test
    default void search_anyEffort_givesExactCosinesBestFirst() {
        VectorIndex index = alice();
        List<VectorEntry> entries = entries(3, 800, DIMENSION, "e");
        Map<String, float[]> contents = contents(entries);
        add(index, 1, entries);
        for (VectorEntry query : entries(4, 10, DIMENSION, "q")) {
            double last = 1;
            for (VectorHit hit : index.search(query(query)).hits()) {
                assertEquals(VectorIndexFixture.cosine(contents.get(hit.id()), query.vector()), hit.score(), 1e-5);
                assertTrue(hit.score() <= last);
                last = hit.score();
            }
        }
    }

    @Test
    default void search_equalVectors_ordersThemById() {
        VectorIndex index = alice();
        float[] one = entries(5, 1, DIMENSION, "e").get(0).vector();
        List<VectorEntry> entries = new ArrayList<>();
        for (int i = 999; i >= 0; i--) {
            entries.add(VectorEntry.of(String.format("id-%04d", i), one));
        }
        add(index, 1, entries);

        List<VectorHit> hits = index.search(VectorQuery.of(MODEL, one).limit(5)).hits();

        assertEquals(List.of("id-0000", "id-0001", "id-0002", "id-0003", "id-0004"), ids(hits));
        assertEquals(1, hits.get(0).score(), 1e-6);
    }

    @Test
    default void search_anotherOwner_findsOnlyTheirs() {
        add(alice(), 1, entries(6, 50, DIMENSION, "alice"));
        VectorIndex bob = indexes().open(partition(BOB, DIMENSION));
        add(bob, 1, entries(6, 20, DIMENSION, "bob"));

        for (VectorEntry query : entries(7, 5, DIMENSION, "q")) {
            assertTrue(ids(bob.search(query(query).limit(100))).stream().allMatch(id -> id.startsWith("bob")));
            assertEquals(50, alice().search(query(query).limit(100)).hits().size());
        }
    }

    @Test
    default void search_filters_findOnlyWhatTheyAllow() {
        VectorIndex index = alice();
        List<VectorEntry> entries = entries(13, 2_000, DIMENSION, "e");
        Map<String, float[]> contents = contents(entries);
        add(index, 1, entries);
        VectorEntry query = entries(14, 1, DIMENSION, "q").get(0);

        Set<String> few = Set.of("e1", "e500", "e1999", "nobody");
        Map<String, float[]> allowed = contents(entries);
        allowed.keySet().retainAll(few);
        assertEquals(
                ids(nearest(allowed, query.vector(), 10)),
                ids(index.search(query(query).filter(VectorFilter.ids(few)))));

        Map<String, float[]> even = contents(entries);
        even.keySet().removeIf(id -> id.charAt(id.length() - 1) % 2 != 0);
        assertEquals(
                ids(nearest(even, query.vector(), 10)),
                ids(index.search(query(query)
                        .effort(Effort.EXACT)
                        .filter(VectorFilter.where(id -> id.charAt(id.length() - 1) % 2 == 0)))));

        assertEquals(List.of(), ids(index.search(query(query).filter(VectorFilter.where(id -> false)))));
        assertEquals(List.of(), ids(index.search(query(query).filter(VectorFilter.ids(Set.of("nobody"))))));
        double least = nearest(contents, query.vector(), 3).get(2).score() - 1e-6;
        assertEquals(3, index.search(query(query).minimum(least)).hits().size());
    }

    @Test
    default void search_result_tellsMeanAndDeviationOfAllEntries() {
        VectorIndex index = alice();
        List<VectorEntry> entries = entries(15, 200, DIMENSION, "e");
        add(index, 1, entries);
        VectorEntry query = entries(16, 1, DIMENSION, "q").get(0);
        double[] cosines = entries.stream()
                .mapToDouble(entry -> VectorIndexFixture.cosine(entry.vector(), query.vector()))
                .toArray();
        double mean = Arrays.stream(cosines).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(cosines)
                .map(c -> (c - mean) * (c - mean))
                .average()
                .orElseThrow());

        VectorResult result = index.search(query(query).filter(VectorFilter.ids(Set.of("e1"))));

        assertEquals(mean, result.mean(), 0.01);
        assertEquals(deviation, result.deviation(), 0.02);
        add(index, 2, entries(17, 3_000, DIMENSION, "more"));
        VectorResult large = index.search(query(query));
        assertEquals(large, index.search(query(query)), "the same state gives the same figures");
        assertEquals(mean, large.mean(), 0.1);
    }

    @Test
    default void vectors_ids_givesThoseThatAreThereAtLengthOne() {
        VectorIndex index = alice();
        List<VectorEntry> entries = entries(18, 20, DIMENSION, "e");
        add(index, 1, entries);

        Map<String, float[]> vectors = index.vectors(List.of("e4", "nobody", "e5"));

        assertEquals(Set.of("e4", "e5"), vectors.keySet());
        float[] vector = vectors.get("e4");
        double length = 0;
        for (float value : vector) {
            length += value * value;
        }
        assertEquals(1, length, 1e-5);
        assertEquals(1, VectorIndexFixture.cosine(vector, entries.get(4).vector()), 1e-6);
    }

    @Test
    default void search_cancelled_saysSo() {
        VectorIndex index = alice();
        add(index, 1, entries(20, 10, DIMENSION, "e"));
        CancellationSource cancel = new CancellationSource();
        cancel.cancel("enough");
        VectorQuery query = query(entries(21, 1, DIMENSION, "q").get(0)).cancel(cancel);
        assertThrows(CancelledException.class, () -> index.search(query));
    }
}
