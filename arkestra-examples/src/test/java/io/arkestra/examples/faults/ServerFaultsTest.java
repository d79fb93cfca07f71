package io.arkestra.examples.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.ArkestraBuilder;
import io.arkestra.Llm;
import io.arkestra.Outcome;
import io.arkestra.Session;
import io.arkestra.Turn;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Events;
import io.arkestra.store.Owner;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server of a model fails in the middle of a turn: of the whole engine, with either role, alone and with another model to fall back on. */
@Timeout(600)
class ServerFaultsTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String HEALED = "All is well again";
    private static final String SPARE = "From the spare model";
    private static final long TOKENS_OF_AN_ANSWER = 30;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(ServerFault.class)
    void turn_serverFails_endsWithAnAnswerAndTheNextTurnIsWhole(ServerFault fault) throws Exception {
        Set<String> threads = FaultyModels.engineThreads();
        Map<String, FaultyModels.Situation> situations = new LinkedHashMap<>();
        situations.put("senior", () -> senior(fault, false, false));
        situations.put("senior, streamed", () -> senior(fault, false, true));
        situations.put("senior with a spare one", () -> senior(fault, true, false));
        situations.put("senior with a spare one, streamed", () -> senior(fault, true, true));
        situations.put("junior", () -> junior(fault, false));
        situations.put("junior with a spare one", () -> junior(fault, true));
        FaultyModels.together(situations);
        FaultyModels.assertNothingLeft(threads);
    }

    /** Streamed in Russian, blocking in English and with a home, where the tokens of the day are counted. */
    private void senior(ServerFault fault, boolean spared, boolean streamed) throws Exception {
        String question = streamed ? "Какого цвета мой велосипед?" : "What colour is my bike?";
        List<ArkestraEvent> events = new CopyOnWriteArrayList<>();
        try (FakeLlmServer server = FakeLlmServer.openAi();
                FakeLlmServer spare = FakeLlmServer.openAi()) {
            server.replies(fault.reply());
            spare.answers(FaultyModels.answer("senior", SPARE));
            ArkestraBuilder builder = Arkestra.builder()
                    .clock(ManualClock.at("2026-03-01T09:00:00Z"))
                    .listener(events::add);
            Llm faulty = FaultyModels.behind(server, directory);
            if (spared) {
                builder.senior(faulty, larger(spare));
            } else {
                builder.senior(faulty);
            }
            if (!streamed) {
                Path home = Files.createTempDirectory(directory, "home");
                Files.writeString(home.resolve("arkestra.yaml"), "budget: {userTokensPerDay: 1000000}\n");
                builder.home(home);
            }
            try (Arkestra engine = builder.build()) {
                Session session = engine.session(ALICE);
                StringBuilder heard = new StringBuilder();
                Turn turn = streamed
                        ? session.turn(question).onText(heard::append).start()
                        : session.turn(question).start();
                Outcome outcome = turn.await(FaultyModels.PATIENCE).orElseThrow();
                String text = outcome.reply().text();

                assertEquals(Outcome.Kind.COMPLETED, outcome.kind(), outcome::toString);
                assertEquals(fault.code(), calls(events).get(0).finish());
                FaultyModels.assertPlain(text);
                boolean replaced = spared && !fault.begins();
                if (replaced) {
                    assertEquals(SPARE, text);
                } else {
                    assertEquals(fault.begins(), text.startsWith(ServerFault.BEGINNING), text);
                    assertTrue(text.contains(fault.words(streamed)), text);
                    assertTrue(text.contains(streamed ? "Языковая модель не ответила" : "The language model"), text);
                }
                if (streamed) {
                    assertEquals(text, heard.toString());
                }
                FaultyModels.assertLog(engine, session, question);
                assertFalse(explained(engine, session, turn).contains(FaultyModels.KEY));
                long spent = streamed ? 0 : spent(engine);
                if (!streamed) {
                    long told = replaced ? TOKENS_OF_AN_ANSWER : 0;
                    assertTrue(fault.begins() ? spent > TOKENS_OF_AN_ANSWER : spent == told, "spent " + spent);
                }

                server.answers(FaultyModels.answer("senior", HEALED));
                assertEquals(HEALED, session.ask("And now?").text());
                if (!streamed) {
                    assertEquals(spent + TOKENS_OF_AN_ANSWER, spent(engine));
                }
            }
        }
        assertFalse(events.toString().contains(FaultyModels.KEY));
    }

    private void junior(ServerFault fault, boolean spared) throws Exception {
        List<ArkestraEvent> events = new CopyOnWriteArrayList<>();
        try (FakeLlmServer server = FakeLlmServer.openAi();
                FakeLlmServer spare = FakeLlmServer.openAi()) {
            server.replies(fault.reply());
            spare.answers(FaultyModels.answer("junior", SPARE));
            ArkestraBuilder builder = Arkestra.builder().listener(events::add);
            Llm faulty = FaultyModels.behind(server, directory);
            if (spared) {
                builder.junior(faulty, larger(spare));
            } else {
                builder.junior(faulty);
            }
            try (Arkestra engine = builder.build()) {
                Session session = engine.session(ALICE);
                Outcome outcome = session.turn("milk, please")
                        .start()
                        .await(FaultyModels.PATIENCE)
                        .orElseThrow();

                assertEquals(Outcome.Kind.COMPLETED, outcome.kind(), outcome::toString);
                assertEquals(fault.code(), calls(events).get(0).finish());
                assertEquals(spared ? "fake-model" : "rules", decision(events, 1));
                String text = outcome.reply().text();
                assertTrue(text.contains(spared ? SPARE : "I have kept that"), text);
                FaultyModels.assertPlain(text);
                FaultyModels.assertLog(engine, session, "milk, please");

                server.answers(FaultyModels.answer("junior", HEALED));
                assertTrue(session.ask("bread, please").text().contains(HEALED));
                assertEquals("fake-model", decision(events, 2));
            }
        }
    }

    private Llm larger(FakeLlmServer server) throws IOException {
        return FaultyModels.behind(server, directory).with("contextTokens", 128_000);
    }

    private static List<Events.ModelCalled> calls(List<ArkestraEvent> events) {
        FaultyModels.await(
                () -> events.stream().anyMatch(Events.ModelCalled.class::isInstance),
                () -> "no call was reported: " + events);
        return events.stream()
                .filter(Events.ModelCalled.class::isInstance)
                .map(Events.ModelCalled.class::cast)
                .toList();
    }

    /** Who decided in the turn with this number, from 1; events come after the turn. */
    private static String decision(List<ArkestraEvent> events, int turn) {
        FaultyModels.await(() -> decisions(events).size() >= turn, () -> "no decision was reported: " + events);
        return decisions(events).get(turn - 1);
    }

    private static List<String> decisions(List<ArkestraEvent> events) {
        return events.stream()
                .filter(Events.IntentDecided.class::isInstance)
                .map(event -> ((Events.IntentDecided) event).source())
                .toList();
    }

    private static String explained(Arkestra engine, Session session, Turn turn) {
        return engine.explain(Scope.of(session.user(), session.id()), turn.id())
                .orElseThrow()
                .toString();
    }

    private static long spent(Arkestra engine) {
        return engine.store()
                .inTransaction(tx -> tx.get("token_days", Owner.of(ALICE), "2026-03-01"))
                .flatMap(day -> day.body().integer("used"))
                .orElse(0L);
    }
}
