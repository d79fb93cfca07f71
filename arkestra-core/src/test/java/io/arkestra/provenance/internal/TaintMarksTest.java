package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.schedule.internal.TestStores;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.tool.Target;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What holds of a file after calls wrote it, moved it, and were taken back. */
class TaintMarksTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final Taint PAGE = Taint.of("web", "page.example");
    private static final Set<Taint> VALUE = Quarantined.values(Set.of(PAGE));
    private static final String FILE = "/work/plan.txt";

    private final DocStore store = TestStores.inMemory(Clock.systemUTC());
    private final TaintMarks marks = new TaintMarks(store);

    @AfterEach
    void close() {
        store.close();
    }

    private void in(Consumer<DocTransaction> work) {
        store.inTransaction(tx -> {
            work.accept(tx);
            return true;
        });
    }

    private void write(UserId user, String call, String file, Set<Taint> taints) {
        ResourceKey key = ResourceKey.place(file);
        in(tx -> marks.put(tx, user, call, key, key, taints));
    }

    private void tainted(String call) {
        write(ALICE, call, FILE, Set.of(PAGE));
    }

    private void clean(String call) {
        in(tx -> marks.cleared(tx, call, Target.changed(Target.PATH, FILE), false));
    }

    private void undo(String call) {
        in(tx -> marks.reviving(tx, call));
        in(tx -> marks.undone(tx, call));
    }

    private boolean hasWords(UserId user, String place) {
        return marks.of(user, List.of(Target.read(Target.PATH, place)), Instant.MAX).stream()
                .anyMatch(taint -> taint.isA(TaintMarks.KIND));
    }

    @Test
    void copy_forAUserWhoWroteValuesAlone_keepsTheWordsOfAnother() {
        write(BOB, "c0", FILE, Set.of(PAGE));
        write(ALICE, "c1", FILE, VALUE);
        in(tx -> marks.copy(
                tx, ALICE, "c2", Target.read(Target.PATH, FILE), Target.changed(Target.PATH, "/work/copy.txt")));
        assertTrue(hasWords(ALICE, "/work/copy.txt"));
        assertTrue(hasWords(BOB, "/work/copy.txt"));
    }

    @Test
    void copy_whereMoreSourcesThanAreKept_keepsTheWords() {
        Set<Taint> values = Quarantined.values(IntStream.range(0, 64)
                .mapToObj(i -> Taint.of("web", "page" + i + ".example"))
                .collect(Collectors.toSet()));
        write(ALICE, "c0", "/work/a/plan.txt", values);
        assertFalse(hasWords(ALICE, "/work/a"));
        write(ALICE, "c1", "/work/a/plan.txt", Set.of(PAGE));
        in(tx -> marks.copy(
                tx, ALICE, "c2", Target.read(Target.PATH, "/work/a"), Target.changed(Target.PATH, "/work/b")));
        assertTrue(hasWords(ALICE, "/work/b/plan.txt"));
    }

    private void vouch() {
        marks.vouched(FILE);
        assertFalse(hasWords(ALICE, FILE));
    }

    @Test
    void vouched_thenUndone_earlierWordsAreBack() {
        tainted("c0");
        tainted("c1");
        vouch();
        undo("c1");
        assertTrue(hasWords(ALICE, FILE));
    }

    @Test
    void vouched_thenUndoneStepByStep_isAsBeforeEach() {
        tainted("c0");
        clean("c1");
        tainted("c2");
        vouch();
        undo("c2");
        assertFalse(hasWords(ALICE, FILE));
        undo("c1");
        assertTrue(hasWords(ALICE, FILE));
        undo("c0");
        assertFalse(hasWords(ALICE, FILE));
    }

    @Test
    void vouched_thenItsOnlyCallUndone_holdsNothing() {
        tainted("c1");
        vouch();
        undo("c1");
        assertFalse(hasWords(ALICE, FILE));
    }

    @Test
    void vouched_thenALaterCallUndone_isVouchedForStill() {
        tainted("c0");
        vouch();
        tainted("c1");
        undo("c1");
        assertFalse(hasWords(ALICE, FILE));
    }

    @Test
    void undone_inAnotherOrder_leavesTheOther() {
        tainted("c0");
        tainted("c1");
        undo("c0");
        assertTrue(hasWords(ALICE, FILE));
        undo("c1");
        assertFalse(hasWords(ALICE, FILE));
    }

    @Test
    void undone_afterMoreCallsThanAreKept_countsAsTainted() {
        IntStream.range(0, 100).forEach(i -> tainted("c" + i));
        IntStream.range(0, 100).forEach(i -> undo("c" + (99 - i)));
        assertTrue(hasWords(ALICE, FILE));
    }

    @Test
    void directory_withMoreMarksThanAreLookedAt_countsAsWords() {
        IntStream.range(0, 199).forEach(i -> write(ALICE, "c" + i, "/work/" + i, VALUE));
        assertFalse(hasWords(ALICE, "/work"));
        write(ALICE, "d", "/work/last", VALUE);
        assertTrue(hasWords(ALICE, "/work"));
        assertFalse(hasWords(ALICE, "/work/last"));
    }

    @Test
    void copy_ofADirectoryWithMoreMarksThanAreTakenAlong_marksTheWholeGoal() {
        in(tx -> IntStream.range(0, 10_000).forEach(i -> {
            ResourceKey key = ResourceKey.place("/work/" + i);
            marks.put(tx, ALICE, "c", key, key, VALUE);
        }));
        in(tx -> marks.copy(tx, ALICE, "d", Target.read(Target.PATH, "/work"), Target.changed(Target.PATH, "/other")));
        assertTrue(hasWords(BOB, "/other/any.txt"));
    }

    @Test
    void undo_ofACallWithMoreFilesThanAPage_bringsAllOfThemBack() {
        TaintMarks paged = new TaintMarks(store, 3);
        List<String> files = IntStream.range(0, 10).mapToObj(i -> "/work/" + i).toList();
        files.forEach(file -> write(ALICE, "c0", file, Set.of(PAGE)));
        in(tx -> paged.cleared(tx, "c1", Target.changed(Target.PATH, "/work"), true));
        files.forEach(file -> assertFalse(hasWords(ALICE, file)));
        in(tx -> paged.reviving(tx, "c1"));
        files.forEach(file -> assertTrue(hasWords(ALICE, file), file));
        in(tx -> paged.stayed(tx, "c1"));
        files.forEach(file -> assertFalse(hasWords(ALICE, file), file));
        in(tx -> paged.reviving(tx, "c1"));
        in(tx -> paged.undone(tx, "c1"));
        files.forEach(file -> assertTrue(hasWords(ALICE, file), file));
        in(tx -> paged.undone(tx, "c0"));
        files.forEach(file -> assertFalse(hasWords(ALICE, file), file));
    }

    private void reviving(String call) {
        in(tx -> marks.reviving(tx, call));
        assertTrue(hasWords(ALICE, FILE));
    }

    private void stayed(String call) {
        in(tx -> marks.stayed(tx, call));
    }

    @Test
    void undo_thatIsRefused_changesNothing() {
        tainted("c0");
        clean("c1");
        tainted("c2");
        vouch();
        for (String call : List.of("c1", "c2")) {
            reviving(call);
            stayed(call);
            assertFalse(hasWords(ALICE, FILE), call);
        }
        undo("c2");
        assertFalse(hasWords(ALICE, FILE));
        reviving("c1");
        stayed("c1");
        assertFalse(hasWords(ALICE, FILE));
        undo("c1");
        assertTrue(hasWords(ALICE, FILE));
    }

    @Test
    void file_whoseCallIsBeingTakenBack_staysTaintedWhenALaterOneIsTakenBack() {
        tainted("c0");
        clean("c1");
        reviving("c1");
        tainted("c2");
        undo("c2");
        assertTrue(hasWords(ALICE, FILE));
        stayed("c1");
        assertFalse(hasWords(ALICE, FILE));
    }

    @Test
    void vouchedWhileACallIsTakenBack_holdsUntilItIs() {
        tainted("c0");
        clean("c1");
        reviving("c1");
        vouch();
        in(tx -> marks.undone(tx, "c1"));
        assertTrue(hasWords(ALICE, FILE), "who vouched did not see what is there now");
    }
}
