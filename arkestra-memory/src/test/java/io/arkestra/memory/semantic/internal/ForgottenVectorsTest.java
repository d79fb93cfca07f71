package io.arkestra.memory.semantic.internal;

import static io.arkestra.memory.semantic.internal.Talk.ANN;
import static io.arkestra.memory.semantic.internal.Talk.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.memory.Message;
import io.arkestra.store.Owner;
import io.arkestra.vector.partition.internal.ArkestraVectorIndexProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What forgetting leaves of vectors, with real files: nothing. */
class ForgottenVectorsTest {
    private static final int BOUND = 20;

    private final WordEmbedder embedder = new WordEmbedder("words", 64, 32);

    @TempDir
    Path home;

    private Talk open() {
        return new Talk(
                Talk.open(home),
                embedder.everywhere(),
                SemanticIndex.ROOM,
                new ArkestraVectorIndexProvider(),
                home.resolve("memory"));
    }

    /** Files of the vector index that hold these bytes. */
    private List<Path> holding(byte[] bytes) throws IOException {
        String wanted = new String(bytes, StandardCharsets.ISO_8859_1);
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(home.resolve("memory"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(wanted)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private List<Path> holding(Message message) throws IOException {
        return holding(("m:" + message.id()).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void complete_afterForgetting_leavesNoRowInTheFiles() throws IOException {
        try (Talk talk = open()) {
            talk.say(ANN, "first", "My new car is blue");
            Message secret = talk.say(ANN, "secret", "Zanzibar");
            talk.found(ANN, "car");
            talk.index.complete();
            assertTrue(talk.found(ANN, "Zanzibar").contains("m:" + secret.id()));
            assertFalse(holding(secret).isEmpty(), "the search finds what is there");
            talk.delete(secret);
            talk.index.removed(ANN);
            assertFalse(talk.found(ANN, "Zanzibar").contains("m:" + secret.id()));
            talk.index.complete();
            assertEquals(List.of(), holding(secret));
            assertEquals(1, talk.found(ANN, "automobile").size());
        }
    }

    /** Nobody searched in the partition since the start, and the process ended between forgetting and tidying. */
    @Test
    void complete_afterARestart_tidiesPartitionsThatNobodyHasOpened() throws IOException {
        Message secret;
        try (Talk talk = open()) {
            secret = talk.say(ANN, "secret", "Zanzibar");
            talk.say(ANN, "other", "My new car is blue");
            talk.index.complete();
            talk.found(ANN, "car");
            talk.index.complete();
            assertFalse(holding(secret).isEmpty());
            talk.delete(secret);
            talk.index.removed(ANN, List.of("m:" + secret.id()));
        }
        try (Talk talk = open()) {
            talk.index.complete();
            assertEquals(List.of(), holding(secret));
        }
    }

    @Test
    void removed_whileTheModelIsBusy_waitsForNoneOfIt() throws Exception {
        try (Talk talk = open()) {
            Message secret = talk.say(ANN, "secret", "Zanzibar");
            Message next = talk.say(ANN, "secret", "It is warm there");
            talk.index.complete();
            assertTrue(talk.found(ANN, "Zanzibar").contains("m:" + secret.id()));
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            embedder.before(text -> {
                busy.countDown();
                await(go);
            });
            talk.say(BOB, "s", "Something else");
            assertTrue(busy.await(BOUND, TimeUnit.SECONDS));
            talk.delete(secret);
            talk.index.removed(ANN);
            assertEquals(List.of(), talk.found(ANN, "Zanzibar"));
            go.countDown();
            talk.index.complete();
            assertEquals(List.of("m:" + next.id()), talk.found(ANN, "warm"));
            assertEquals(
                    "Anna: It is warm there",
                    embedder.asked().get(embedder.asked().size() - 1));
            assertEquals(List.of(), holding(secret));
        }
    }

    @Test
    void erase_owner_leavesNoPartitionOfTheirs() throws IOException {
        try (Talk talk = open()) {
            talk.say(ANN, "s", "Zanzibar");
            talk.say(BOB, "s", "My new car is blue");
            talk.index.complete();
            talk.found(ANN, "car");
            talk.found(BOB, "car");
            talk.index.complete();
            assertFalse(holding(key(ANN)).isEmpty());
            talk.store.erase(ANN);
            talk.index.erase(ANN);
            assertEquals(List.of(), holding(key(ANN)));
            assertFalse(holding(key(BOB)).isEmpty());
        }
    }

    private static byte[] key(Owner owner) {
        return ("\"" + owner.key() + "\"").getBytes(StandardCharsets.UTF_8);
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(BOUND, TimeUnit.SECONDS)) {
                throw new IllegalStateException(new TimeoutException());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
