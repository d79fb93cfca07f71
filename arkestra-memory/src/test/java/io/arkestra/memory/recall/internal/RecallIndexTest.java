package io.arkestra.memory.recall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The index is derived: whatever happens to it, it ends up as the store says. */
class RecallIndexTest {
    private static final List<String> QUESTIONS =
            List.of("lemon", "green tea cake", "молоко лимон", "Anna bread?", "чай 1 марта", "March book");

    @TempDir
    Path home;

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void recall_afterRandomHistory_equalsRebuild(long seed) throws IOException {
        Map<String, List<String>> kept = new HashMap<>();
        try (Conversation talk = Conversation.in(home)) {
            randomHistory(talk, new Random(seed), 120, true);
            kept.putAll(everythingSeen(talk));
        }
        deleteIndex();
        try (Conversation talk = Conversation.in(home)) {
            assertEquals(kept, everythingSeen(talk));
        }
    }

    @Test
    void recall_afterReopen_catchesUpWithWhatWasNotCommitted() {
        try (Conversation talk = Conversation.in(home)) {
            talk.user("ann", "s", "t1", "The lemon tree grows");
            talk.memory.refresh();
            talk.user("ann", "s", "t2", "The quince tree grows");
            talk.store.close();
            // The memory is left open: nothing more is committed, as after a crash of the process.
            Path copy = home.resolve("../copy-" + home.getFileName());
            copy(home.resolve("memory"), copy);
            talk.memory.close();
            delete(home.resolve("memory"));
            copy(copy, home.resolve("memory"));
            delete(copy);
        }
        try (Conversation talk = Conversation.in(home)) {
            assertEquals("The quince tree grows", talk.texts("ann", "quince").get(0));
            assertEquals(List.of(), talk.context.warnings());
        }
    }

    @Test
    void recall_indexDeletedBetweenRuns_isTheSameAsBefore() throws IOException {
        Map<String, List<String>> before = filled();
        deleteIndex();

        try (Conversation talk = Conversation.in(home)) {
            assertEquals(before, everythingSeen(talk));
        }
    }

    @Test
    void recall_everyIndexFileDamagedInTurn_isTheSameAsBefore() throws IOException {
        Map<String, List<String>> before = filled();
        Random random = new Random(5);
        for (int round = 0; round < 8; round++) {
            List<Path> files = indexFiles();
            Path victim = files.get(random.nextInt(files.size()));
            byte[] bytes = Files.readAllBytes(victim);
            if (bytes.length == 0) {
                continue;
            }
            bytes[random.nextInt(bytes.length)] ^= 0x55;
            Files.write(victim, bytes);

            try (Conversation talk = Conversation.in(home)) {
                Recall first = talk.memory.recall(Conversation.as("ann"), RecallQuery.about("lemon"));
                assertFalse(first.passages().isEmpty(), victim.toString());
                assertEquals(before, everythingSeen(talk), victim.toString());
            }
        }
    }

    @Test
    void recall_damagedWhileOpen_isMendedWithANote() throws IOException {
        filled();
        for (Path file : indexFiles()) {
            if (file.getFileName().toString().endsWith(".cfs")
                    || file.getFileName().toString().endsWith(".doc")) {
                Files.write(file, new byte[] {1, 2, 3});
            }
        }
        try (Conversation talk = Conversation.in(home)) {
            Recall recall = talk.memory.recall(Conversation.as("ann"), RecallQuery.about("lemon"));

            assertFalse(recall.passages().isEmpty());
            assertTrue(
                    !recall.notes().isEmpty() || !talk.context.warnings().isEmpty(), "nobody was told of the damage");
            assertEquals(
                    List.of(),
                    talk.memory
                            .recall(Conversation.as("ann"), RecallQuery.about("lemon"))
                            .notes());
        }
    }

    @Test
    void recall_storeOlderThanIndex_startsOver() throws IOException {
        filled();
        delete(home.resolve("store"));
        try (Conversation talk = Conversation.in(home)) {
            assertEquals(List.of(), talk.texts("ann", "lemon"));
            talk.user("ann", "new", "t1", "Only the quince is left");
            assertEquals(List.of("Only the quince is left"), talk.texts("ann", "lemon quince"));
        }
    }

