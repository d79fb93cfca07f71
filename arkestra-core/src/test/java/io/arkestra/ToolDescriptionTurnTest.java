package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmRequest;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What usage guides know reaches the model. */
@Timeout(120)
class ToolDescriptionTurnTest {
    private static final UserId ALICE = UserId.of("alice");

    /** Never works. */
    private record Pigeon() implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("pigeon.send")
                    .description("Sends a pigeon.")
                    .sideEffect(ToolSpec.SideEffect.OUTWARD)
                    .build();
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("sends a pigeon");
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            throw new ToolException(ToolException.Reason.FAILED, "it will not fly");
        }
    }

    private static String rules(LlmRequest request) {
        return request.messages().get(0).text();
    }

    @Test
    void prompt_ofAToolThatFailsOften_saysSoInTheNextConversation() {
        RecordingLlm senior = ToolScripts.onceCalling("pigeon.send", "{}");
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(new Pigeon()))
                .policy(p -> p.allow("pigeon.send"))
                .build()) {
            Session first = engine.session(ALICE, SessionId.of("first"));
            for (int i = 0; i < 6; i++) {
                assertEquals(
                        "tool.failed", first.ask("send it").toolUses().get(0).status());
            }
            String begin = rules(senior.requests().get(0));
            assertTrue(begin.contains("Sends a pigeon. Cannot be undone."), begin);
            assertFalse(begin.contains("Often fails"), begin);
            senior.requests()
                    .forEach(request -> assertEquals(begin, rules(request), "the conversation is told the same"));

            engine.session(ALICE, SessionId.of("second")).ask("send it");

            String later = rules(senior.requests().get(senior.requests().size() - 1));
            assertTrue(later.contains("Often fails with tool.failed (6 of 6 calls)."), later);
        }
    }
}
