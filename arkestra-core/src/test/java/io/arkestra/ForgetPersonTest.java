package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.SessionEnd;
import io.arkestra.schedule.JobSpec;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a person who was forgotten: nothing, in any byte. */
class ForgetPersonTest {
    private static final UserId ANN = UserId.of("ann");
    private static final UserId BEN = UserId.of("ben");
    private static final String MARKER = "Zyxomarkeria";
    private static final String RUSSIAN = "Зюкомаркерия";

    @TempDir
    Path home;

    private Arkestra open() {
        return Arkestra.builder().home(home).build();
    }

    private static void live(Arkestra arkestra, UserId user, String word, String russian) {
        for (int i = 0; i < 4; i++) {
            Session session = arkestra.session(user, SessionId.of("s" + i));
            Reply reply = session.ask("Remember that my cat " + i + " is called " + word);
            session.ask("Запомни, что мою собаку " + i + " зовут " + russian);
            session.ask("What is my cat " + i + " called?");
            session.feedback(reply.turn(), Feedback.text("good, " + word + " it is"));
            arkestra.memory().remember(Scope.of(user), MemoryDraft.note("note " + i + " of " + word));
        }
        Session session = arkestra.session(user);
        session.ask("Remind me in 3 hours to feed " + word);
        session.ask("My name is " + word);
        arkestra.memory().remember(Scope.of(user), MemoryDraft.fact("deleted fact of " + word));
        arkestra.memory()
                .list(Scope.of(user), 1)
                .forEach(memory -> arkestra.memory().forget(Scope.of(user), memory.id()));
        arkestra.jobs()
                .submit(JobSpec.builder("nobody.runs.this", Owner.of(user))
                        .payload(Json.object().put("text", word).build())
                        .build());
    }

    @Test
    void forget_personWithALongLife_isInNoByteOfTheHomeAndOthersAreUntouched() throws Exception {
        try (Arkestra arkestra = open()) {
            live(arkestra, ANN, MARKER, RUSSIAN);
            live(arkestra, BEN, "Bellamira", "Белламира");
            arkestra.memory().refresh();
            long bens = Conversations.log(arkestra, BEN).size();
            assertTrue(arkestra.people().users().containsAll(List.of(ANN, BEN)));
            assertFalse(HomeBytes.holding(home, MARKER).isEmpty(), "the search finds what is there");

            ForgetReport report = arkestra.people().forget(ANN);

            assertTrue(report.documents() > 30, report.toString());
            assertTrue(report.jobs() > 0, report.toString());
            assertEquals(List.of(), HomeBytes.holding(home, MARKER));
            assertEquals(List.of(), HomeBytes.holding(home, RUSSIAN));
            assertEquals(List.of(BEN), arkestra.people().users());
            assertEquals(List.of(), Conversations.log(arkestra, ANN));
            assertEquals(bens, Conversations.log(arkestra, BEN).size());
            assertTrue(recalled(arkestra, BEN, "Bellamira").contains("Bellamira"));
            assertEquals("[]", recalled(arkestra, ANN, MARKER));
            assertEquals(1, arkestra.schedule().active(Scope.of(BEN)).size());
        }
        assertEquals(List.of(), HomeBytes.holding(home, MARKER));
        try (Arkestra arkestra = open()) {
            assertTrue(recalled(arkestra, BEN, "Bellamira").contains("Bellamira"));
            arkestra.session(ANN).ask("Remember that my parrot is called Kesha");
            assertTrue(recalled(arkestra, ANN, "parrot").contains("Kesha"));
        }
    }

    /** With a model, vectors in files, documents and a night. */
    @Test
    void forget_personWithVectorsDocumentsAndANight_leavesNoByteAndNoPartition() throws Exception {
        ManualClock clock = ManualClock.at("2026-03-01T09:00:00Z");
        try (Arkestra arkestra = Arkestra.builder()
                .home(home)
                .clock(clock)
                .memory(memory -> memory.embedders(new HashedWords()))
                .build()) {
            live(arkestra, ANN, MARKER, RUSSIAN);
            live(arkestra, BEN, "Bellamira", "Белламира");
            for (UserId user : List.of(ANN, BEN)) {
                String word = user.equals(ANN) ? MARKER : "Bellamira";
                arkestra.memory()
                        .documents()
                        .add(
                                Scope.of(user),
                                DocumentDraft.of("letters", "Letters of " + word, (word + " writes. ").repeat(200)));
                for (int i = 0; i < 4; i++) {
                    arkestra.memory().sessions().end(Scope.of(user), SessionId.of("s" + i), SessionEnd.HOST);
                }
            }
            clock.advance(Duration.ofHours(40));
            arkestra.sleep();
            assertTrue(recalled(arkestra, ANN, MARKER).contains(MARKER));
            assertFalse(found(arkestra, ANN).isEmpty());
            assertFalse(found(arkestra, BEN).isEmpty());
            arkestra.memory().refresh();
            assertTrue(partitions(ANN) >= 2, "conversation and documents");
            long bens = partitions(BEN);
            assertFalse(
                    arkestra.memory()
                            .list(Scope.of(ANN), MemoryKind.SUMMARY, 10)
                            .isEmpty(),
                    "the night summed up");

            arkestra.people().forget(ANN);

            assertEquals(List.of(), HomeBytes.holding(home, MARKER));
            assertEquals(List.of(), HomeBytes.holding(home, RUSSIAN));
            assertEquals(0, partitions(ANN));
            assertEquals(bens, partitions(BEN));
            assertEquals("[]", recalled(arkestra, ANN, MARKER));
            assertEquals(List.of(), found(arkestra, ANN));
            assertFalse(found(arkestra, BEN).isEmpty());
        }
        assertEquals(List.of(), HomeBytes.holding(home, MARKER));
        assertEquals(0, partitions(ANN));
    }

