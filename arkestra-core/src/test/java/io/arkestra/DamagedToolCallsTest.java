package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.repair.internal.DamagedAnswers;
import io.arkestra.llm.repair.internal.Steps;
import io.arkestra.testkit.CaseTable;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The table of almost-JSON, through calls of a tool with effects: whatever a model wrote, the tool runs only with the arguments that were
 * meant. With case 47 of the suite for reliability and security.
 */
@Timeout(300)
class DamagedToolCallsTest {
    private static final UserId ALICE = UserId.of("alice");

    @RegisterExtension
    static final CaseTable CASES = CaseTable.titled("Answers that are not one JSON object");

    /** Takes down what it is called with. */
    private static final class Put implements Tool {
        private final ToolSpec spec;
        private final List<Json> calls = new ArrayList<>();

        Put(Json schema) {
            spec = ToolSpec.builder("task.put")
                    .description("Puts a task")
                    .arguments(schema)
                    .capability("net.send")
                    .sideEffect(ToolSpec.SideEffect.OUTWARD)
                    .build();
        }

        @Override
        public ToolSpec spec() {
            return spec;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            calls.add(call.arguments());
            return ToolResult.text("put");
        }
    }

    /** An engine whose model writes what a test wants. */
    private static final class Desk implements AutoCloseable {
        private final Put put;
        private final Arkestra engine;
        private volatile String written = "";

        Desk(Json schema) {
            put = new Put(schema);
            RecordingLlm senior = RecordingLlm.writing(
                    (request, cancel) -> request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL
                            ? "{\"text\":\"Done.\"}"
                            : written);
            engine = Arkestra.builder()
                    .senior(Llm.client(senior))
                    .tools(t -> t.add(put))
                    .policy(p -> p.allow("task.put"))
                    .build();
        }

        List<Json> calls(String answer) {
            written = answer;
            put.calls.clear();
            engine.session(ALICE).ask("put it");
            return List.copyOf(put.calls);
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private final Map<Json, Desk> desks = new HashMap<>();

    @AfterEach
    void close() {
        desks.values().forEach(Desk::close);
    }

    /** What the tool was called with when the model wrote this. */
    private List<Json> calls(Json schema, String written) {
        return desks.computeIfAbsent(schema, Desk::new).calls(written);
    }

    private record Score(int answers, int right, int refused) {}

    private Score score(Function<DamagedAnswers.Answer, String> written) {
        int answers = 0;
        int right = 0;
        List<String> wrong = new ArrayList<>();
        for (DamagedAnswers.Answer answer : DamagedAnswers.all()) {
            if (!answer.schema().string("type").equals(Optional.of("object"))) {
                continue;
            }
            answers++;
            List<Json> calls = calls(answer.schema(), written.apply(answer));
            // Of what was cut nobody knows how it would have gone on, so it must not run at all.
            List<Json> meant =
                    isCut(answer) ? List.of() : answer.expected().stream().toList();
            if (!calls.isEmpty() && !calls.equals(meant)) {
                wrong.add(answer.name() + " ran with " + calls + " instead of " + meant);
            }
            right += calls.size();
        }
        assertEquals(List.of(), wrong);
        return new Score(answers, right, answers - right);
    }

    private static boolean isCut(DamagedAnswers.Answer answer) {
        return answer.steps().contains(Steps.CUT) || answer.name().contains("cut");
    }

    @Test
    void damage_ofTheArgumentsAsAText_runsOnlyWhatWasMeant() {
        Score score = score(answer -> Json.object()
                .put("text", "")
                .put(
                        "tool_calls",
                        Json.array(Json.object()
                                .put("name", "task.put")
                                .put("arguments", answer.raw())
                                .build()))
                .build()
                .toString());
        System.out.println("Arguments as a text: " + score);
        assertTrue(score.right() >= 2, score.toString());
        assertTrue(score.refused() >= 40, "arguments are not mended: " + score);
    }

    @Test
    void damage_ofTheWholeAnswer_runsOnlyWhatWasMeant() {
        // What was cut stays cut: closing brackets after it would make another answer of it.
        Score score = score(answer -> "{\"text\":\"\",\"tool_calls\":[{\"name\":\"task.put\",\"arguments\":"
                + answer.raw() + (isCut(answer) ? "" : "}]}"));
        System.out.println("Arguments inside a damaged answer: " + score);
        assertTrue(score.right() >= 10, "what can be mended is mended: " + score);
    }

    private static final Json TASK = Json.parse("""
            {"type":"object","additionalProperties":false,"required":["title"],"properties":{"title":{"type":"string"}}}
            """);

    private static String asking(String title) {
        return "{\"text\":\"\",\"tool_calls\":[{\"name\":\"task.put\",\"arguments\":{\"title\":\"" + title + "\"}}]}";
    }

    @Test
    void case47_twoObjects_notRun() {
        assertEquals(List.of(), calls(TASK, asking("one") + asking("two")));
        assertEquals(List.of(), calls(TASK, asking("one") + "\n\n" + asking("two")));
        assertEquals(List.of(), calls(TASK, "{\"text\":\"no\"}\n" + asking("two")));
    }

    @Test
    void case47_proseAroundAnObject_notRun() {
        assertEquals(List.of(), calls(TASK, "I would write " + asking("one") + " here."));
        assertEquals(List.of(), calls(TASK, "Never write this:\n" + asking("one")));
    }

    @Test
    void case47_proseAlone_notRun() {
        assertEquals(List.of(), calls(TASK, "I call task.put with the title one."));
        assertEquals(List.of(), calls(TASK, "task.put(title=\"one\")"));
    }

    @Test
    void case47_answerThatIsCut_notRun() {
        String whole = asking("one");
        for (int end = 1; end < whole.length() - 1; end += 3) {
            assertEquals(List.of(), calls(TASK, whole.substring(0, end)), whole.substring(0, end));
        }
    }

    @Test
    void case47_oneObject_run() {
        assertEquals(List.of(Json.parse("{\"title\":\"one\"}")), calls(TASK, asking("one")));
    }
}
