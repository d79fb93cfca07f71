package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Budget;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.testkit.ScriptedLlm;
import io.arkestra.tool.ToolResult;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations that outgrow a small model whose tokens are bytes, so that our rule of thumb is four times too low. */
@Timeout(120)
class LongPromptTest {
    private static final UserId ANN = UserId.of("ann");
    private static final Scope ALONE = Scope.of(ANN);
    private static final SessionId TALK = SessionId.of("talk");
    private static final int CONTEXT = 16_384;
    private static final String DONE = "{\"text\":\"That is all.\"}";
    private static final String CALL =
            "{\"text\":\"\",\"tool_calls\":[{\"name\":\"page.read\",\"arguments\":{\"text\":\"a\"}}]}";

    private final List<Events.Failure> failures = new CopyOnWriteArrayList<>();
    private final List<Events.ModelCalled> calls = new CopyOnWriteArrayList<>();
    private String page = page(300);

    @TempDir
    Path home;

    private static String page(int lines) {
        return IntStream.range(0, lines)
                .mapToObj(line -> "line " + line + " of the page")
                .collect(Collectors.joining("\n"));
    }

    private static ScriptedLlm bytes(int context) {
        return new ScriptedLlm(LlmCapabilities.builder()
                        .jsonSchema(true)
                        .usage(true)
                        .streaming(true)
                        .cancel(true)
                        .local(true)
                        .contextTokens(context)
                        .build())
                .countsBytes();
    }

    /** Reads the page when asked to, and then says what it is told to say. */
    private static ScriptedLlm reader(int context) {
        ScriptedLlm senior = bytes(context);
        senior.expect()
                .role("senior")
                .when(request -> last(request).role() == LlmMessage.Role.USER
                        && last(request).text().startsWith("Read"))
                .always()
                .answers(CALL);
        senior.expect().role("senior").always().answers(DONE);
        return senior;
    }

    private static LlmMessage last(LlmRequest request) {
        return request.lastMessage().orElseThrow();
    }

    private Arkestra open(ScriptedLlm senior) {
        return Arkestra.builder()
                .home(home)
                .memory(memory -> memory.lexicalOnly())
                .senior(Llm.client(senior))
                .tools(t -> t.add(new TextTool("page.read", text -> ToolResult.text(page))))
                .policy(p -> p.allow("page.read"))
                .listener(event -> {
                    if (event instanceof Events.Failure failure) {
                        failures.add(failure);
                    } else if (event instanceof Events.ModelCalled call) {
                        calls.add(call);
                    }
                })
                .build();
    }

    private static void assertCallsAnswered(LlmRequest request) {
        List<LlmMessage> messages = request.messages();
        for (int i = 0; i < messages.size(); i++) {
            LlmMessage message = messages.get(i);
            for (int call = 0; call < message.toolCalls().size(); call++) {
                assertEquals(
                        message.toolCalls().get(call).id(),
                        messages.get(i + 1 + call).toolCallId().orElse(""));
            }
            assertTrue(message.role() != LlmMessage.Role.TOOL
                    || messages.get(i - 1).role() == LlmMessage.Role.TOOL
                    || !messages.get(i - 1).toolCalls().isEmpty());
        }
    }

