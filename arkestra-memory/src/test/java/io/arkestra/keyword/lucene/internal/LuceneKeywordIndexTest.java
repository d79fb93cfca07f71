package io.arkestra.keyword.lucene.internal;

import static io.arkestra.keyword.lucene.internal.Texts.ANN;
import static io.arkestra.keyword.lucene.internal.Texts.BOB;
import static io.arkestra.keyword.lucene.internal.Texts.NOON;
import static io.arkestra.keyword.lucene.internal.Texts.PROVIDER;
import static io.arkestra.keyword.lucene.internal.Texts.SPEC;
import static io.arkestra.keyword.lucene.internal.Texts.doc;
import static io.arkestra.keyword.lucene.internal.Texts.ids;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.UserId;
import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.store.Owner;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LuceneKeywordIndexTest {
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
                    KeywordDoc.of(ANN, "early", NOON.minusSeconds(1), Map.of("sharp", "lamp")),
                    KeywordDoc.of(ANN, "start", NOON, Map.of("sharp", "lamp")),
                    KeywordDoc.of(ANN, "end", NOON.plusSeconds(60), Map.of("sharp", "lamp"))));

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
    void upsertAndSearch_fromManyThreads_neverFailAndLoseNothing() throws InterruptedException {
        OpenContext context = new OpenContext(Optional.of(home));
        List<Owner> owners = List.of(ANN, BOB, Owner.of(UserId.of("cid")), Owner.of(UserId.of("dan")));
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (KeywordIndex index = PROVIDER.open(SPEC, context, 2)) {
            CountDownLatch done = new CountDownLatch(owners.size() * 2);
            for (Owner owner : owners) {
                start(done, failure, () -> {
                    for (int i = 0; i < 12; i++) {
                        index.upsert(List.of(doc(owner, "d" + i, "lamp " + i)));
                        assertEquals(
                                i + 1,
                                index.search(KeywordQuery.of(owner, "sharp", "lamp")
                                                .limit(1_000))
                                        .size());
                        if (i % 5 == 0) {
                            index.commit(i);
                        }
                    }
                });
                start(done, failure, () -> {
                    for (int i = 0; i < 20; i++) {
                        index.search(KeywordQuery.of(owner, "window", "lamp " + i));
                    }
                });
            }
            assertTrue(done.await(60, TimeUnit.SECONDS));
            assertEquals(null, failure.get());
            for (Owner owner : owners) {
                assertEquals(12, index.count(owner));
            }
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
}
