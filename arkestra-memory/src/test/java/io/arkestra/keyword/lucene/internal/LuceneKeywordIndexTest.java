package io.arkestra.keyword.lucene.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.UserId;
import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordField;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.store.Owner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LuceneKeywordIndexTest {
    private static final Owner ANN = Owner.of(UserId.of("ann"));
    private static final Owner BOB = Owner.of(UserId.of("bob"));
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final KeywordIndexSpec SPEC = new KeywordIndexSpec(
            "recall", List.of(new KeywordField("sharp", 0.6f, 0.3f), new KeywordField("window", 1.2f, 0.75f)));
    private static final LuceneKeywordIndexProvider PROVIDER = new LuceneKeywordIndexProvider();

    @TempDir
    Path home;

    private final OpenContext inMemory = new OpenContext(Optional.empty());

    @Test
    void search_inflectedForms_findsTheText() {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            index.upsert(List.of(
                    doc(ANN, "milk", "Надо купить молоко и хлеб"),
                    doc(ANN, "lamp", "Anna bought a green lamp in Berlin"),
                    doc(ANN, "noise", "Сегодня хорошая погода and nothing else")));

            assertEquals(List.of("milk"), ids(index, ANN, "сколько молока?"));
            assertEquals(List.of("lamp"), ids(index, ANN, "who did buy lamps"));
            assertEquals(List.of("lamp"), ids(index, ANN, "buying"));
        }
    }

    @Test
    void search_exactForm_ranksBeforeOtherForms() {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            index.upsert(List.of(
                    doc(ANN, "a", "we were running there"),
                    doc(ANN, "b", "we had runs there"),
                    doc(ANN, "c", "x y z")));

            assertEquals(List.of("b", "a"), ids(index, ANN, "runs"));
        }
    }

    @Test
    void search_rareWord_outweighsCommonWord() {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            List<KeywordDoc> docs = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                docs.add(doc(ANN, "common" + i, "the dog walks today"));
            }
            docs.add(doc(ANN, "rare", "the giraffe walks today"));
            index.upsert(docs);

            assertEquals("rare", ids(index, ANN, "dog giraffe").get(0));
        }
    }

    @Test
    void search_stopWordsOnly_fallsBackToExactWords() {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            index.upsert(List.of(doc(ANN, "a", "It is what it is"), doc(ANN, "b", "Green lamp")));

            assertEquals(List.of("a"), ids(index, ANN, "is it"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "   ", "?!,;:", "\u0000\u0001\uD800", "lamp\u0000AND(", "field:lamp OR *:* \"", "[a TO z]^5~"
            })
    void search_anyText_isTakenAsPlainWords(String text) {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            index.upsert(List.of(doc(ANN, "a", "Green lamp"), doc(ANN, "b", "something unrelated")));

            assertEquals(text.contains("lamp") ? List.of("a") : List.of(), ids(index, ANN, text));
        }
    }

    @Test
    void search_veryLongQuery_isAnswered() {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            index.upsert(List.of(doc(ANN, "a", "word7 here")));
            String text = String.join(
                    " ", IntStream.range(0, 50_000).mapToObj(i -> "word" + i).toList());

            assertEquals(List.of("a"), ids(index, ANN, text));
        }
    }

    @Test
    void search_timeRange_includesStartAndExcludesEnd() {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            index.upsert(List.of(
                    new KeywordDoc(ANN, "early", NOON.minusSeconds(1), Map.of("sharp", "lamp")),
                    new KeywordDoc(ANN, "start", NOON, Map.of("sharp", "lamp")),
                    new KeywordDoc(ANN, "end", NOON.plusSeconds(60), Map.of("sharp", "lamp"))));

            KeywordQuery query = KeywordQuery.of(ANN, "sharp", "lamp");
            assertEquals(List.of("start"), ids(index.search(query.between(NOON, NOON.plusSeconds(60)))));
            assertEquals(
                    3, index.search(query.between(Instant.MIN, Instant.MAX)).size());
        }
    }

    @Test
    void search_equalScores_areOrderedById() {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            for (String id : List.of("c", "a", "d", "b")) {
                index.upsert(List.of(doc(ANN, id, "lamp")));
            }

            assertEquals(
                    List.of("a", "b", "c"),
                    ids(index.search(KeywordQuery.of(ANN, "sharp", "lamp").limit(3))));
        }
    }

    @Test
    void search_unknownField_namesTheFields() {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            InvalidInputException error = assertThrows(
                    InvalidInputException.class, () -> index.search(KeywordQuery.of(ANN, "blunt", "lamp")));
            assertTrue(error.getMessage().contains("[sharp, window]"), error.getMessage());
        }
    }

    @Test
    void search_anotherOwnersTexts_changeNothing() {
        List<KeywordDoc> anns = List.of(
                doc(ANN, "a", "green lamp in the kitchen"), doc(ANN, "b", "lamp lamp"), doc(ANN, "c", "red chair"));
        try (KeywordIndex alone = PROVIDER.open(SPEC, inMemory);
                KeywordIndex shared = PROVIDER.open(SPEC, inMemory)) {
            alone.upsert(anns);
            shared.upsert(anns);
            List<KeywordDoc> bobs = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                bobs.add(doc(BOB, "a" + i, "lamp lamp green secret"));
            }
            shared.upsert(bobs);

            KeywordQuery query = KeywordQuery.of(ANN, "sharp", "green lamp secret");
            assertEquals(alone.search(query), shared.search(query));
            assertEquals(3, shared.count(ANN));
        }
    }

    @Test
    void search_afterManyRewrites_equalsFreshIndex() {
        Random random = new Random(7);
        List<String> words = List.of("lamp", "chair", "green", "red", "milk", "купил", "молоко", "хлеб", "tea", "book");
        Map<String, KeywordDoc> latest = new java.util.TreeMap<>();
        try (KeywordIndex kept = PROVIDER.open(SPEC, new OpenContext(Optional.of(home)));
                KeywordIndex fresh = PROVIDER.open(SPEC, inMemory)) {
            for (int i = 0; i < 600; i++) {
                String id = "d" + random.nextInt(40);
                if (random.nextInt(6) == 0) {
                    kept.remove(ANN, List.of(id));
                    latest.remove(id);
                } else {
                    String text = String.join(
                            " ",
                            random.ints(1 + random.nextInt(60), 0, words.size())
                                    .mapToObj(words::get)
                                    .toList());
                    latest.put(id, doc(ANN, id, text));
                    kept.upsert(List.of(latest.get(id)));
                }
                if (i % 25 == 0) {
                    kept.search(KeywordQuery.of(ANN, "sharp", "lamp"));
                }
                if (i % 100 == 0) {
                    kept.commit(i + 1);
                }
            }
            fresh.upsert(List.copyOf(latest.values()));

            for (String query : List.of("lamp", "green chair", "молока купить red", "tea book milk хлеб")) {
                assertEquals(
                        fresh.search(KeywordQuery.of(ANN, "sharp", query)),
                        kept.search(KeywordQuery.of(ANN, "sharp", query)),
                        query);
            }
        }
    }

    @Test
    void upsert_sameIdAgain_replacesTheText() {
        try (KeywordIndex index = PROVIDER.open(SPEC, inMemory)) {
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
            index.upsert(List.of(doc(ANN, "a", "red chair")));

            assertEquals(List.of(), ids(index, ANN, "lamp"));
            assertEquals(List.of("a"), ids(index, ANN, "chair"));
            assertEquals(1, index.count(ANN));
        }
    }

    @Test
    void remove_unknownIdsAndOwners_areIgnored() {
        try (KeywordIndex index = PROVIDER.open(SPEC, new OpenContext(Optional.of(home)))) {
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            index.remove(ANN, List.of("x"));
            index.remove(BOB, List.of("a"));
            index.drop(BOB);

            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
            assertEquals(0, index.count(BOB));
        }
    }

    @Test
    void open_afterCommitAndClose_findsEverything() {
        OpenContext context = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            index.upsert(List.of(doc(ANN, "a", "green lamp"), doc(BOB, "b", "red chair")));
            index.commit(17);
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(17, index.committedSequence());
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
            assertEquals(List.of("b"), ids(index, BOB, "chair"));
            assertEquals(List.of(), context.warnings);
        }
    }

    @Test
    void open_afterCloseWithoutCommit_isWhereTheLastCommitWas() {
        OpenContext context = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            index.commit(1);
            index.upsert(List.of(doc(ANN, "b", "red lamp"), doc(BOB, "c", "blue lamp")));
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(1, index.committedSequence());
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
            index.upsert(List.of(doc(ANN, "a", "green lamp"), doc(ANN, "b", "red lamp"), doc(BOB, "c", "blue lamp")));
            assertEquals(2, index.count(ANN));
            assertEquals(List.of("c"), ids(index, BOB, "lamp"));
        }
    }

    @Test
    void search_morePartitionsThanMayBeOpen_findsEachOwnersText() {
        OpenContext context = new OpenContext(Optional.of(home));
        List<Owner> owners = IntStream.range(0, 12)
                .mapToObj(i -> Owner.of(UserId.of("user" + i)))
                .toList();
        try (KeywordIndex index = PROVIDER.open(SPEC, context, 3)) {
            for (Owner owner : owners) {
                index.upsert(List.of(doc(owner, "id", "lamp of " + owner.key())));
            }
            for (Owner owner : owners) {
                assertEquals(1, index.count(owner));
                index.upsert(List.of(doc(owner, "id2", "second lamp")));
            }
            index.commit(5);
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context, 3)) {
            for (Owner owner : owners) {
                assertEquals(2, ids(index, owner, "lamp").size());
            }
        }
    }

    @Test
    void open_otherFields_startsEmptyWithWarning() {
        OpenContext context = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            index.commit(3);
        }
        KeywordIndexSpec other = new KeywordIndexSpec("recall", List.of(new KeywordField("sharp", 1.2f, 0.75f)));
        try (KeywordIndex index = PROVIDER.open(other, context)) {
            assertEquals(0, index.committedSequence());
            assertEquals(0, index.count(ANN));
            assertEquals(1, context.warnings.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "arkestra-keyword-index 1\nx\n9\ncrc 0\n"})
    void open_garbageManifest_startsEmptyWithWarning(String content) throws IOException {
        OpenContext context = new OpenContext(Optional.of(home));
        fill(context);
        Files.writeString(home.resolve("recall/manifest"), content);

        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(0, index.committedSequence());
            assertEquals(0, index.count(ANN));
            assertEquals(1, context.warnings.size());
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
        }
    }

    @Test
    void open_partitionDirectoryDeleted_startsEmptyWithWarning() throws IOException {
        OpenContext context = new OpenContext(Optional.of(home));
        fill(context);
        for (Path file : partitionFiles()) {
            Files.delete(file);
        }
        Files.delete(partition());

        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(0, index.committedSequence());
            assertEquals(0, index.count(ANN));
            assertEquals(1, context.warnings.size());
        }
    }

    @Test
    void search_anyFileTruncatedOrGarbled_saysDamagedAndClearMends() throws IOException {
        OpenContext context = new OpenContext(Optional.of(home));
        fill(context);
        Random random = new Random(11);
        List<Path> files = partitionFiles().stream()
                .filter(file -> !file.getFileName().toString().equals("write.lock"))
                .toList();
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            for (int round = 0; round < 6; round++) {
                byte[] bytes = whole.clone();
                if (round < 2) {
                    bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
                } else {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
                }
                Files.write(file, bytes);
                String what = file.getFileName() + " round " + round;
                try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
                    KeywordIndexException error =
                            assertThrows(KeywordIndexException.class, () -> ids(index, ANN, "lamp"), what);
                    assertEquals("keyword.damaged", error.code(), what);
                    assertThrows(KeywordIndexException.class, () -> index.upsert(List.of(doc(ANN, "z", "z"))), what);
                    assertThrows(KeywordIndexException.class, () -> index.commit(99), what);
                }
                Files.write(file, whole);
            }
        }
        Files.write(files.get(0), new byte[] {1, 2, 3});
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertThrows(KeywordIndexException.class, () -> ids(index, ANN, "lamp"));
            index.clear();
            assertEquals(0, index.committedSequence());
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            index.commit(4);
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(4, index.committedSequence());
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
        }
    }

    @Test
    void upsert_callersThreadInterrupted_succeedsAndKeepsTheFlag() {
        OpenContext context = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            for (int i = 0; i < 20; i++) {
                Thread.currentThread().interrupt();
                index.upsert(List.of(doc(ANN, "a" + i, "green lamp")));
                assertEquals(
                        i + 1,
                        index.search(KeywordQuery.of(ANN, "sharp", "lamp")).size());
                index.commit(i + 1);
                assertTrue(Thread.interrupted());
            }
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            Thread.currentThread().interrupt();
            assertEquals(20, index.count(ANN));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void upsertAndSearch_fromManyThreads_neverFailAndLoseNothing() throws InterruptedException {
        OpenContext context = new OpenContext(Optional.of(home));
        List<Owner> owners = List.of(ANN, BOB, Owner.of(UserId.of("cid")), Owner.of(UserId.of("dan")));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (KeywordIndex index = PROVIDER.open(SPEC, context, 2)) {
            CountDownLatch done = new CountDownLatch(owners.size() * 2);
            for (Owner owner : owners) {
                start(done, failure, () -> {
                    for (int i = 0; i < 60; i++) {
                        index.upsert(List.of(doc(owner, "d" + i, "lamp " + i)));
                        assertEquals(
                                i + 1,
                                index.search(KeywordQuery.of(owner, "sharp", "lamp")
                                                .limit(1_000))
                                        .size());
                        if (i % 20 == 0) {
                            index.commit(i);
                        }
                    }
                });
                start(done, failure, () -> {
                    for (int i = 0; i < 100; i++) {
                        index.search(KeywordQuery.of(owner, "window", "lamp " + i));
                    }
                });
            }
            assertTrue(done.await(60, TimeUnit.SECONDS));
            assertEquals(null, failure.get());
            for (Owner owner : owners) {
                assertEquals(60, index.count(owner));
            }
        }
    }

    @Test
    void drop_owner_leavesNoFileWithItsWords() throws IOException {
        try (KeywordIndex index = PROVIDER.open(SPEC, new OpenContext(Optional.of(home)))) {
            index.upsert(List.of(doc(ANN, "a", "zebrafish secret"), doc(BOB, "b", "green lamp")));
            index.commit(1);
            index.upsert(List.of(doc(ANN, "c", "another zebrafish")));
            index.drop(ANN);

            assertFalse(anyFileContains("zebrafish"));
            assertEquals(0, index.count(ANN));
            assertEquals(List.of("b"), ids(index, BOB, "lamp"));
        }
        OpenContext again = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, again)) {
            assertEquals(1, index.committedSequence());
            assertEquals(List.of(), again.warnings);
            assertEquals(List.of("b"), ids(index, BOB, "lamp"));
        }
    }

    @Test
    void commit_afterRemove_leavesNoFileWithTheRemovedWords() throws IOException {
        try (KeywordIndex index = PROVIDER.open(SPEC, new OpenContext(Optional.of(home)))) {
            index.upsert(List.of(doc(ANN, "a", "zebrafish secret"), doc(ANN, "b", "green lamp")));
            index.commit(1);
            assertTrue(anyFileContains("zebrafish"));
            index.remove(ANN, List.of("a"));
            index.commit(2);

            assertFalse(anyFileContains("zebrafish"));
            assertEquals(List.of("b"), ids(index, ANN, "lamp"));
        }
    }

    @Test
    void anyCall_afterClose_saysClosed() {
        KeywordIndex index = PROVIDER.open(SPEC, inMemory);
        index.upsert(List.of(doc(ANN, "a", "lamp")));
        index.close();
        index.close();

        KeywordIndexException error = assertThrows(KeywordIndexException.class, () -> ids(index, ANN, "lamp"));
        assertEquals("keyword.closed", error.code());
    }

    private void fill(OpenContext context) {
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            List<KeywordDoc> docs = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                docs.add(doc(ANN, "d" + i, "green lamp number " + i));
            }
            index.upsert(docs);
            index.commit(30);
        }
    }

    private static void start(CountDownLatch done, AtomicReference<Throwable> failure, Runnable work) {
        new Thread(() -> {
                    try {
                        work.run();
                    } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                    } finally {
                        done.countDown();
                    }
                })
                .start();
    }

    private Path partition() {
        return home.resolve("recall").resolve(PartitionFiles.name(ANN));
    }

    private List<Path> partitionFiles() throws IOException {
        try (Stream<Path> files = Files.list(partition())) {
            return files.sorted().toList();
        }
    }

    private boolean anyFileContains(String text) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static KeywordDoc doc(Owner owner, String id, String text) {
        return new KeywordDoc(owner, id, NOON, Map.of("sharp", text, "window", text));
    }

    private static List<String> ids(KeywordIndex index, Owner owner, String text) {
        return ids(index.search(KeywordQuery.of(owner, "sharp", text)));
    }

    private static List<String> ids(List<KeywordHit> hits) {
        return hits.stream().map(KeywordHit::id).toList();
    }
}