    @Test
    void forget_memory_leavesNoFileOfTheIndexWithItsWords() throws IOException {
        try (Conversation talk = Conversation.in(home)) {
            talk.user("ann", "s", "t", "something else");
            MemoryRecord record = talk.memory.remember(Conversation.as("ann"), MemoryDraft.fact("zebrafish are small"));
            talk.memory.refresh();
            assertTrue(indexHolds("zebrafish"));

            talk.memory.forget(Conversation.as("ann"), record.id());
            assertFalse(indexHolds("zebrafish"));
        }
    }

    @Test
    void recall_messageDeleted_isGoneFromItsNeighboursWindowsToo() {
        try (Conversation talk = Conversation.inMemory()) {
            talk.user("ann", "s", "t1", "First line");
            Message secret = talk.user("ann", "s", "t2", "The zebrafish is secret");
            talk.user("ann", "s", "t3", "Third line");
            assertEquals(3, talk.texts("ann", "zebrafish").size());

            talk.delete(secret);

            assertEquals(List.of(), talk.texts("ann", "zebrafish"));
        }
    }

    @Test
    void recall_callersThreadInterrupted_stillAnswersAfterwards() {
        try (Conversation talk = Conversation.in(home)) {
            talk.user("ann", "s", "t1", "The lemon tree grows");
            Thread.currentThread().interrupt();
            try {
                talk.memory.recall(Conversation.as("ann"), RecallQuery.about("lemon"));
            } catch (RuntimeException e) {
                // A store may refuse an interrupted thread; the memory must not break by it.
            }
            Thread.interrupted();

            assertEquals(List.of("The lemon tree grows"), talk.texts("ann", "lemon"));
        }
    }

    private Map<String, List<String>> filled() {
        try (Conversation talk = Conversation.in(home)) {
            randomHistory(talk, new Random(9), 40, false);
            return everythingSeen(talk);
        }
    }

    private static Map<String, List<String>> everythingSeen(Conversation talk) {
        Map<String, List<String>> seen = new HashMap<>();
        for (String user : List.of("ann", "bob")) {
            for (String question : QUESTIONS) {
                seen.put(user + " " + question, talk.seen(user, question));
            }
        }
        return seen;
    }

    private static void randomHistory(Conversation talk, Random random, int steps, boolean deletions) {
        List<String> words =
                List.of("lemon", "tea", "green", "cake", "bread", "book", "молоко", "лимон", "чай", "хлеб", "зелёный");
        List<Message> messages = new ArrayList<>();
        List<MemoryRecord> records = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            String user = random.nextBoolean() ? "ann" : "bob";
            String session = "s" + random.nextInt(3);
            String text = random.ints(1 + random.nextInt(8), 0, words.size())
                    .mapToObj(words::get)
                    .collect(java.util.stream.Collectors.joining(" "));
            String turn = "t" + i;
            switch (random.nextInt(8)) {
                case 0 -> {
                    talk.user(user, session, turn, text + "?");
                    talk.derived(user, session, turn, "You said " + text);
                }
                case 1 -> records.add(talk.memory.remember(Conversation.as(user), MemoryDraft.fact(text)));
                case 2 -> {
                    if (deletions && !messages.isEmpty()) {
                        talk.delete(messages.remove(random.nextInt(messages.size())));
                    }
                }
                case 3 -> {
                    if (deletions && !records.isEmpty()) {
                        String id =
                                records.remove(random.nextInt(records.size())).id();
                        talk.memory.forget(Conversation.as("ann"), id);
                        talk.memory.forget(Conversation.as("bob"), id);
                    }
                }
                case 4 -> talk.say(user, session, turn, Origin.TOOL, text, Json.emptyObject());
                default -> {
                    messages.add(talk.user(user, session, turn, text));
                    messages.add(talk.assistant(user, session, turn, text + " indeed"));
                }
            }
            if (random.nextInt(4) == 0) {
                talk.texts(user, text);
            }
        }
    }

    private void deleteIndex() {
        delete(home.resolve("memory"));
    }

    private List<Path> indexFiles() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("memory"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("write.lock"))
                    .sorted()
                    .toList();
        }
    }

    private boolean indexHolds(String text) throws IOException {
        for (Path file : indexFiles()) {
            if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                return true;
            }
        }
        return false;
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