    private static List<String> found(Arkestra arkestra, UserId user) {
        return arkestra
                .memory()
                .documents()
                .search(Scope.of(user), RecallQuery.about("who writes letters"), Map.of())
                .passages()
                .stream()
                .map(passage -> passage.text())
                .toList();
    }

    /** Directories of vectors of a person; each says in a file whose it is. */
    private long partitions(UserId user) throws IOException {
        String owner = "\"" + Owner.of(user).key() + "\"";
        try (Stream<Path> files = Files.walk(home)) {
            long count = 0;
            for (Path file : files.filter(path -> path.toString().contains("vectors") && Files.isRegularFile(path))
                    .toList()) {
                count += Files.readString(file, StandardCharsets.ISO_8859_1).contains(owner) ? 1 : 0;
            }
            return count;
        }
    }

    private static String recalled(Arkestra arkestra, UserId user, String words) {
        return arkestra.memory().recall(Scope.of(user), RecallQuery.about(words)).passages().stream()
                .map(passage -> passage.text())
                .toList()
                .toString();
    }

    /** As after the end of a process that had written down whom to forget, and no more. */
    @Test
    void forget_cutOffAtItsBeginning_isFinishedAtTheNextStart() throws Exception {
        try (Arkestra arkestra = open()) {
            live(arkestra, ANN, MARKER, RUSSIAN);
            arkestra.store()
                    .inTransaction(tx -> tx.put(
                            "forgetting",
                            DocWrite.of(
                                    Owner.SYSTEM,
                                    "whoever",
                                    Json.object().put("person", "ann").build())));
        }
        assertFalse(HomeBytes.holding(home, MARKER).isEmpty());
        try (Arkestra arkestra = open()) {
            assertEquals(List.of(), HomeBytes.holding(home, MARKER));
            assertEquals(List.of(), arkestra.people().users());
        }
    }

    @Test
    void forget_reminderThatWaits_neverFires() {
        ManualClock clock = ManualClock.at("2026-03-01T09:00:00Z");
        try (Arkestra arkestra = Arkestra.builder().home(home).clock(clock).build()) {
            arkestra.session(ANN).ask("Remind me in 3 hours to feed " + MARKER);
            assertEquals(1, arkestra.schedule().active(Scope.of(ANN)).size());
            arkestra.people().forget(ANN);
            clock.advance(Duration.ofHours(4));
            assertEquals(List.of(), arkestra.deliveries().pending(Scope.of(ANN)));
        }
    }

    @Test
    void forget_turnThatRuns_isStoppedAndWritesNothing() throws Exception {
        StuckLlm stuck = new StuckLlm("{\"text\":\"It");
        try (Arkestra arkestra =
                Arkestra.builder().home(home).senior(Llm.client(stuck)).build()) {
            Turn turn = arkestra.session(ANN).turn("Tell me about " + MARKER).start();
            assertTrue(stuck.stuck.await(10, TimeUnit.SECONDS));
            ForgetReport report = arkestra.people().forget(ANN);
            assertEquals(1, report.turns());
            assertEquals(Outcome.Kind.CANCELLED, turn.await().kind());
            assertEquals(List.of(), HomeBytes.holding(home, MARKER));
        }
    }

    @Test
    void forget_nobody_isNoError() {
        try (Arkestra arkestra = open()) {
            assertEquals(0, arkestra.people().forget(UserId.of("stranger")).documents());
        }
    }

    @Test
    void people_closedEngine_isRefused() {
        Arkestra arkestra = open();
        arkestra.close();
        assertThrows(ArkestraException.class, arkestra::people);
    }
}
