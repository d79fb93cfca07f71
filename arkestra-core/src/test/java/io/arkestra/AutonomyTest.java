package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Budget;
import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A turn that goes on by itself until its answer is good. */
@Timeout(60)
class AutonomyTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String REPORT = """
            {"intent":"statement","slots":{},"tools_hint":[],"style_directive":"","rag_query":"","confidence":0.9}""";

    /** A junior that judges with these qualities, one after the other; the last one stays. */
    private static RecordingLlm judging(double... qualities) {
        AtomicInteger judged = new AtomicInteger();
        return RecordingLlm.writing((request, cancel) -> {
            if (!request.role().equals("critic")) {
                return REPORT;
            }
            double quality = qualities[Math.min(judged.getAndIncrement(), qualities.length - 1)];
            return "{\"quality\":" + quality + ",\"problems\":[" + (quality < 0.8 ? "\"more\"" : "") + "]}";
        });
    }

    /** A senior that says these texts, one after the other; the last one stays. */
    private static RecordingLlm saying(String... texts) {
        AtomicInteger said = new AtomicInteger();
        return RecordingLlm.writing((request, cancel) -> Json.object()
                .put("text", texts[Math.min(said.getAndIncrement(), texts.length - 1)])
                .build()
                .toString());
    }

    private static Arkestra engine(RecordingLlm junior, RecordingLlm senior) {
        return Arkestra.builder()
                .junior(Llm.client(junior))
                .senior(Llm.client(senior))
                .build();
    }

    private static long judgements(RecordingLlm junior) {
        return junior.requests().stream()
                .filter(request -> request.role().equals("critic"))
                .count();
    }

    private static Reply autonomous(Arkestra engine, String message) {
        return engine.session(ALICE).turn(message).autonomous().start().await().reply();
    }

    @Test
    void answer_thatTheCriticFindsWanting_isAddedToAndStoredAsOneMessage() {
        RecordingLlm junior = judging(0.3, 0.9);
        RecordingLlm senior = saying("First half.", "Second half.", "never");
        try (Arkestra engine = engine(junior, senior)) {
            StringBuffer streamed = new StringBuffer();
            Reply reply = engine.session(ALICE)
                    .turn("Tell me both halves")
                    .autonomous()
                    .onText(streamed::append)
                    .start()
                    .await()
                    .reply();
            assertEquals("First half.\nSecond half.", reply.text());
            assertEquals(reply.text(), streamed.toString());
            assertEquals(2, judgements(junior));
            Json critic = senior.lastMessage(1).data("critic").orElseThrow();
            assertEquals("more", critic.list("problems").get(0).asString());
            List<Message> answers = Conversations.log(engine, ALICE).stream()
                    .filter(message -> message.origin() == Origin.ASSISTANT)
                    .toList();
            assertEquals(1, answers.size());
            assertEquals(reply.text(), answers.get(0).text());
        }
    }

    @Test
    void answer_thatIsGoodEnough_staysAsItIs() {
        RecordingLlm junior = judging(0.8);
        RecordingLlm senior = saying("Good.", "never");
        try (Arkestra engine = engine(junior, senior)) {
            assertEquals("Good.", autonomous(engine, "Tell me").text());
            assertEquals(1, judgements(junior));
        }
    }

    @Test
    void turn_thatDoesNotAskForIt_isNotJudged() {
        RecordingLlm junior = judging(0);
        try (Arkestra engine = engine(junior, saying("One", "Two"))) {
            assertEquals("One", engine.session(ALICE).ask("Tell me").text());
            assertEquals(
                    "Two",
                    engine.session(ALICE)
                            .turn("Again")
                            .autonomous(1)
                            .start()
                            .await()
                            .reply()
                            .text());
            assertEquals(0, judgements(junior));
        }
    }

    @Test
    void turn_endsAfterAsManyAnswersAsItMayGive() {
        RecordingLlm junior = judging(0);
        RecordingLlm senior = saying("1", "2", "3", "4", "5", "6", "7", "8");
        try (Arkestra engine = engine(junior, senior)) {
            assertEquals("1\n2\n3\n4", autonomous(engine, "Count").text());
            assertEquals(
                    "5\n6",
                    engine.session(ALICE)
                            .turn("Go on")
                            .autonomous(2)
                            .start()
                            .await()
                            .reply()
                            .text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "The same.", "same."})
    void turn_endsWhenNothingNewComes(String again) {
        RecordingLlm junior = judging(0);
        RecordingLlm senior = saying("The same.", again);
        try (Arkestra engine = engine(junior, senior)) {
            assertEquals("The same.", autonomous(engine, "Tell me").text());
            assertEquals(1, judgements(junior));
            assertEquals(2, senior.requests().size());
        }
    }

    @Test
    void senior_thatFailsWhenItIsToAdd_leavesTheAnswerAsItIs() {
        AtomicInteger calls = new AtomicInteger();
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> {
            if (calls.getAndIncrement() > 0) {
                throw new LlmException(LlmException.Reason.INVALID_REQUEST, "on purpose");
            }
            return "{\"text\":\"The answer.\"}";
        });
        try (Arkestra engine = engine(judging(0), senior)) {
            Reply reply = autonomous(engine, "Tell me");
            assertEquals("The answer.", reply.text());
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
        }
    }

    @Test
    void tools_thatTheSeniorAddsAreRunAndOnlyOnce() {
        AtomicInteger calls = new AtomicInteger();
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> {
            int call = calls.getAndIncrement();
            boolean results = request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL;
            return call == 0
                    ? "{\"text\":\"Thinking about it.\"}"
                    : results
                            ? "{\"text\":\"Noted.\"}"
                            : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.create\",\"arguments\":{\"text\":\"milk\"}}]}";
        });
        try (Arkestra engine = engine(judging(0), senior)) {
            Reply reply = autonomous(engine, "We have no more milk");
            assertEquals("Thinking about it.\nNoted.", reply.text());
            assertEquals(List.of(new ToolUse("note.create", "ok")), reply.toolUses());
        }
    }

    @Test
    void rules_judgeWhenTheJuniorDoesNot() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> {
            LlmMessage last = request.lastMessage().orElseThrow();
            if (last.data("critic").isPresent()) {
                return "{\"text\":\"The second step is not possible here.\"}";
            }
            return "{\"text\":\"I begin.\",\"plan\":[{\"step\":\"Look\"},{\"step\":\"Call a taxi\",\"tool\":\"taxi.order\"}]}";
        });
        for (RecordingLlm junior : Arrays.asList(null, RecordingLlm.writing((request, cancel) -> "no JSON at all"))) {
            ArkestraBuilder builder = Arkestra.builder().senior(Llm.client(senior));
            if (junior != null) {
                builder.junior(Llm.client(junior));
            }
            try (Arkestra engine = builder.build()) {
                assertEquals(
                        "I begin.\nThe second step is not possible here.",
                        autonomous(engine, "To the airport").text());
            }
        }
    }

    @Test
    void cancel_whileTheCriticJudges_endsTheTurnWithWhatWasSaid() throws InterruptedException {
        CountDownLatch judging = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        RecordingLlm junior = RecordingLlm.writing((request, cancel) -> {
            if (request.role().equals("critic")) {
                judging.countDown();
                try {
                    assertTrue(end.await(30, TimeUnit.SECONDS));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return REPORT;
        });
        try (Arkestra engine = engine(junior, saying("So far."))) {
            Turn turn = engine.session(ALICE).turn("Tell me").autonomous().start();
            assertTrue(judging.await(30, TimeUnit.SECONDS));
            turn.cancel();
            Outcome outcome = turn.await();
            end.countDown();
            assertEquals(Outcome.Kind.CANCELLED, outcome.kind());
            assertTrue(
                    "So far.".startsWith(outcome.reply().text().strip()),
                    outcome.reply().text());
            assertTrue(Conversations.log(engine, ALICE).stream()
                    .anyMatch(message -> message.text().equals("So far.")));
        }
    }

    @Test
    void budget_thatEndsWhileTheCriticIsAsked_leavesAWholeAnswer() {
        RecordingLlm junior = judging(0);
        try (Arkestra engine = engine(junior, saying("1", "2", "3", "4"))) {
            for (int calls = 2; calls <= 4; calls++) {
                Outcome outcome = engine.session(ALICE)
                        .turn("Count")
                        .autonomous()
                        .budget(Budget.perTurn().modelCalls(calls))
                        .start()
                        .await();
                assertEquals(Outcome.Kind.COMPLETED, outcome.kind(), calls + " calls");
                assertTrue(
                        outcome.reply().text().matches("\\d(\n\\d)?"),
                        outcome.reply().text());
            }
        }
    }

    @Test
    void persona_mayLetEveryTurnGoOn(@TempDir Path directory) throws IOException {
        Path home = Files.createDirectories(directory.resolve("home"));
        Files.writeString(
                directory.resolve("persona.yaml"),
                "autonomy: {enabled: true, maxIterations: 2, qualityThreshold: 0.5}\n");
        Files.writeString(
                home.resolve("arkestra.yaml"), "persona: {file: " + directory.resolve("persona.yaml") + "}\n");
        RecordingLlm junior = judging(0.4);
        try (Arkestra engine = Arkestra.builder()
                .home(home)
                .junior(Llm.client(junior))
                .senior(Llm.client(saying("1", "2", "3")))
                .build()) {
            assertEquals("1\n2", engine.session(ALICE).ask("Count").text());
        }
        Files.writeString(directory.resolve("persona.yaml"), "autonomy:\n  maxIterations: 99\n");
        ConfigException wrong = assertThrows(
                ConfigException.class, () -> Arkestra.builder().home(home).build());
        assertTrue(wrong.getMessage().contains("maxIterations"), wrong.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 17})
    void turn_withANumberOfAnswersOutOfRange_isRefused(int most) {
        try (Arkestra engine = Arkestra.builder().build()) {
            TurnRequest request = engine.session(ALICE).turn("Hello");
            assertThrows(InvalidInputException.class, () -> request.autonomous(most));
        }
    }
}
