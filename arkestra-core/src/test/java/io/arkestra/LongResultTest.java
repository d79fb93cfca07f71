package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmMessage;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.testkit.ScriptedLlm;
import io.arkestra.tool.ToolResult;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that are too long for a prompt: which call they belong to, who gets them whole, and what of them leaves the machine. */
@Timeout(120)
class LongResultTest {
    private static final UserId ANN = UserId.of("ann");
    private static final SessionId TALK = SessionId.of("talk");
    private static final String DONE = "{\"text\":\"That is all.\"}";

    private static String call(String tool) {
        return "{\"text\":\"\",\"tool_calls\":[{\"name\":\"" + tool + "\",\"arguments\":{\"text\":\"a\"}}]}";
    }

    private static LlmCapabilities.Builder able() {
        return LlmCapabilities.builder()
                .jsonSchema(true)
                .usage(true)
                .streaming(true)
                .cancel(true)
                .contextTokens(8_192);
    }

    private static ArkestraBuilder open(ScriptedLlm senior, Function<String, ToolResult> read) {
        return Arkestra.builder()
                .memory(memory -> memory.lexicalOnly())
                .senior(Llm.client(senior))
                .tools(t -> t.add(new TextTool("page.read", read))
                        .add(new TextTool("page.write", text -> ToolResult.text("written"))))
                .policy(p -> p.allow("page.read"));
    }

    @Test
    void calls_afterOneThatWaited_haveIdsOfTheirOwn() {
        ScriptedLlm senior = new ScriptedLlm(able().local(true).build());
        for (String tool : List.of("page.read", "page.write", "page.read", "page.write", "page.read")) {
            senior.expect().role("senior").answers(call(tool));
        }
        senior.expect().role("senior").always().answers(DONE);
        try (Arkestra engine = open(senior, text -> ToolResult.text("x".repeat(30_000)))
                .policy(p -> p.park()
                        .allow("page.write")
                        .add((action, scope) -> action.name().equals("page.write")
                                ? Decision.ask("test.ask", "a person decides")
                                : Decision.abstain()))
                .build()) {
            assertEquals(
                    Outcome.Kind.NEEDS_APPROVAL,
                    engine.session(ANN, TALK).ask("Read it, then write").outcome());
            assertEquals(Outcome.Kind.NEEDS_APPROVAL, agreed(engine).kind());
            assertEquals(Outcome.Kind.COMPLETED, agreed(engine).kind());
        }
        List<LlmMessage> last =
                senior.requests().get(senior.requests().size() - 1).messages();
        int message = 0;
        for (int i = 0; i < last.size(); i++) {
            message = last.get(i).role() == LlmMessage.Role.USER ? i : message;
        }
        List<String> asked = new ArrayList<>();
        List<LlmMessage> turn = last.subList(message, last.size());
        turn.forEach(one -> one.toolCalls().forEach(made -> asked.add(made.name() + " " + made.id())));
        assertEquals(List.of("page.write call-4", "page.read call-5"), asked);
        for (LlmMessage told : turn) {
            if (told.role() == LlmMessage.Role.TOOL) {
                assertEquals(
                        told.toolCallId().orElse("").equals("call-4"),
                        told.text().contains("written"));
            }
        }
    }

    private static Outcome agreed(Arkestra engine) {
        ApprovalRequest request = engine.approvals().pending(ANN).get(0);
        engine.approvals().answer(ANN, request.id(), ApprovalOutcome.approve(request));
        return engine.afterApproval(ANN, request.id())
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void standIn_forASeniorThatFails_readsTheWholeResult() {
        String page = "BEGIN " + "word ".repeat(12_000) + "MIDDLE " + "word ".repeat(12_000) + "END";
        String told = failingAfterReading(text -> ToolResult.text(page));
        assertTrue(told.contains("MIDDLE"), told);
        assertFalse(told.contains("left out here"), told);
    }

    @Test
    void standIn_afterALongFailure_doesNotTellASuccess() {
        String told = failingAfterReading(text -> {
            throw new IllegalStateException("no such page " + "why ".repeat(20_000));
        });
        assertTrue(told.contains("That did not work: "), told.substring(0, Math.min(400, told.length())));
        assertFalse(told.contains("\"status\""), told.substring(0, Math.min(400, told.length())));
    }

    private static String failingAfterReading(Function<String, ToolResult> read) {
        ScriptedLlm senior = new ScriptedLlm(able().local(true).build());
        senior.expect().role("senior").answers(call("page.read"));
        senior.expect().role("senior").always().fails(new LlmException(LlmException.Reason.CRASHED, "on purpose"));
        try (Arkestra engine = open(senior, read).build()) {
            String text = engine.session(ANN, TALK).ask("Read the page").text();
            String shown = senior.requests().get(1).lastMessage().orElseThrow().text();
            assertTrue(shown.contains("left out here"), shown);
            return text;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 11, 17, 23})
    void borders_inAnAccountNumber_letNoPartOfItOut(int shift) {
        ScriptedLlm senior = new ScriptedLlm(able().local(false).build());
        senior.expect().role("senior").answers(call("page.read"));
        senior.expect().role("senior").always().answers(DONE);
        String page = "y".repeat(shift) + " DE89 3704 0044 0532 0130 00".repeat(1_500);
        try (Arkestra engine = open(senior, text -> ToolResult.text(page))
                .llmEgress(true)
                // The fraction of a second, which prompts tell, may have any digits.
                .clock(Clock.fixed(Instant.parse("2026-11-22T08:15:00Z"), ZoneOffset.UTC))
                .build()) {
            Reply reply = engine.session(ANN, TALK).ask("Read the page");
            assertEquals(
                    "That is all.",
                    reply.text(),
                    () -> engine.explain(Scope.of(ANN), reply.turn())
                            .orElseThrow()
                            .toString());
        }
        String left = senior.requests().stream()
                .flatMap(request -> request.messages().stream())
                .map(LlmMessage::rendered)
                .collect(Collectors.joining("\n"));
        assertTrue(left.contains("left out here"), left);
        for (String part : List.of("DE89", "3704", "0044", "0532", "0130")) {
            assertFalse(left.contains(part), part + " in " + left);
        }
    }
}
