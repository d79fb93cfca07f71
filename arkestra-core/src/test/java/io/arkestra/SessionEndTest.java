package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.event.ArkestraEvent;
import io.arkestra.event.Events;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.persona.internal.PromptBlocks;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations end by themselves, and what they came to opens the next one. */
@Timeout(60)
class SessionEndTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope SCOPE = Scope.of(ALICE);

    private final ManualClock clock = ManualClock.at("2026-05-05T09:00:00Z");
    private final BlockingQueue<Events.SessionEnded> ended = new LinkedBlockingQueue<>();

    @TempDir
    Path home;

    private Arkestra open(Consumer<ArkestraBuilder> more) {
        ArkestraBuilder builder = Arkestra.builder().home(home).clock(clock).listener(this::heard);
        more.accept(builder);
        return builder.build();
    }

    private void heard(ArkestraEvent event) {
        if (event instanceof Events.SessionEnded end) {
            ended.add(end);
        }
    }

    private Events.SessionEnded nextEnd() throws InterruptedException {
        Events.SessionEnded end = ended.poll(30, TimeUnit.SECONDS);
        assertTrue(end != null, "no conversation ended");
        return end;
    }

    private static List<String> summaries(Arkestra arkestra) {
        return arkestra.memory().list(SCOPE, MemoryKind.SUMMARY, 10).stream()
                .map(MemoryRecord::text)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bye!", "До свидания"})
    void goodbye_endsAtOnceWithASummary_andTheNextMessageOpensAnotherConversation(String farewell) throws Exception {
        try (Arkestra arkestra = open(builder -> {})) {
            Session session = arkestra.session(ALICE);
            session.ask("My brother Tom works at the harbour in Hamburg");
            session.ask(farewell);

            Events.SessionEnded end = nextEnd();

            assertEquals(session.id().value(), end.session());
            assertEquals("goodbye", end.reason());
            assertEquals(1, summaries(arkestra).size());
            assertTrue(
                    summaries(arkestra).get(0).contains("Hamburg"),
                    summaries(arkestra).toString());
            assertNotEquals(session.id(), arkestra.session(ALICE).id());
        }
    }

    @Test
    void idle_endsTheConversation_alsoWhenTheEngineWasDownMeanwhile() throws Exception {
        SessionId first;
        try (Arkestra arkestra = open(builder -> {})) {
            Session session = arkestra.session(ALICE);
            first = session.id();
            session.ask("My brother Tom works at the harbour in Hamburg");
            clock.advance(Duration.ofMinutes(9));
            session.ask("My daughter Ida plays the violin in Bremen");
        }
        clock.advance(Duration.ofMinutes(2));
        try (Arkestra arkestra = open(builder -> {})) {
            assertEquals(first, arkestra.session(ALICE).id(), "two minutes after the last word it goes on");
            assertEquals(List.of(), summaries(arkestra));
        }
        clock.advance(Duration.ofMinutes(9));
        try (Arkestra arkestra = open(builder -> {})) {
            Events.SessionEnded end = nextEnd();

            assertEquals(first.value(), end.session());
            assertEquals("idle", end.reason());
            assertTrue(
                    summaries(arkestra).get(0).contains("Hamburg")
                            && summaries(arkestra).get(0).contains("Bremen"),
                    summaries(arkestra).toString());
            assertNotEquals(first, arkestra.session(ALICE).id());
        }
    }

    @Test
    void turnLimit_endsTheConversation() throws Exception {
        try (Arkestra arkestra = open(builder -> builder.memory(memory -> memory.turnLimit(2)))) {
            Session session = arkestra.session(ALICE);
            session.ask("My brother Tom works at the harbour in Hamburg");
            assertEquals(session.id(), arkestra.session(ALICE).id());
            session.ask("My daughter Ida plays the violin in Bremen");

            assertEquals("turn_limit", nextEnd().reason());
            assertNotEquals(session.id(), arkestra.session(ALICE).id());
        }
    }

    @Test
    void goodbyeAndThenMore_isSummedUpAgain() throws Exception {
        try (Arkestra arkestra = open(builder -> {})) {
            Session session = arkestra.session(ALICE);
            session.ask("My brother Tom works at the harbour in Hamburg");
            session.ask("Bye");
            nextEnd();
            clock.advance(Duration.ofMinutes(1));
            session.ask("My daughter Ida plays the violin in Bremen");
            assertEquals(session.id(), arkestra.session(ALICE).id(), "it goes on");
            session.ask("Bye");
            nextEnd();

            assertEquals(1, summaries(arkestra).size());
            assertTrue(
                    summaries(arkestra).get(0).contains("Bremen"),
                    summaries(arkestra).toString());
        }
    }

    @Test
    void state_opensTheNextConversation_inThePromptTheGreetingAndTheTrace() throws Exception {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"ok\"}");
        try (Arkestra arkestra = open(builder -> {})) {
            arkestra.session(ALICE).ask("I need to renew my passport before the trip to Norway");
            arkestra.session(ALICE).ask("Bye");
            nextEnd();
            clock.advance(Duration.ofHours(1));

            Session next = arkestra.session(ALICE);
            Reply hello = next.ask("Hello");

            assertTrue(
                    hello.text()
                            .contains("Last time you said: \"I need to renew my passport before the trip to Norway\""),
                    hello.text());
            assertTrue(
                    arkestra.explain(SCOPE, hello.turn())
                            .orElseThrow()
                            .toString()
                            .contains("1 pending"),
                    arkestra.explain(SCOPE, hello.turn()).orElseThrow().toString());
            assertFalse(next.ask("Hello").text().contains("passport"), "only what opens a conversation says so");
        }
        clock.advance(Duration.ofHours(1));
        try (Arkestra arkestra = open(builder -> builder.senior(Llm.client(senior)))) {
            arkestra.session(ALICE).ask("Hello");

            Json state = senior.lastMessage(0).data(PromptBlocks.STATE).orElseThrow();
            assertTrue(state.bool("opening").orElseThrow());
            assertEquals(
                    List.of("I need to renew my passport before the trip to Norway"),
                    state.list("pending").stream().map(Json::asString).toList());
            assertTrue(state.text("lastSummary").contains("passport"), state.toString());
            assertTrue(senior.requests()
                    .get(0)
                    .messages()
                    .get(0)
                    .rendered()
                    .contains("state (from earlier conversations"));

            Session bob = arkestra.session(UserId.of("bob"));
            bob.ask("Hello");
            assertTrue(senior.lastMessage(1).data(PromptBlocks.STATE).isEmpty(), "somebody else's state");
        }
    }

    @Test
    void sleep_reportsWhatItDid() {
        try (Arkestra arkestra = open(builder -> {})) {
            arkestra.session(ALICE).ask("I live in Berlin and my brother Tom works in Hamburg");

            SleepReport report = arkestra.sleep();

            assertTrue(report.memory().complete());
            assertEquals(1, report.memory().count("sessions"));
            assertTrue(report.toString().contains("1 conversation taken in,"), report.toString());
            assertEquals(0, arkestra.sleep().memory().count("sessions"));
        }
    }
}
