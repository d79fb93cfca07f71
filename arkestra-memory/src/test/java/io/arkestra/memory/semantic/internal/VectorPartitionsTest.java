package io.arkestra.memory.semantic.internal;

import static io.arkestra.memory.semantic.internal.Talk.ANN;
import static io.arkestra.memory.semantic.internal.Talk.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.doAnswer;
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
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VectorPartitionsTest {
    private static final VectorModel MODEL = new VectorModel("model", 2);

    private final List<String> warnings = new ArrayList<>();
    private final ExactVectors vectors = new ExactVectors();
    private final DocStore store = spy(withRows(Talk.open(null)));
    private final VectorPartitions partitions = new VectorPartitions(
            store, vectors.open(TestProviderContext.builder().build()), warnings::add);

    private static DocStore withRows(DocStore store) {
        store.define(EmbeddingRows.SPEC);
        return store;
    }

    @BeforeEach
    void openTwo() {
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
    void catchUp_partitionThatEmptiesItselfMeanwhile_isFilledAgainWithoutAnyChange() {
        vectors.open.forEach((partition, index) -> index.losesOnceAsked = true);
        partitions.settle(ANN);
        assertEquals(0, vectors.contents(ANN).size(), "it is lost after the follower found nothing new");
        partitions.with(ANN, Space.CONVERSATION, MODEL, () -> {}, follower -> follower.catchUp(Integer.MAX_VALUE));
        assertEquals(1, vectors.contents(ANN).size());
        partitions.settle(BOB);
        partitions.settle();
        assertEquals(1, vectors.contents(BOB).size());
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

    @Test
    void settle_firstTimeWithNothingOpen_readsNoRowsOfBefore() {
        for (int i = 0; i < 300; i++) {
            write(i % 2 == 0 ? ANN : BOB, "item " + i);
        }
        AtomicLong read = new AtomicLong();
        doAnswer(invocation -> {
                    List<?> changes = (List<?>) invocation.callRealMethod();
                    read.addAndGet(changes.size());
                    return changes;
                })
                .when(store)
                .changes(eq(EmbeddingRows.NAME), anyLong(), anyInt());
        ExactVectors others = new ExactVectors();
        VectorPartitions next = new VectorPartitions(
                store, others.open(TestProviderContext.builder().build()), warnings::add);
        next.settle();
        assertEquals(0, read.get());
        verify(store, never()).changes(eq(EmbeddingRows.NAME), any(Owner.class), anyLong(), anyInt());

        put(ANN, "later");
        next.changed();
        next.with(ANN, Space.CONVERSATION, MODEL, () -> {}, PartitionFollower::isLevel);
        next.settle();
        assertEquals(1, read.get());
        assertEquals(152, others.contents(ANN).size());
        next.close();
    }

    /** The store tells of rows after they can be read: whoever reads them before is not told later whose they were. */
    @Test
    void settle_rowNobodyWasToldOfYet_isApplied() {
        put(ANN, "second");
        partitions.settle();
        assertEquals(2, vectors.contents(ANN).size());
    }

    @Test
    void settle_manyRowsNobodyWasToldOfYet_areAllApplied() {
        for (int i = 0; i < 1_100; i++) {
            put(ANN, "item " + i);
        }
        partitions.settle();
        assertEquals(1_101, vectors.contents(ANN).size());
    }

    @Test
    void settleOfOwner_deletionNobodyWasToldOfYet_leavesNoVector() {
        store.inTransaction(transaction -> transaction.delete(EmbeddingRows.NAME, ANN, id("first")));
        partitions.settle(ANN);
        assertEquals(0, vectors.contents(ANN).size());
    }

    @Test
    void complete_deletionNobodyWasToldOfYet_leavesNoVector() {
        partitions.complete();
        store.inTransaction(transaction -> transaction.delete(EmbeddingRows.NAME, ANN, id("first")));
        partitions.complete();
        assertEquals(0, vectors.contents(ANN).size());
    }

    private void write(Owner owner, String item) {
        put(owner, item);
        partitions.changed();
    }

    private void put(Owner owner, String item) {
        Json body = EmbeddingRows.body(MODEL.id(), "m:" + item, 0, "hash", Json.emptyObject());
        store.inTransaction(transaction -> transaction.put(
                EmbeddingRows.NAME,
                DocWrite.of(owner, id(item), body).blob(EmbeddingRows.bytes(new float[] {0.6f, 0.8f}))));
    }

    private static String id(String item) {
        return EmbeddingRows.id(MODEL.tag(), "m:" + item, 0);
    }
}
