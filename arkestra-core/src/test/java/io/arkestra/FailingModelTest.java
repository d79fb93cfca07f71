package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.CancelledException;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmException;
import io.arkestra.testkit.ManualClock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a model does or fails to do, the user gets an answer. */
@Timeout(60)
class FailingModelTest {
    private static final UserId ALICE = UserId.of("alice");

    @ParameterizedTest
    @EnumSource(LlmException.Reason.class)
    void senior_failing_isReplacedByRules(LlmException.Reason reason) {
        assertPlainAnswer(RecordingLlm.writing((request, cancel) -> {
            throw new LlmException(reason, "on purpose");
        }));
    }

    static Stream<RuntimeException> unexpected() {
        return Stream.of(
                new IllegalStateException("bug"),
                new NullPointerException(),
                new CancelledException("nobody asked for it"),
                new ArkestraException("x.y", "other"));
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void senior_throwingAnything_isReplacedByRules(RuntimeException failure) {
        assertPlainAnswer(RecordingLlm.writing((request, cancel) -> {
            throw failure;
        }));
    }

    @Test
    void senior_throwingAnError_isReplacedByRules() {
        assertPlainAnswer(RecordingLlm.writing((request, cancel) -> {
            throw new NoClassDefFoundError("missing/Thing");
        }));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "{}",
                "{\"text\":\"\"}",
                "{\"tool_calls\":[{\"na",
                "{\"text\":null}",
                "{\"tool_calls\":[]}",
                "{\"sources\":[]}",
                "{\"memory\":[{\"kind\":\"fact\",\"text\":\"x\"}],\"sources\":[\"m1\"]}",
                "{\"memory\":[{\"kind\":\"fa"
            })
    void senior_sayingNothing_isReplacedByRules(String answer) {
        assertPlainAnswer(RecordingLlm.writing((request, cancel) -> answer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"just words", "<<<>>>", "{\"answer\": 42}", "[1]", "{\"text\": \"cut"})
    void senior_answeringInAnotherForm_isShownAsItIs(String answer) {
        try (Arkestra engine = engine(Llm.client(RecordingLlm.writing((request, cancel) -> answer)))) {
            Reply reply = engine.session(ALICE).ask("what?");
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
            assertEquals(answer.startsWith("{\"text") ? "cut" : answer, reply.text());
        }
    }

    @Test
    void senior_askingForToolsWithoutEnd_isSummedUpByRules() {
        RecordingLlm endless = RecordingLlm.writing((request, cancel) ->
                "{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.create\",\"arguments\":{\"text\":\"again\"}}]}");
        try (Arkestra engine = engine(Llm.client(endless))) {
            Reply reply = engine.session(ALICE).ask("loop");
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
            assertTrue(reply.text().contains("Noted: again"), reply.text());
            assertEquals(8, endless.requests().size());
        }
    }

    @Test
    void senior_failingHalfWay_keepsWhatWasStreamed() {
        try (Arkestra engine = engine(Llm.client(new BreakingLlm("{\"text\":\"I think that ")))) {
            StringBuilder streamed = new StringBuilder();
            Session session = engine.session(ALICE);
            session.ask("Remember that my car is blue");
            Reply reply = session.turn("what colour is my car?")
                    .onText(streamed::append)
                    .start()
                    .await()
                    .reply();
            assertEquals(reply.text(), streamed.toString());
            assertTrue(reply.text().startsWith("I think that \n"), reply.text());
            assertTrue(reply.text().contains("my car is blue"), reply.text());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "{\"intent\":\"note\"}",
                "{\"intent\":\"history\",\"slots\":{},\"tools_hint\":[],\"style_directive\":\"\",\"rag_query\":\"\",\"confidence\":1}",
                "{\"intent\":\"history\",\"slots\":{\"from\":\"x\",\"to\":\"y\"},\"tools_hint\":[],\"style_directive\":\"\",\"rag_query\":\"\",\"confidence\":1}",
                "{\"intent\":7,\"slots\":[],\"tools_hint\":\"\",\"style_directive\":1,\"rag_query\":null,\"confidence\":\"high\"}"
            })
    void junior_writingSomethingElse_isReplacedByRules(String report) {
        assertRulesDecide(RecordingLlm.writing((request, cancel) -> report));
    }

    @Test
    void junior_throwing_isReplacedByRules() {
        assertRulesDecide(RecordingLlm.writing((request, cancel) -> {
            throw new IllegalStateException("bug");
        }));
        assertRulesDecide(RecordingLlm.writing((request, cancel) -> {
            throw new LlmException(LlmException.Reason.UNAVAILABLE, "down");
        }));
    }

    @Test
    void junior_reportInAFence_isRead() {
        RecordingLlm junior = RecordingLlm.writing((request, cancel) ->
                "Sure!\n```json\n{\"intent\":\"note\",\"slots\":{\"text\":\"from the junior\"},\"tools_hint\":[],"
                        + "\"style_directive\":\"\",\"rag_query\":\"\",\"confidence\":0.9}\n```");
        try (Arkestra engine = builder(Llm.offline()).junior(Llm.client(junior)).build()) {
            assertTrue(engine.session(ALICE).ask("whatever").text().contains("from the junior"));
        }
    }

    private void assertPlainAnswer(RecordingLlm senior) {
        try (Arkestra engine = engine(Llm.client(senior))) {
            Session session = engine.session(ALICE);
            session.ask("Remember that my car is a blue Volvo");
            Reply reply = session.ask("What colour is my car?");
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
            assertTrue(reply.text().contains("blue Volvo"), reply.text());
            assertTrue(reply.text().startsWith("The language model did not answer"), reply.text());
            Reply note = session.ask("note: milk");
            assertTrue(note.text().contains("Noted: milk"), note.text());
        }
    }

    private void assertRulesDecide(RecordingLlm junior) {
        try (Arkestra engine = builder(Llm.offline()).junior(Llm.client(junior)).build()) {
            Reply reply = engine.session(ALICE).ask("note: milk");
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
            assertTrue(reply.text().contains("Noted: milk"), reply.text());
        }
    }

    private static ArkestraBuilder builder(Llm senior) {
        return Arkestra.builder().clock(ManualClock.at("2026-03-01T09:00:00Z")).senior(senior);
    }

    private static Arkestra engine(Llm senior) {
        return builder(senior).build();
    }
}
