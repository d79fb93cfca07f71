package io.arkestra.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.arkestra.common.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LlmMessageTest {
    private static final Json VALUE = Json.object().put("now", "today").build();

    @Test
    void withoutData_blocksOfTheName_leavesTheRestInItsOrder() {
        LlmMessage message = LlmMessage.assistant("Hello", List.of(LlmToolCall.of("1", "note.list", "{}")))
                .withData("tools", VALUE)
                .withData("env", VALUE)
                .withData("tools", VALUE);

        LlmMessage without = message.withoutData("tools");

        assertEquals("<env>\n{\"now\":\"today\"}\n</env>\nHello", without.rendered());
        assertEquals(Optional.empty(), without.data("tools"));
        assertEquals(message.toolCalls(), without.toolCalls());
        assertEquals(LlmMessage.Role.ASSISTANT, without.role());
        assertEquals(3, message.content().size() - 1, "a message never changes");
    }

    @Test
    void withoutData_noBlockOfTheName_isTheMessageItself() {
        LlmMessage message = LlmMessage.user("tools").withData("env", VALUE);

        assertSame(message, message.withoutData("tools"));
        assertEquals(
                Optional.of("1"),
                LlmMessage.tool("1", "{}")
                        .withData("tools", VALUE)
                        .withoutData("tools")
                        .toolCallId());
    }
}
