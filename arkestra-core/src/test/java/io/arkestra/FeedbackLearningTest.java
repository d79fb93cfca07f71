package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.learning.Learned;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Feedback through whole turns: what it teaches, once per turn, and how it is taken back. */
@Timeout(180)
class FeedbackLearningTest {
    private static final UserId ANN = UserId.of("ann");
    private static final UserId BOB = UserId.of("bob");
    private static final SessionId TALK = SessionId.of("talk");

    private final ManualClock clock = ManualClock.at(Instant.parse("2026-05-05T09:00:00Z"));
    private final RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"Noted.\"}");

    private Arkestra open() {
        return Arkestra.builder().clock(clock).senior(Llm.client(senior)).build();
    }

    private static Learned.Arm only(Arkestra arkestra, UserId user) {
        List<Learned.Arm> arms = arkestra.learning().explain(user).arms();
        assertEquals(1, arms.size(), arms::toString);
        return arms.get(0);
    }

    private static long sharedGood(Arkestra arkestra) {
        return arkestra.store()
                .inTransaction(tx -> tx.get("bandit", Owner.SYSTEM, "shared"))
                .map(doc -> doc.body().list("counts").stream()
                        .mapToLong(count -> count.integer("good").orElse(0L))
                        .sum())
                .orElse(0L);
    }

    @Test
    void feedback_givenTwiceOrChanged_countsOnceAsTheLatest() {
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            Reply reply = session.ask("I have a cat");
            assertEquals("plain", only(arkestra, ANN).name());
            session.feedback(reply.turn(), Feedback.up());
            session.feedback(reply.turn(), Feedback.up());
            session.feedback(reply.turn(), Feedback.ok());
            assertEquals(1, only(arkestra, ANN).good());
            assertEquals(1, sharedGood(arkestra));
            session.feedback(reply.turn(), Feedback.text("что-то вроде этого"));
            assertEquals(1, only(arkestra, ANN).good(), "words that do not judge change nothing");
            session.feedback(reply.turn(), Feedback.text("Нет, это неверно"));
            assertEquals(0, only(arkestra, ANN).good());
            assertEquals(1, only(arkestra, ANN).bad());
            assertEquals(0, sharedGood(arkestra));
            assertEquals("bad", arkestra.learning().explain(ANN).recent().get(0).feedback());
        }
    }

    @Test
    void feedback_thatComesDaysLater_stillTeaches() {
        try (Arkestra arkestra = open()) {
            Reply reply = arkestra.session(ANN, TALK).ask("I have a cat");
            clock.advance(Duration.ofDays(20));
            arkestra.session(ANN, SessionId.of("other")).feedback(reply.turn(), Feedback.up());
            assertEquals(1, only(arkestra, ANN).good());
        }
    }

    @Test
    void feedback_isKeptWithTheContextOfItsTurn() {
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            Reply reply = session.ask("I have a cat");
            session.feedback(reply.turn(), Feedback.down());
            Doc feedback = arkestra.store()
                    .inTransaction(tx -> tx.find("feedback", Owner.of(ANN), DocQuery.all()))
                    .docs()
                    .get(0);
            Json context = feedback.body().get("context").orElseThrow();
            assertEquals("statement", context.text("intent"));
            assertEquals(0, context.list("tools").size());
            assertTrue(context.get("preset").orElseThrow().has("temperature"), context.toString());
            assertEquals("plain", context.list("choices").get(0).text("arm"));
        }
    }

    @Test
    void user_whoNeverJudges_isNotExperimentedOn() {
        try (Arkestra arkestra = open()) {
            for (int i = 0; i < 12; i++) {
                arkestra.session(ANN, TALK).ask("I have cat number " + i);
            }
            assertEquals(12, only(arkestra, ANN).chosen());
        }
        assertTrue(senior.requests().stream()
                .allMatch(request ->
                        request.lastMessage().orElseThrow().data("style").isEmpty()));
    }

    @Test
    void styleThatIsPraised_isChosenMostly() {
        int[] warm = new int[2];
        try (Arkestra arkestra = open()) {
            for (int i = 0; i < 80; i++) {
                Session session = arkestra.session(ANN, SessionId.of("talk" + i / 10));
                Reply reply = session.ask("I have cat number " + i);
                boolean friendly = senior.lastMessage(i)
                        .data("style")
                        .flatMap(style -> style.string("preferred"))
                        .filter("friendly and personal"::equals)
                        .isPresent();
                warm[i / 40] += friendly ? 1 : 0;
                session.feedback(reply.turn(), friendly ? Feedback.up() : Feedback.down());
            }
        }
        assertTrue(warm[1] >= 25 && warm[1] > warm[0], () -> warm[0] + " of the first 40, " + warm[1] + " of the last");
    }

    @Test
    void newUser_profitsFromOthers_untilTheyAreForgotten() {
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            for (int i = 0; i < 8; i++) {
                Reply reply = session.ask("I have cat number " + i);
                session.feedback(reply.turn(), Feedback.down());
            }
            arkestra.session(BOB, TALK).ask("I have a dog");
            String chosen = arkestra.learning().explain(BOB).recent().get(0).arm();
            assertTrue(!chosen.equals("plain"), chosen);
            arkestra.people().forget(ANN);
            assertEquals(List.of(), arkestra.learning().explain(ANN).arms());
            arkestra.learning().reset(BOB);
            arkestra.session(BOB, TALK).ask("I have a horse");
            assertEquals("plain", only(arkestra, BOB).name());
        }
    }

    @Test
    void reset_takesBackWhatTheUserTaught_andLaterFeedbackOnOldTurnsTeachesNothing() {
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            Reply reply = session.ask("I have a cat");
            session.feedback(reply.turn(), Feedback.up());
            assertEquals(1, sharedGood(arkestra));
            arkestra.learning().reset(ANN);
            assertEquals(0, sharedGood(arkestra));
            session.feedback(reply.turn(), Feedback.down());
            assertEquals(List.of(), arkestra.learning().explain(ANN).arms());
        }
    }

    @Test
    void importedUser_countsAgain(@TempDir Path directory) {
        Path zip = directory.resolve("ann.zip");
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            session.feedback(session.ask("I have a cat").turn(), Feedback.up());
            arkestra.people().export(ANN, zip);
            arkestra.people().forget(ANN);
            assertEquals(0, sharedGood(arkestra));
            arkestra.people().importFrom(BOB, zip);
            arkestra.people().importFrom(BOB, zip);
            assertEquals(1, sharedGood(arkestra));
            assertEquals(1, only(arkestra, BOB).good());
        }
    }

    @Test
    void importedUser_withHugeCounts_keepsNobodyFromTeaching(@TempDir Path directory) {
        try (Arkestra arkestra = open()) {
            Session bob = arkestra.session(BOB, TALK);
            bob.feedback(bob.ask("I have a dog").turn(), Feedback.up());
            Path zip = archive(arkestra, directory, only(arkestra, BOB).situation(), 1_000_000_000, 1_000_000_000);
            arkestra.people().importFrom(ANN, zip);
            assertEquals(1_001, sharedGood(arkestra));
            bob.feedback(bob.ask("I have another dog").turn(), Feedback.up());
            assertEquals(1_002, sharedGood(arkestra));
            Session ann = arkestra.session(ANN, TALK);
            ann.feedback(ann.ask("I have a cat").turn(), Feedback.up());
            assertEquals(1_000_000_000, only(arkestra, ANN).chosen());
            arkestra.people().forget(ANN);
            assertEquals(2, sharedGood(arkestra), "what others taught stays, and nothing else");
        }
    }

    @Test
    void importedUser_withCountsThatAreNone_isRefused(@TempDir Path directory) {
        try (Arkestra arkestra = open()) {
            for (Object count : List.of(-1, 0.5, "many")) {
                Path zip = archive(arkestra, directory, "statement", 1, count);
                ArkestraException refused = assertThrows(
                        ArkestraException.class, () -> arkestra.people().importFrom(BOB, zip));
                assertTrue(refused.getMessage().contains("bandit"), refused.getMessage());
                assertEquals(List.of(), arkestra.learning().explain(BOB).arms());
                assertEquals(0, sharedGood(arkestra));
            }
        }
    }

    /** An archive of a user whose standard style was praised that often. */
    private static Path archive(Arkestra arkestra, Path directory, String situation, Object chosen, Object good) {
        UserId maker = UserId.of("maker");
        Json count = Json.object()
                .put("subject", "style")
                .put("situation", situation)
                .put("arm", "plain")
                .put("bad", 0)
                .build()
                .with("chosen", Json.parse(String.valueOf(chosen)))
                .with("good", good instanceof String text ? Json.of(text) : Json.parse(String.valueOf(good)));
        Json body = Json.object().put("counts", Json.array(List.of(count))).build();
        arkestra.store().inTransaction(tx -> tx.put("bandit", DocWrite.of(Owner.of(maker), "counts", body)));
        Path zip = directory.resolve("good-" + good + ".zip");
        arkestra.people().export(maker, zip);
        return zip;
    }

    /** Sessions of a user run side by side, and nothing that one of them teaches is lost. */
    @Test
    void sessions_sideBySide_loseNoChoiceAndNoVerdict() throws Exception {
        int threads = 8;
        int turns = 6;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (Arkestra arkestra = open()) {
            List<Future<Integer>> done = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Session session = arkestra.session(thread % 4 == 0 ? BOB : ANN, SessionId.of("talk" + thread));
                done.add(pool.submit(() -> {
                    for (int i = 0; i < turns; i++) {
                        Reply reply = session.ask("I have cat number " + i);
                        session.feedback(reply.turn(), i % 2 == 0 ? Feedback.up() : Feedback.down());
                    }
                    return turns;
                }));
            }
            for (Future<Integer> one : done) {
                assertEquals(turns, one.get(100, TimeUnit.SECONDS));
            }
            for (UserId user : List.of(ANN, BOB)) {
                int sessions = user.equals(BOB) ? 2 : 6;
                List<Learned.Arm> arms = arkestra.learning().explain(user).arms();
                assertEquals(
                        (long) sessions * turns,
                        arms.stream().mapToLong(Learned.Arm::chosen).sum());
                assertEquals(
                        sessions * turns / 2L,
                        arms.stream().mapToLong(Learned.Arm::good).sum());
                assertEquals(
                        sessions * turns / 2L,
                        arms.stream().mapToLong(Learned.Arm::bad).sum());
            }
            assertEquals(threads * turns / 2L, sharedGood(arkestra));
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void answersOfTheRules_areNotChosenAndTeachNothing() {
        try (Arkestra arkestra = Arkestra.builder().clock(clock).build()) {
            Session session = arkestra.session(ANN, TALK);
            session.feedback(session.ask("I have a cat").turn(), Feedback.up());
            assertEquals(List.of(), arkestra.learning().explain(ANN).arms());
        }
    }
}
