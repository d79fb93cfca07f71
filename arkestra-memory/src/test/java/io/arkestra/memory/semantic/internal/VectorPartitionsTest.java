package io.arkestra.memory.semantic.internal;

import static io.arkestra.memory.semantic.internal.Talk.ANN;
import static io.arkestra.memory.semantic.internal.Talk.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import io.arkestra.common.Json;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestProviderContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VectorPartitionsTest {
    private static final VectorModel MODEL = new VectorModel("model", 2);

    private final List<String> warnings = new ArrayList<>();
    private final ExactVectors vectors = new ExactVectors();
    private final DocStore store = spy(Talk.open(null));
    private final VectorPartitions partitions = new VectorPartitions(
            store, vectors.open(TestProviderContext.builder().build()), warnings::add);

    @BeforeEach
    void openTwo() {
        store.define(EmbeddingRows.SPEC);
        for (Owner owner : List.of(ANN, BOB)) {
            write(owner, "first");
            partitions.with(
                    owner, Space.CONVERSATION, MODEL, () -> {}, follower -> follower.catchUp(Integer.MAX_VALUE));
        }
        partitions.settle();
        clearInvocations(store);
    }

    @AfterEach
    void close() {
        partitions.close();
        store.close();
        assertEquals(List.of(), warnings);
    }

    @Test
    void settle_rowsOfOnePerson_asksForNobodyElses() {
        write(ANN, "second");
        partitions.settle();
        assertEquals(2, vectors.contents(ANN).size());
        assertEquals(1, vectors.contents(BOB).size());
        verify(store, never()).changes(eq(EmbeddingRows.NAME), eq(BOB), anyLong(), anyInt());
    }

    @Test
    void settle_nothingNew_asksForNobodys() {
        partitions.changed();
        partitions.settle();
        verify(store, never()).changes(eq(EmbeddingRows.NAME), any(Owner.class), anyLong(), anyInt());
    }

    @Test
    void settle_deletedRow_leavesNoVector() {
        store.inTransaction(transaction -> transaction.delete(EmbeddingRows.NAME, ANN, id("first")));
        partitions.changed();
        partitions.settle();
        assertEquals(0, vectors.contents(ANN).size());
        assertEquals(1, vectors.contents(BOB).size());
    }

    @Test
    void settle_partitionThatEmptiedItself_isFilledAgainWithoutAnyChange() {
        vectors.lose(BOB);
        partitions.settle();
        assertEquals(1, vectors.contents(BOB).size());
    }

    @Test
    void settle_partitionThatWasLeftHalfDone_isCompletedWithoutAnyChange() {
        write(ANN, "second");
        partitions.with(ANN, Space.CONVERSATION, MODEL, () -> {}, follower -> follower.catchUp(0));
        partitions.settle();
        write(BOB, "second");
        partitions.settle();
        assertEquals(2, vectors.contents(ANN).size());
        assertEquals(2, vectors.contents(BOB).size());
    }

    private void write(Owner owner, String item) {
        Json body = EmbeddingRows.body(MODEL.id(), "m:" + item, 0, "hash", Json.emptyObject());
        store.inTransaction(transaction -> transaction.put(
                EmbeddingRows.NAME,
                DocWrite.of(owner, id(item), body).blob(EmbeddingRows.bytes(new float[] {0.6f, 0.8f}))));
        partitions.changed();
    }

    private static String id(String item) {
        return EmbeddingRows.id(MODEL.tag(), "m:" + item, 0);
    }
}
