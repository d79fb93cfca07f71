package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.tool.ToolResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Results whose data repeat their text: a file that was read, passages that were found. */
@Timeout(60)
class ToolResultShownTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String FILE = IntStream.range(0, 200)
            .mapToObj(line -> "line " + line + " of the file")
            .collect(Collectors.joining("\n"));
    private static final String CHAIN = """
            {"text":"","tool_calls":[
              {"name":"page.read","arguments":{"text":"a"}},
              {"name":"page.keep","arguments":{"text":"${1.data.content}"}},
              {"name":"page.keep","arguments":{"text":"${1.data.parts.1.id}"}}]}""";

    private final List<String> kept = new CopyOnWriteArrayList<>();

    private static ToolResult read(String which) {
        Json parts = Json.array(List.of(
                Json.object().put("id", "p1").build(),
                Json.object().put("id", "p2").build()));
        return ToolResult.of(
                FILE, Json.object().put("content", FILE).put("parts", parts).build());
    }

    private ToolResult keep(String text) {
        kept.add(text);
        return ToolResult.text("kept");
    }

    @Test
    void result_whoseDataRepeatItsText_isInThePromptOnceAndWholeForOtherCalls() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) ->
                request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL ? "{\"text\":\"Done\"}" : CHAIN);
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(new TextTool("page.read", ToolResultShownTest::read))
                        .add(new TextTool("page.keep", this::keep)))
                .policy(p -> p.allow("page.read").allow("page.keep"))
                .build()) {
            engine.session(ALICE).ask("read a and keep it");
            assertEquals(List.of(FILE, "p2"), kept);
            List<LlmMessage> second = senior.requests().get(1).messages();
            Json told = Json.parse(second.get(second.size() - 3).text());
            assertEquals(FILE, told.text("text"));
            assertTrue(told.toString().length() < FILE.length() + 700, () -> told.toString());
            assertEquals("p2", told.at("/data/parts/1/id").orElseThrow().asString());
            assertTrue(told.at("/data/content").orElseThrow().asString().startsWith("line 0 of the file"));
        }
    }
}
