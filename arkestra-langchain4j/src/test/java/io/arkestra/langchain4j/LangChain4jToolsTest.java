package io.arkestra.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolMemoryId;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.service.tool.ToolExecutor;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LangChain4jToolsTest {
    enum Unit {
        CELSIUS,
        FAHRENHEIT
    }

    record Weather(String town, int degrees) {}

    public static class Base {
        @dev.langchain4j.agent.tool.Tool(name = "who.asks", value = "Says who asks")
        public String who(@ToolMemoryId Object id) {
            return "it is " + id;
        }
    }

    public static final class Station extends Base {
        @dev.langchain4j.agent.tool.Tool("Tells the weather")
        public Weather weatherIn(@P("the town") String town, @P("the unit") Unit unit) {
            return new Weather(town, unit == Unit.CELSIUS ? 20 : 68);
        }

        @dev.langchain4j.agent.tool.Tool
        void breaks(boolean politely) {
            if (politely) {
                throw new ToolException(Reason.NOT_FOUND, "there is no station");
            }
            throw new IllegalStateException("lightning");
        }

        @dev.langchain4j.agent.tool.Tool("Counts")
        int count() {
            return 3;
        }

        public String noTool() {
            return "";
        }
    }

    private static Tool tool(String name) {
        return LangChain4jTools.of(new Station()).stream()
                .filter(tool -> tool.spec().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ToolResult call(String name, String arguments) {
        return tool(name)
                .call(
                        ToolCall.of("c1", name, Json.parse(arguments)),
                        Prepared.nothing(),
                        TestToolContext.builder().build());
    }

    @Test
    void of_annotatedMethods_areToolsWithSchemas() {
        List<ToolSpec> specs = LangChain4jTools.of(new Station(), (name, spec) -> {
                    if (name.equals("count")) {
                        spec.sideEffect(ToolSpec.SideEffect.NONE).timeout(Duration.ofSeconds(1));
                    }
                })
                .stream()
                .map(Tool::spec)
                .toList();

        assertEquals(
                List.of("breaks", "count", "weather_in", "who.asks"),
                specs.stream().map(ToolSpec::name).sorted().toList());
        ToolSpec weather = specs.stream()
                .filter(spec -> spec.name().equals("weather_in"))
                .findFirst()
                .orElseThrow();
        assertEquals("Tells the weather", weather.description());
        assertEquals(ToolSpec.SideEffect.OUTWARD, weather.sideEffect());
        assertEquals(
                Json.parse("[\"CELSIUS\",\"FAHRENHEIT\"]"),
                weather.arguments().at("/properties/unit/enum").orElseThrow());
        assertEquals(
                Json.parse("[\"town\",\"unit\"]"),
                weather.arguments().get("required").orElseThrow());
        assertEquals(ToolSpec.SideEffect.NONE, specs.get(1).sideEffect());
        assertFalse(
                specs.stream().anyMatch(spec -> spec.description().isBlank()),
                "a tool without words of its own has some");
    }

    @Test
    void call_arguments_areBoundAndTheResultIsTextAndData() {
        ToolResult weather = call("weather_in", "{\"town\":\"Омск\",\"unit\":\"CELSIUS\"}");

        assertEquals(Json.parse("{\"town\":\"Омск\",\"degrees\":20}"), weather.data());
        assertEquals(weather.data(), Json.parse(weather.text()));
        assertEquals(Json.parse("{\"result\":3}"), call("count", "{}").data());
        assertEquals("it is test", call("who.asks", "{}").text());
    }

    @Test
    void call_failures_areToolExceptions() {
        ToolException arguments =
                assertThrows(ToolException.class, () -> call("weather_in", "{\"town\":\"Омск\",\"unit\":\"KELVIN\"}"));
        assertEquals(Reason.INVALID_ARGUMENTS, arguments.reason());
        ToolException broken = assertThrows(ToolException.class, () -> call("breaks", "{\"politely\":false}"));
        assertEquals(Reason.FAILED, broken.reason());
        assertTrue(broken.getMessage().contains("lightning"));
        ToolException own = assertThrows(ToolException.class, () -> call("breaks", "{\"politely\":true}"));
        assertEquals(Reason.NOT_FOUND, own.reason());
    }

    @Test
    void call_cancelled_doesNotRun() {
        CancellationSource cancel = new CancellationSource();
        cancel.cancel("enough");
        assertThrows(
                CancelledException.class,
                () -> tool("count")
                        .call(
                                ToolCall.of("c1", "count", Json.emptyObject()),
                                Prepared.nothing(),
                                TestToolContext.builder().cancellation(cancel).build()));
    }

    @Test
    void of_noMethodOrOneNameTwice_isRefused() {
        assertThrows(ConfigException.class, () -> LangChain4jTools.of("a text"));
        Object twice = new Object() {
            @dev.langchain4j.agent.tool.Tool("One")
            void same() {}

            @dev.langchain4j.agent.tool.Tool("Two")
            void same(int other) {}
        };
        ConfigException refused = assertThrows(ConfigException.class, () -> LangChain4jTools.of(twice));
        assertTrue(refused.getMessage().contains("'same'"));
    }

    private static final ToolSpec NOTE = ToolSpec.builder("note.create")
            .description("Creates a note")
            .arguments("{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}")
            .build();

    private static ToolExecutionRequest request(String arguments) {
        return ToolExecutionRequest.builder()
                .name("note__create")
                .arguments(arguments)
                .build();
    }

    @Test
    void executors_call_goesToTheHostAndItsRefusalToTheModel() {
        List<ToolCall> calls = new ArrayList<>();
        Map<ToolSpecification, ToolExecutor> executors = LangChain4jTools.executors(List.of(NOTE), (call, memoryId) -> {
            calls.add(call);
            if (call.arguments().has("text")) {
                return ToolResult.text("noted for " + memoryId);
            }
            throw new ToolException(Reason.INVALID_ARGUMENTS, "there is no text");
        });
        ToolSpecification specification = executors.keySet().iterator().next();
        ToolExecutor executor = executors.get(specification);

        assertEquals("note__create", specification.name());
        assertEquals("noted for m", executor.execute(request("{\"text\":\"a\"}"), "m"));
        assertEquals("note.create", calls.get(0).tool());
        assertEquals("there is no text", executor.execute(request(""), null));
        assertTrue(executor.executeWithContext(request("{}"), null).isError());
        assertTrue(executor.execute(request("[1]"), null).contains("not a JSON object"));
        assertTrue(executor.execute(request("{oops"), null).contains("not a JSON object"));
        assertEquals(3, calls.size(), "what is no JSON object reaches nobody");
    }

    interface Assistant {
        String chat(String text);
    }

    @Test
    void executors_inAnAiService_runThroughTheHost() {
        OwnClient client = new OwnClient(false, (request, listener, cancel) -> {
            LlmMessage last = request.lastMessage().orElseThrow();
            if (last.role() == LlmMessage.Role.TOOL) {
                return LlmResponse.builder("own").text(last.text()).build();
            }
            return LlmResponse.builder("own")
                    .toolCalls(
                            List.of(LlmToolCall.of("c1", request.tools().get(0).name(), "{\"text\":\"milk\"}")))
                    .build();
        });
        try (ArkestraChatModel model = ArkestraChatModel.of(client)) {
            String answer = AiServices.builder(Assistant.class)
                    .chatModel(model)
                    .tools(LangChain4jTools.executors(
                            List.of(NOTE),
                            (call, memoryId) ->
                                    ToolResult.text("noted " + call.arguments().text("text"))))
                    .build()
                    .chat("Note: milk");

            assertEquals("noted milk", answer);
        }
        assertNull(client.requests.get(0).scope().orElse(null));
    }
}
