package io.arkestra.memory.semantic.internal;

import static io.arkestra.memory.semantic.internal.Talk.ANN;
import static io.arkestra.memory.semantic.internal.Talk.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Health;
import io.arkestra.common.Json;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.vector.VectorFilter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SemanticIndexTest {
    private final WordEmbedder embedder = new WordEmbedder("words", 64, 32);

    @Test
    void search_otherWordsOfTheSameMeaning_findsTheMessage() {
        try (Talk talk = Talk.with(embedder)) {
            talk.say(ANN, "s1", "We had soup for dinner");
            Message car = talk.say(ANN, "s2", "My new car is blue");
            talk.index.complete();
            assertEquals("m:" + car.id(), talk.found(ANN, "automobile").get(0));
        }
    }

    @Test
    void search_anotherUser_findsNothing() {
        try (Talk talk = Talk.with(embedder)) {
            talk.say(ANN, "s1", "My new car is blue");
            talk.say(BOB, "s1", "The weather is fine");
            talk.index.complete();
            assertEquals(List.of("m:s1-0"), talk.found(BOB, "automobile"));
            assertEquals(1, talk.vectors.contents(BOB).size());
        }
    }

    @Test
    void embed_message_isGivenTheOneBeforeAndTheSpeakers() {
        try (Talk talk = Talk.with(embedder)) {
            talk.say(ANN, "s1", "Where do you work?");
            talk.say(ANN, "s1", Origin.TOOL, "17 degrees", Json.emptyObject());
            talk.say(ANN, "s1", Origin.ASSISTANT, "In the cloud", Json.emptyObject());
            talk.index.complete();
            assertTrue(embedder.asked().contains("Anna: Where do you work?\nArkestra: In the cloud"));
            assertFalse(String.join("\n", embedder.asked()).contains("17 degrees"));
        }
    }

    @Test
    void delete_message_leavesNoVectorAndEmbedsTheNextAnew() {
        try (Talk talk = Talk.with(embedder)) {
            talk.say(ANN, "s1", "First");
            Message secret = talk.say(ANN, "s1", "Zanzibar");
            talk.say(ANN, "s1", "Third");
            talk.index.complete();
            assertTrue(embedder.asked().contains("Anna: Zanzibar\nAnna: Third"));
            embedder.clear();
            talk.delete(secret);
            talk.index.complete();
            assertEquals(List.of("Anna: First\nAnna: Third"), embedder.asked());
            assertFalse(talk.found(ANN, "Zanzibar").contains("m:" + secret.id()));
            assertEquals(2, talk.rows(ANN).size());
            talk.index.search(ANN, Space.CONVERSATION, "x", 5, VectorFilter.all(), new ArrayList<>());
            assertEquals(2, talk.vectors.contents(ANN).size());
        }
    }

    @Test
    void search_partitionThatEmptiedItself_isFilledAgainWithoutAnyChange() {
        try (Talk talk = Talk.with(embedder)) {
            Message car = talk.say(ANN, "s1", "My new car is blue");
            talk.index.complete();
            assertEquals(List.of("m:" + car.id()), talk.found(ANN, "automobile"));
            talk.vectors.lose(ANN);
            assertEquals(List.of("m:" + car.id()), talk.found(ANN, "automobile"));
        }
    }

    @Test
    void edit_message_replacesItsVectorAndTheNextOnes() {
        try (Talk talk = Talk.with(embedder)) {
            Message old = talk.say(ANN, "s1", "The cat sleeps");
            talk.say(ANN, "s1", "Good");
            talk.index.complete();
            embedder.clear();
            talk.write(Message.of(
                    old.id(),
                    old.user(),
                    old.session(),
                    old.turn(),
                    0,
                    Origin.USER,
                    "Anna",
                    "The dog barks",
                    old.at()));
            talk.index.complete();
            assertEquals(
                    Set.of("Anna: The dog barks", "Anna: The dog barks\nAnna: Good"), Set.copyOf(embedder.asked()));
        }
    }

    @Test
    void embed_theSameTextOfAUser_asksTheModelOnceAndOfTwoUsersTwice() {
        try (Talk talk = Talk.with(embedder)) {
            talk.say(ANN, "s1", "The same");
            talk.index.complete();
            talk.say(ANN, "s2", "The  same");
            talk.index.complete();
            assertEquals(1, embedder.asked().size());
            assertEquals(2, talk.rows(ANN).size());
            talk.say(BOB, "s1", "The same");
            talk.index.complete();
            assertEquals(2, embedder.asked().size());
        }
    }

    @Test
    void embed_longMessage_isCutAndFoundByItsEnd() {
        try (Talk talk = Talk.with(embedder)) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 100; i++) {
                text.append("word").append(i).append(' ');
            }
            Message longer = talk.say(ANN, "s1", text + "giraffe");
            talk.say(ANN, "s2", "Something else");
            talk.index.complete();
            assertEquals("m:" + longer.id(), talk.found(ANN, "giraffe").get(0));
            assertTrue(talk.rows(ANN).size() > 4);
            for (int i = 0; i < 100; i++) {
                assertTrue(String.join(" ", embedder.asked()).contains("word" + i + " "), "word" + i);
            }
            talk.delete(longer);
            talk.index.complete();
            assertEquals(1, talk.rows(ANN).size());
        }
    }

    @Test
    void scores_neighbours_areTheExactCosines() {
        try (Talk talk = Talk.with(embedder)) {
            for (int i = 0; i < 20; i++) {
                talk.say(ANN, "s" + i, "number" + i);
            }
            talk.index.complete();
            DenseSearch some = talk.index
                    .search(ANN, Space.CONVERSATION, "number3", 2, VectorFilter.all(), new ArrayList<>())
                    .orElseThrow();
            DenseSearch all = talk.index
                    .search(ANN, Space.CONVERSATION, "number3", 20, VectorFilter.all(), new ArrayList<>())
                    .orElseThrow();
            assertEquals(2, some.scores().size());
            Map<String, Double> others = some.scores(all.scores().keySet());
            all.scores().forEach((item, score) -> assertEquals(score, others.get(item), 1e-6));
            assertEquals(
                    Set.of("m:s7-0"), some.vectors(List.of("m:s7-0", "m:none")).keySet());
        }
    }

    @Test
    void search_filter_isOverItems() {
        try (Talk talk = Talk.with(embedder)) {
            talk.say(ANN, "s1", "red car");
            talk.say(ANN, "s2", "blue car");
            talk.index.complete();
            Optional<DenseSearch> found = talk.index.search(
                    ANN, Space.CONVERSATION, "car", 5, VectorFilter.ids(Set.of("m:s2-0")), new ArrayList<>());
            assertEquals(Set.of("m:s2-0"), found.orElseThrow().scores().keySet());
        }
    }

    @Test
    void model_isChanged_everythingIsEmbeddedAnewAndTheOldRowsGo(@TempDir Path home) {
        try (Talk talk = new Talk(home, embedder.everywhere(), SemanticIndex.ROOM)) {
            talk.say(ANN, "s1", "My new car");
            talk.index.complete();
        }
        WordEmbedder other = new WordEmbedder("others", 32, 32);
        try (Talk talk = new Talk(home, other.everywhere(), SemanticIndex.ROOM)) {
            talk.index.complete();
            assertEquals(List.of("Anna: My new car"), other.asked());
            assertEquals(1, talk.rows(ANN).size());
            assertTrue(talk.rows(ANN).toString().contains("others"));
            assertEquals(List.of("m:s1-0"), talk.found(ANN, "automobile"));
        }
    }

    @Test
    void model_isTakenAway_deletedTextsStillLeaveNoVector(@TempDir Path home) {
        Message kept;
        Message secret;
        try (Talk talk = new Talk(home, embedder.everywhere(), SemanticIndex.ROOM)) {
            secret = talk.say(ANN, "s1", "Zanzibar");
            kept = talk.say(ANN, "s1", "Third");
            talk.index.complete();
        }
        try (Talk talk = new Talk(home, null, SemanticIndex.ROOM)) {
            talk.delete(secret);
            talk.index.complete();
            assertTrue(talk.rows(ANN).values().stream().allMatch(row -> row.endsWith(" 0")), talk.rows(ANN)::toString);
            assertEquals(Health.Status.GREEN, talk.index.health().status());
            assertEquals(List.of(), talk.found(ANN, "Third"));
        }
        embedder.clear();
        try (Talk talk = new Talk(home, embedder.everywhere(), SemanticIndex.ROOM)) {
            talk.index.complete();
            assertEquals(List.of("Anna: Third"), embedder.asked());
            assertEquals(List.of("m:" + kept.id()), talk.found(ANN, "Zanzibar"));
            assertEquals(1, talk.rows(ANN).size());
        }
    }

    @Test
    void russian_notUnderstood_isFoundByLettersAndSaidOnce() {
        try (Talk talk = Talk.with(embedder)) {
            talk.say(ANN, "s1", "Моя собака любит гулять в парке");
            talk.say(ANN, "s2", "Вчера мы ходили в театр");
            talk.say(ANN, "s3", "I like the theatre");
            talk.index.complete();
            assertEquals(List.of("Anna: I like the theatre"), embedder.asked());
            List<String> notes = new ArrayList<>();
            assertTrue(talk.index
                    .search(ANN, Space.CONVERSATION, "прогулки с собакой", 5, VectorFilter.all(), notes)
                    .isEmpty());
            assertTrue(notes.toString().contains("does not understand Russian"));
            Map<String, Double> letters = talk.index
                    .letters(ANN, Space.CONVERSATION, "прогулки с собакой", 5, VectorFilter.all())
                    .orElseThrow()
                    .scores();
            assertTrue(letters.get("m:s1-0") > letters.get("m:s2-0"));
            assertFalse(letters.containsKey("m:s3-0"));
            assertEquals(1, talk.context.warnings().size());
            assertEquals(Health.Status.YELLOW, talk.index.health().status());
            assertTrue(talk.index.health().findings().get(0).contains("embedding"));
            String warning = talk.context.warnings().get(0);
            assertTrue(warning.contains("does not understand Russian (first met in message s1-0)"), warning);
            assertTrue(talk.index.describe().toString().contains("does not understand Russian"));
        }
    }

    @Test
    void open_withoutModels_isGreenAndFindsNothing() {
        try (Talk talk = new Talk((Path) null, null, SemanticIndex.ROOM)) {
            talk.say(ANN, "s1", "My new car");
            talk.index.complete();
            assertEquals(List.of(), talk.found(ANN, "car"));
            assertEquals(Health.green(), talk.index.health());
            assertEquals(Map.of(), talk.rows(ANN));
            assertTrue(talk.index.describe().get(0).contains("no embedding model"));
        }
    }

    @Test
    void erase_owner_dropsRowsAndPartitions() {
        try (Talk talk = Talk.with(embedder)) {
            talk.say(ANN, "s1", "My new car");
            talk.say(BOB, "s1", "My old car");
            talk.index.complete();
            talk.found(ANN, "car");
            talk.found(BOB, "car");
            talk.store.deleteAll(Message.COLLECTION.name(), ANN, io.arkestra.store.Filter.all());
            talk.index.erase(ANN);
            assertEquals(Map.of(), talk.vectors.contents(ANN));
            assertEquals(Map.of(), talk.rows(ANN));
            assertEquals(List.of("m:s1-0"), talk.found(BOB, "car"));
        }
    }

    @Test
    void embed_inTheBackground_needsNoCall() throws Exception {
        CountDownLatch embedded = new CountDownLatch(3);
        embedder.before(text -> embedded.countDown());
        try (Talk talk = Talk.with(embedder)) {
            for (int i = 0; i < 3; i++) {
                talk.say(ANN, "s" + i, "number" + i);
            }
            assertTrue(embedded.await(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void close_whileEmbedding_finishesTheTextAndLeavesTheRest(@TempDir Path home) throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        embedder.before(text -> {
            running.countDown();
            awaitQuietly(closing);
        });
        DocStore store = Talk.open(home);
        Talk talk = new Talk(store, embedder.everywhere(), SemanticIndex.ROOM);
        for (int i = 0; i < 50; i++) {
            talk.say(ANN, "s" + i, "number" + i);
        }
        assertTrue(running.await(20, TimeUnit.SECONDS));
        Thread closer = new Thread(talk.index::close);
        closer.start();
        while (closer.getState() == Thread.State.NEW || closer.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        closing.countDown();
        closer.join(20_000);
        assertFalse(closer.isAlive());
        assertEquals(1, embedder.asked().size());
        store.close();
        embedder.before(text -> {});
        try (Talk again = new Talk(home, embedder.everywhere(), SemanticIndex.ROOM)) {
            again.index.complete();
            assertEquals(50, again.rows(ANN).size());
        }
    }

    @Test
    void awaitRoom_whileTooMuchIsPending_waits() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        embedder.before(text -> awaitQuietly(go));
        try (Talk talk = new Talk((Path) null, embedder.everywhere(), 10)) {
            for (int i = 0; i < 40; i++) {
                talk.say(ANN, "s" + i, "number" + i);
            }
            AtomicBoolean passed = new AtomicBoolean();
            Thread importer = new Thread(() -> {
                try {
                    talk.index.awaitRoom();
                    passed.set(true);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            importer.start();
            while (importer.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            assertFalse(passed.get());
            go.countDown();
            importer.join(20_000);
            assertTrue(passed.get());
        }
    }

    @Test
    void backlog_beforeTheFirstStep_countsWhatWaits() {
        DocStore store = Talk.open(null);
        try (Talk talk = new Talk(store, null, SemanticIndex.ROOM)) {
            talk.say(ANN, "s1", "My new car is blue");
            talk.say(ANN, "s1", "It is fast, too");
            EmbeddingWork work = new EmbeddingWork(
                    store, new TextModels(Optional.of(embedder.everywhere()), ignored -> {}), ignored -> {});
            assertTrue(work.backlog() >= 2);
            assertTrue(work.isBehindBy(1));
            while (work.step(Cancellation.none())) {}
            assertEquals(0, work.backlog());
        }
    }

    @Test
    void isBehindBy_gapsInTheFeed_areNoChanges() {
        DocStore store = Talk.open(null);
        try (Talk talk = new Talk(store, null, SemanticIndex.ROOM)) {
            EmbeddingWork work = new EmbeddingWork(
                    store, new TextModels(Optional.of(embedder.everywhere()), ignored -> {}), ignored -> {});
            talk.say(ANN, "s1", "My new car is blue");
            assertFalse(work.step(Cancellation.none()));
            CollectionSpec others = CollectionSpec.builder("others").feed().build();
            store.define(others);
            for (int i = 0; i < 100; i++) {
                String id = "other" + i;
                store.inTransaction(transaction -> transaction.put("others", DocWrite.of(ANN, id, Json.emptyObject())));
            }
            talk.say(ANN, "s1", "It is fast, too");
            assertTrue(work.backlog() > 100);
            assertFalse(work.isBehindBy(1));
            assertTrue(work.isBehindBy(0));
            talk.say(ANN, "s1", "And cheap");
            assertTrue(work.isBehindBy(1));
        }
    }

    @Test
    void embed_errorOfTheMachine_isSaidAndLetsNobodyWait() throws Exception {
        embedder.before(text -> {
            throw new StackOverflowError("too deep");
        });
        try (Talk talk = new Talk((Path) null, embedder.everywhere(), 10)) {
            for (int i = 0; i < 40; i++) {
                talk.say(ANN, "s" + i, "number" + i);
            }
            talk.index.awaitRoom();
            assertTrue(talk.index.health().findings().toString().contains("too deep"));
            embedder.before(text -> {});
            talk.say(ANN, "s1", "My new car is blue");
            talk.index.complete();
            assertEquals(41, talk.rows(ANN).size());
        }
    }

    @Test
    void anyChanges_endLikeARebuild() {
        for (int seed = 0; seed < Integer.getInteger("arkestra.test.rounds", 5); seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            try (Talk talk = Talk.with(embedder)) {
                List<Message> said = new ArrayList<>();
                for (int step = 0; step < 60; step++) {
                    int kind = random.nextInt(10);
                    if (kind < 6 || said.isEmpty()) {
                        Origin origin = random.nextInt(3) == 0 ? Origin.ASSISTANT : Origin.USER;
                        boolean derived = origin == Origin.ASSISTANT && random.nextBoolean();
                        Json detail =
                                derived ? Json.object().put("derived", true).build() : Json.emptyObject();
                        String text = random.nextInt(4) == 0 ? "What is it?" : "word" + random.nextInt(50);
                        said.add(talk.say(ANN, "s" + random.nextInt(3), origin, text, detail));
                    } else if (kind < 8) {
                        talk.delete(said.remove(random.nextInt(said.size())));
                    } else if (kind == 8) {
                        Message old = said.get(random.nextInt(said.size()));
                        talk.write(Message.of(
                                        old.id(),
                                        old.user(),
                                        old.session(),
                                        old.turn(),
                                        old.ordinal(),
                                        old.origin(),
                                        old.speaker(),
                                        "changed" + step,
                                        old.at())
                                .withDetail(old.detail()));
                    } else {
                        talk.index.complete();
                    }
                }
                talk.index.complete();
                talk.found(ANN, "word1");
                Map<String, String> rows = talk.rows(ANN);
                Map<String, List<Float>> vectors = talk.vectors.contents(ANN);
                talk.index.erase(ANN);
                try (DocStore ignored = Talk.open(null);
                        Talk rebuilt = new Talk((Path) null, embedder.everywhere(), SemanticIndex.ROOM)) {
                    talk.store.changes(Message.COLLECTION.name(), ANN, 0, 1_000);
                    talk.store
                            .fetch(
                                    Message.COLLECTION.name(),
                                    talk.store.changes(Message.COLLECTION.name(), ANN, 0, 1_000))
                            .forEach(doc -> rebuilt.write(Message.from(doc)));
                    rebuilt.index.complete();
                    rebuilt.found(ANN, "word1");
                    assertEquals(rebuilt.rows(ANN), rows, "seed " + seed);
                    assertEquals(rebuilt.vectors.contents(ANN), vectors, "seed " + seed);
                }
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