    private static String explained(Arkestra engine, TurnId turn) {
        return engine.explain(ALONE, turn).orElseThrow().toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void conversation_thatOutgrowsAModelOfBytes_isAnsweredByItToTheEnd(boolean streamed) {
        ScriptedLlm senior = reader(CONTEXT);
        try (Arkestra engine = open(senior)) {
            Session session = engine.session(ANN, TALK);
            for (int i = 0; i < 12; i++) {
                String message = (i % 3 == 1 ? "Read the page " : "Tell me of thing ") + i;
                StringBuilder heard = new StringBuilder();
                Reply reply = streamed
                        ? session.turn(message)
                                .onText(heard::append)
                                .start()
                                .await()
                                .reply()
                        : session.ask(message);
                assertTrue(reply.text().startsWith("That is all."), message + " -> " + reply.text());
                assertEquals(streamed ? reply.text() : "", heard.toString());
                assertEquals(message, question(senior).text());
            }
        }
        senior.requests().forEach(LongPromptTest::assertCallsAnswered);
        assertEquals(List.of(), failures);
    }

    private static LlmMessage question(ScriptedLlm senior) {
        List<LlmMessage> messages =
                senior.requests().get(senior.requests().size() - 1).messages();
        return messages.stream()
                .filter(message -> message.role() == LlmMessage.Role.USER)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    @Test
    void result_thatDoesNotFit_isShownInPartAndKeptWhole() {
        page = page(4_000);
        ScriptedLlm senior = reader(CONTEXT);
        try (Arkestra engine = open(senior)) {
            Session session = engine.session(ANN, TALK);
            Reply reply = session.ask("Read the page");
            assertTrue(reply.text().startsWith("That is all."), reply.text());

            String told = last(senior.requests().get(1)).text();
            assertTrue(told.contains("line 0 of the page"), told);
            assertTrue(told.contains("line 3999 of the page"), told);
            assertTrue(told.contains(" of " + page.length() + " characters are left out here"), told);
            assertTrue(explained(engine, reply.turn()).contains("in part"), () -> explained(engine, reply.turn()));
            assertTrue(session.ask("And now?").text().startsWith("That is all."));
        }
        assertEquals(List.of(), failures);
    }

    @Test
    void log_afterARestart_hasTheWholeResultAndThePromptAPartOfIt() {
        page = page(4_000);
        try (Arkestra engine = open(reader(CONTEXT))) {
            engine.session(ANN, TALK).ask("Read the page");
        }
        ScriptedLlm senior = reader(CONTEXT);
        try (Arkestra engine = open(senior)) {
            Reply reply = engine.session(ANN, TALK).ask("And now?");
            assertTrue(reply.text().startsWith("That is all."), reply.text());
        }
        String first = senior.requests().get(0).messages().stream()
                .map(LlmMessage::rendered)
                .collect(Collectors.joining());
        assertTrue(first.contains("line 0 of the page"), first);
        assertTrue(first.contains(" of " + page.length() + " characters are left out here"), first);
        assertEquals(List.of(), failures);
    }

    @Test
    void message_thatIsTooLongByItself_isNotCutAndNotSentAgain() {
        ScriptedLlm senior = reader(CONTEXT);
        String message = "x".repeat(CONTEXT);
        try (Arkestra engine = open(senior)) {
            Reply reply = engine.session(ANN, TALK).ask(message);
            assertTrue(reply.text().contains("too long for it"), reply.text());
        }
        assertEquals("llm.context-overflow", failures.get(0).code());
        assertEquals(1, calls.size(), calls::toString);
        assertEquals(List.of(), senior.requests());
    }

    @Test
    void refusal_withoutNumbers_isAnsweredByAShorterPromptOnceAndExplained() {
        ScriptedLlm senior = new ScriptedLlm();
        String told = "Tell me of many things. ".repeat(40);
        senior.expect().role("senior").times(3).answers(DONE);
        senior.expect().role("senior").fails(new ContextOverflow("too long", null, null, null));
        senior.expect().role("senior").answers(DONE);
        senior.expect().role("senior").times(2).fails(new ContextOverflow("too long", null, null, null));
        try (Arkestra engine = open(senior)) {
            Session session = engine.session(ANN, TALK);
            for (int i = 0; i < 3; i++) {
                session.ask(told + i);
            }
            Reply reply = session.turn("And now?")
                    .budget(Budget.perTurn().modelCalls(1))
                    .start()
                    .await()
                    .reply();
            assertTrue(reply.text().startsWith("That is all."), reply.text());
            String why = explained(engine, reply.turn());
            assertTrue(why.contains("does not fit into the model's context and was shortened"), why);
            assertTrue(why.contains("llm.context-overflow"), why);
            assertTrue(session.ask(told).text().contains("too long for it"));
        }
        assertEquals(1, failures.size(), failures::toString);
        assertEquals("llm.context-overflow", failures.get(0).code());
        List<LlmRequest> requests = senior.requests();
        assertTrue(
                requests.get(4).messages().size() < requests.get(3).messages().size());
        assertEquals("And now?", last(requests.get(4)).text());
        senior.verify();
    }

    @Test
    void prompts_ofAMeasuredModel_beginAsTheOneBefore() {
        ScriptedLlm senior = reader(2 * CONTEXT);
        try (Arkestra engine = open(senior)) {
            Session session = engine.session(ANN, TALK);
            for (int i = 0; i < 6; i++) {
                session.ask("Tell me of thing " + i);
            }
        }
        List<LlmRequest> requests = senior.requests();
        for (int i = 1; i < requests.size(); i++) {
            List<String> before = rendered(requests.get(i - 1));
            assertEquals(before, rendered(requests.get(i)).subList(0, before.size()));
        }
    }

    private static List<String> rendered(LlmRequest request) {
        return request.messages().stream().map(LlmMessage::rendered).toList();
    }
}
