package io.arkestra.examples.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Outcome;
import io.arkestra.Session;
import io.arkestra.Turn;
import io.arkestra.common.UserId;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A turn is cancelled, or its engine closed, while a server keeps it waiting. */
@Timeout(600)
class StoppedTurnsTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final FakeReply BUSY =
            FakeReply.error(429, "rate_limit", "Slow down").header("Retry-After", "25");

    @TempDir
    Path directory;

    @Test
    void cancel_whileTheServerKeepsItWaiting_endsTheTurnAndTheNextOneIsWhole() throws Exception {
        Set<String> threads = FaultyModels.engineThreads();
        Map<String, FaultyModels.Situation> situations = new LinkedHashMap<>();
        for (String role : new String[] {"senior", "junior"}) {
            situations.put(role + " hangs", () -> cancelled(role, ServerFault.HANGING_BEFORE_HEADERS.reply(), false));
            situations.put(
                    role + " hangs in mid-stream", () -> cancelled(role, ServerFault.HANGING_BODY.reply(), true));
            situations.put(role + " asks to wait", () -> cancelled(role, BUSY, false));
        }
        FaultyModels.together(situations);
        FaultyModels.assertNothingLeft(threads);
    }

    @Test
    void close_inTheMiddleOfACall_endsTheTurnAndKeepsTheMessage() throws Exception {
        Set<String> threads = FaultyModels.engineThreads();
        Map<String, FaultyModels.Situation> situations = new LinkedHashMap<>();
        situations.put("senior hangs", () -> closed("senior", ServerFault.HANGING_BEFORE_HEADERS.reply()));
        situations.put("senior hangs in mid-stream", () -> closed("senior", ServerFault.HANGING_BODY.reply()));
        situations.put("junior asks to wait", () -> closed("junior", BUSY));
        FaultyModels.together(situations);
        FaultyModels.assertNothingLeft(threads);
    }

    @Test
    void turn_twoEnginesShareAServer_oneThatHangsDoesNotDisturbTheOther() throws Exception {
        Set<String> threads = FaultyModels.engineThreads();
        try (FakeLlmServer server = FakeLlmServer.llamaServer();
                Arkestra second = Arkestra.builder()
                        .senior(Llm.llamaServer(server.uri()))
                        .junior(Llm.llamaServer(server.uri()))
                        .build()) {
            server.answers(FaultyModels.answer("senior", "For you"));
            try (Arkestra first = engine("senior", patient(server)).build()) {
                server.next(ServerFault.HANGING_BODY.reply());
                CountDownLatch heard = new CountDownLatch(1);
                Turn hanging = first.session(ALICE)
                        .turn("Tell me a lot")
                        .onText(text -> heard.countDown())
                        .start();
                assertTrue(heard.await(120, TimeUnit.SECONDS));

                assertEquals("For you", second.session(ALICE).ask("And me?").text());

                hanging.cancel();
                assertEquals(Outcome.Kind.CANCELLED, hanging.await().kind());
                assertTrue(server.awaitDisconnect(FaultyModels.PATIENCE));
                assertEquals("For you", first.session(ALICE).ask("Again").text());
            }
            assertEquals("For you", second.session(ALICE).ask("Still there?").text());
        }
        FaultyModels.assertNothingLeft(threads);
    }

    private void cancelled(String role, FakeReply reply, boolean inMidStream) throws Exception {
        try (FakeLlmServer server = FakeLlmServer.openAi();
                Arkestra engine = engine(role, patient(server)).build()) {
            server.replies(reply);
            Session session = engine.session(ALICE);
            CountDownLatch heard = new CountDownLatch(inMidStream && role.equals("senior") ? 1 : 0);
            Turn turn = session.turn("milk, please")
                    .onText(text -> heard.countDown())
                    .start();
            assertTrue(server.awaitCalls(1, FaultyModels.PATIENCE));
            assertTrue(heard.await(120, TimeUnit.SECONDS));

            long asked = System.nanoTime();
            turn.cancel();
            Outcome outcome = turn.await(FaultyModels.PATIENCE).orElseThrow();

            assertTrue(System.nanoTime() - asked < TimeUnit.SECONDS.toNanos(10), "too late");
            assertEquals(Outcome.Kind.CANCELLED, outcome.kind());
            if (reply != BUSY) {
                assertTrue(server.awaitDisconnect(FaultyModels.PATIENCE));
            }
            FaultyModels.assertLog(engine, session, "milk, please");
            server.answers(FaultyModels.answer(role, "All is well again"));
            assertTrue(session.ask("bread, please").text().contains("All is well again"));
        }
    }

    private void closed(String role, FakeReply reply) throws Exception {
        Path home = Files.createTempDirectory(directory, "home");
        try (FakeLlmServer server = FakeLlmServer.openAi()) {
            server.replies(reply);
            Turn turn;
            try (Arkestra engine = engine(role, patient(server))
                    .home(home)
                    .closeWait(Duration.ofSeconds(1))
                    .build()) {
                turn = engine.session(ALICE).turn("milk, please").start();
                assertTrue(server.awaitCalls(1, FaultyModels.PATIENCE));
            }
            Outcome outcome = turn.await(FaultyModels.PATIENCE).orElseThrow();
            assertEquals(Outcome.Kind.CANCELLED, outcome.kind(), outcome::toString);

            server.answers(FaultyModels.answer(role, "All is well again"));
            try (Arkestra engine = engine(role, patient(server)).home(home).build()) {
                Session session = engine.session(ALICE);
                FaultyModels.assertLog(engine, session, "milk, please");
                assertTrue(session.ask("bread, please").text().contains("All is well again"));
            }
        }
    }

    private static io.arkestra.ArkestraBuilder engine(String role, Llm model) {
        return role.equals("junior")
                ? Arkestra.builder().junior(model)
                : Arkestra.builder().senior(model);
    }

    /** A model that may be silent for long: what ends a call is not its deadline. */
    private Llm patient(FakeLlmServer server) throws java.io.IOException {
        Path own = Files.createTempDirectory(directory, "key");
        return FaultyModels.behind(server, own)
                .with("firstTokenTimeout", "PT2M")
                .with("idleTimeout", "PT2M");
    }
}
