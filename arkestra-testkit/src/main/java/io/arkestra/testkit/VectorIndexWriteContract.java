package io.arkestra.testkit;

import static io.arkestra.testkit.VectorIndexFixture.MODEL;
import static io.arkestra.testkit.VectorIndexFixture.entries;
import static io.arkestra.testkit.VectorIndexFixture.ids;
import static io.arkestra.testkit.VectorIndexSubject.add;
import static io.arkestra.testkit.VectorIndexSubject.query;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.vector.VectorEntry;
import io.arkestra.vector.VectorIndex;
import io.arkestra.vector.VectorIndexException;
import io.arkestra.vector.VectorQuery;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a vector index takes and refuses: part of {@link VectorIndexContract}. */
interface VectorIndexWriteContract extends VectorIndexSubject {
    @Test
    default void upsert_knownId_replacesTheVector() {
        VectorIndex index = alice();
        List<VectorEntry> entries = entries(8, 200, DIMENSION, "e");
        add(index, 1, entries);
        VectorEntry moved =
                VectorEntry.of("e7", entries(9, 1, DIMENSION, "x").get(0).vector());

        add(index, 2, List.of(moved));

        assertEquals("e7", ids(index.search(query(moved))).get(0));
        assertEquals(200, index.stats().live());
        assertEquals(200, index.search(query(moved).limit(1000)).hits().size());
        double old = index.search(query(entries.get(7)).limit(1000)).hits().stream()
                .filter(hit -> hit.id().equals("e7"))
                .findFirst()
                .orElseThrow()
                .score();
        assertEquals(VectorIndexFixture.cosine(entries.get(7).vector(), moved.vector()), old, 1e-5);
    }

    @Test
    default void upsert_sameIdTwiceInABatch_keepsTheLast() {
        VectorIndex index = alice();
        List<VectorEntry> two = entries(10, 2, DIMENSION, "e");

        add(
                index,
                1,
                List.of(
                        VectorEntry.of("a", two.get(0).vector()),
                        VectorEntry.of("a", two.get(1).vector())));

        assertEquals(1, index.stats().live());
        assertEquals(1, index.search(query(two.get(1))).hits().get(0).score(), 1e-5);
    }

    @Test
    default void remove_entries_areNotFoundAnyMoreAndUnknownOnesAreIgnored() {
        VectorIndex index = alice();
        List<VectorEntry> entries = entries(11, 100, DIMENSION, "e");
        add(index, 1, entries);

        index.remove(2, List.of("e3", "e3", "e4", "nobody"));
        index.advance(2);

        List<String> found = ids(index.search(query(entries.get(3)).limit(1000)));
        assertEquals(98, found.size());
        assertFalse(found.contains("e3") || found.contains("e4"));
        assertEquals(98, index.stats().live());
    }

    @Test
    default void sequence_severalCallsOfOneBatch_areAllAppliedAndRepeatedOnesAreNot() {
        VectorIndex index = alice();
        List<VectorEntry> entries = entries(12, 3, DIMENSION, "e");
        index.upsert(5, entries);
        index.remove(5, List.of("e1"));
        assertEquals(0, index.appliedSequence(), "only advance() moves it");
        index.advance(5);
        assertEquals(5, index.appliedSequence());

        index.upsert(5, entries);
        index.remove(4, List.of("e0"));
        index.advance(3);

        assertEquals(5, index.appliedSequence());
        assertEquals(
                Set.of("e0", "e2"), index.vectors(List.of("e0", "e1", "e2")).keySet());
    }

    @Test
    default void errors_wrongModelDimensionOrValue_areRefusedAndNothingIsApplied() {
        VectorIndex index = alice();
        VectorEntry good = entries(19, 1, DIMENSION, "good").get(0);
        float[] infinite = good.vector();
        infinite[3] = Float.POSITIVE_INFINITY;
        float[] none = good.vector();
        none[5] = Float.NaN;

        for (float[] bad : List.of(infinite, none, new float[DIMENSION])) {
            assertEquals(
                    "vector.value",
                    assertThrows(
                                    VectorIndexException.class,
                                    () -> index.upsert(1, List.of(good, VectorEntry.of("bad", bad))))
                            .code());
            assertEquals(
                    "vector.value",
                    assertThrows(VectorIndexException.class, () -> index.search(VectorQuery.of(MODEL, bad)))
                            .code());
        }
        VectorEntry shorter = VectorEntry.of("short", new float[] {1, 2});
        assertEquals(
                "vector.model",
                assertThrows(VectorIndexException.class, () -> index.upsert(1, List.of(good, shorter)))
                        .code());
        assertEquals(
                "vector.model",
                assertThrows(VectorIndexException.class, () -> index.search(query(shorter)))
                        .code());
        assertEquals(
                "vector.model",
                assertThrows(
                                VectorIndexException.class,
                                () -> index.search(VectorQuery.of("another-model", good.vector())))
                        .code());
        assertEquals(0, index.stats().live());
    }
}
