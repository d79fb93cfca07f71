package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.OutputQuality;
import io.arkestra.policy.Decision;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ToolCallTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String SCHEMA = """
            {"type":"object","required":["city","days"],
             "properties":{"city":{"type":"string"},"days":{"type":"integer"},"unit":{"enum":["C","F"]}}}
            """;

    /** A tool that says what it was called with. */
    private static class Forecast implements Tool {
        final List<Json> calls = new CopyOnWriteArrayList<>();
        private final ToolSpec spec;
        private final BiFunction<ToolCall, ToolContext, ToolResult> work;

        Forecast(BiFunction<ToolCall, ToolContext, ToolResult> work) {
            this(Duration.ofSeconds(20), work);
        }

        Forecast(Duration timeout, BiFunction<ToolCall, ToolContext, ToolResult> work) {
            this.spec = ToolSpec.builder("weather.forecast")
                    .description("Forecasts the weather")
                    .arguments(SCHEMA)
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .timeout(timeout)
                    .build();
            this.work = work;
        }

        @Override
        public ToolSpec spec() {
            return spec;
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("asks about " + call.arguments().text("city"))
                    .withUndo(Json.object().put("undo", "me").build());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            calls.add(call.arguments());
            return work.apply(call, context);
        }
    }

    static Stream<Arguments> wrongCalls() {
        return Stream.of(
                call("required string missing", "weather.forecast", "{\"days\":1}", "city"),
                call("required int missing", "weather.forecast", "{\"city\":\"Oslo\"}", "days"),
                call("bad enum", "weather.forecast", "{\"city\":\"Oslo\",\"days\":1,\"unit\":\"K\"}", "/unit"),
                call("5.5 for int", "weather.forecast", "{\"city\":\"Oslo\",\"days\":5.5}", "/days"),
                call("extra property", "weather.forecast", "{\"city\":\"Oslo\",\"days\":1,\"mood\":\"good\"}", "mood"),
                call("number for string", "weather.forecast", "{\"city\":7,\"days\":1}", "/city"),
                call("object for string", "weather.forecast", "{\"city\":{\"a\":{\"b\":1}},\"days\":1}", "/city"),
                call("null for string", "weather.forecast", "{\"city\":null,\"days\":1}", "/city"),
                call("truncated JSON", "weather.forecast", "{\"city\":\"Os", "not readable"),
                call("no object", "weather.forecast", "[1]", "object"),
                call("unknown tool", "weather.forcast", "{\"city\":\"Oslo\",\"days\":1}", "weather.forecast"),
                call("no name", "", "{}", "no tool named"));
    }

    private static Arguments call(String name, String tool, String arguments, String expected) {
        return Arguments.of(name, tool, arguments, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongCalls")
    void call_withWrongArguments_isToldToTheModelAndNeverRun(
            String name, String tool, String arguments, String expected) {
        Forecast forecast = new Forecast((call, context) -> ToolResult.text("sunny"));
        RecordingLlm senior = onceCalling(tool, arguments);
        try (Arkestra engine = allowing(forecast, senior)) {
            Reply reply = engine.session(ALICE).ask("weather in Oslo?");
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
            assertEquals("Sorry, that is all.", reply.text());
            assertTrue(forecast.calls.isEmpty());
            assertEquals(2, senior.requests().size());
            LlmMessage told = senior.lastMessage(1);
            assertEquals(LlmMessage.Role.TOOL, told.role());
            assertEquals("error", Json.parse(told.text()).text("status"));
            assertTrue(Json.parse(told.text()).text("message").contains(expected), told.text());
            assertFalse(reply.toolUses().get(0).status().equals("ok"));
            assertTrue(toolCalls(engine).isEmpty());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongCalls")
    void call_fromAScriptWithWrongArguments_isAnsweredAndNeverRun(
            String name, String tool, String arguments, String expected, @TempDir Path directory) throws IOException {
        Forecast forecast = new Forecast((call, context) -> ToolResult.text("sunny"));
        Json line = Json.object()
                .put("match", "weather")
                .put(
                        "tool_calls",
                        Json.array(Json.object()
                                .put("name", tool)
                                .put("arguments", arguments)
                                .build()))
                .put("then", "I could not look: {result}")
                .build();
        Path script = Files.writeString(directory.resolve("senior.jsonl"), line + "\n");
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.script(script))
                .tools(t -> t.add(forecast))
                .policy(p -> p.allow("weather.forecast"))
                .build()) {
            Reply reply = engine.session(ALICE).ask("weather in Oslo?");
            assertTrue(reply.text().startsWith("I could not look: "), reply.text());
            assertTrue(reply.text().contains(expected), reply.text());
            assertTrue(forecast.calls.isEmpty());
        }
    }

    @Test
    void call_withValidArguments_isRunOnceAndItsResultReachesTheModel() {
        Forecast forecast = new Forecast((call, context) ->
                ToolResult.text("sunny in " + call.arguments().text("city")));
        RecordingLlm senior = onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}");
        try (Arkestra engine = allowing(forecast, senior)) {
            Reply reply = engine.session(ALICE).ask("weather?");
            assertEquals(List.of(new ToolUse("weather.forecast", "ok")), reply.toolUses());
            assertEquals(1, forecast.calls.size());
            assertEquals(
                    "sunny in Oslo", Json.parse(senior.lastMessage(1).text()).text("text"));
            LlmRequest second = senior.requests().get(1);
            List<LlmMessage> messages = second.messages();
            assertEquals(
                    messages.get(messages.size() - 2).toolCalls().get(0).id(),
                    messages.get(messages.size() - 1).toolCallId().orElseThrow());
        }
    }

    @Test
    void call_ofATool_isStoredAsPreparedBeforeItRuns() {
        AtomicReference<Arkestra> engine = new AtomicReference<>();
        AtomicReference<List<Json>> during = new AtomicReference<>(List.of());
        Forecast forecast = new Forecast((call, context) -> {
            during.set(toolCalls(engine.get()));
            return ToolResult.text("sunny");
        });
        try (Arkestra opened = allowing(forecast, onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}"))) {
            engine.set(opened);
            opened.session(ALICE).ask("weather?");
            Json before = during.get().get(0);
            assertEquals("PREPARED", before.text("state"));
            assertEquals("asks about Oslo", before.list("effects").get(0).asString());
            assertEquals("me", before.get("undo").orElseThrow().text("undo"));
            assertEquals("DONE", toolCalls(opened).get(0).text("state"));
        }
    }

    @Test
    void call_ofAToolOfTheHost_isDeniedByDefault() {
        Forecast forecast = new Forecast((call, context) -> ToolResult.text("sunny"));
        RecordingLlm senior = onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}");
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(forecast))
                .build()) {
            Reply reply = engine.session(ALICE).ask("weather?");
            assertDenied(reply, forecast, senior);
            assertFalse(RecordingLlm.offeredTools(senior.requests().get(0)).contains("weather.forecast"));
        }
    }

    @Test
    void deny_beatsAllow() {
        Forecast forecast = new Forecast((call, context) -> ToolResult.text("sunny"));
        RecordingLlm senior = onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}");
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(forecast))
                .policy(p -> p.allow("weather.forecast").deny("weather.forecast"))
                .build()) {
            assertDenied(engine.session(ALICE).ask("weather?"), forecast, senior);
        }
    }

    @Test
    void deny_ofABuiltInTool_isExplainedToTheUserByTheRules() {
        try (Arkestra engine =
                Arkestra.builder().policy(p -> p.deny("note.create")).build()) {
            Reply reply = engine.session(ALICE).ask("note: milk");
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
            assertTrue(reply.text().startsWith("I may not do that here"), reply.text());
            assertTrue(reply.text().contains("denied by the host"), reply.text());
        }
    }

    @Test
    void policy_seesWhetherTheAnswerWithTheCallHadToBeMended() {
        for (String comma : List.of("", ",")) {
            Forecast forecast = new Forecast((call, context) -> ToolResult.text("sunny"));
            RecordingLlm senior = RecordingLlm.writing(
                    (request, cancel) -> request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL
                            ? "{\"text\":\"Done\"}"
                            : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"weather.forecast\",\"arguments\":{\"city\":\"Oslo\",\"days\":1}}"
                                    + comma + "]}");
            try (Arkestra engine = Arkestra.builder()
                    .senior(Llm.client(senior))
                    .tools(t -> t.add(forecast))
                    .policy(p -> p.allow("weather.forecast")
                            .add((action, scope) -> action.quality().equals(Optional.of(OutputQuality.REPAIRED))
                                    ? Decision.deny("test.mended", "the answer had to be mended")
                                    : Decision.abstain()))
                    .build()) {
                String status =
                        engine.session(ALICE).ask("weather?").toolUses().get(0).status();
                assertEquals(comma.isEmpty() ? "ok" : "denied", status);
            }
        }
    }

    @Test
    void policyThatAsks_isRefusedPlainly() {
        Forecast forecast = new Forecast((call, context) -> ToolResult.text("sunny"));
        RecordingLlm senior = onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}");
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(forecast))
                .policy(p ->
                        p.allow("weather.forecast").add((action, scope) -> Decision.ask("test.ask", "ask somebody")))
                .build()) {
            assertDenied(engine.session(ALICE).ask("weather?"), forecast, senior);
            assertTrue(senior.lastMessage(1).text().contains("a person would have to agree"));
        }
    }

    @Test
    void policyThatThrowsOrGivesNothing_denies() {
        for (io.arkestra.policy.Policy broken : List.<io.arkestra.policy.Policy>of(
                (action, scope) -> {
                    throw new IllegalStateException("bug");
                },
                (action, scope) -> {
                    throw new StackOverflowError();
                })) {
            Forecast forecast = new Forecast((call, context) -> ToolResult.text("sunny"));
            RecordingLlm senior = onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}");
            try (Arkestra engine = Arkestra.builder()
                    .senior(Llm.client(senior))
                    .tools(t -> t.add(forecast))
                    .policy(p -> p.allow("weather.forecast").add(broken))
                    .build()) {
                assertDenied(engine.session(ALICE).ask("weather?"), forecast, senior);
            }
        }
    }

    @Test
    void policy_seesTheModelAsTheOneWhoActs() {
        List<Principal> actors = new CopyOnWriteArrayList<>();
        RecordingLlm senior = onceCalling("note.list", "{}");
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(senior))
                .policy(p -> p.add((action, scope) -> {
                    actors.add(scope.principal());
                    return Decision.abstain();
                }))
                .build()) {
            engine.session(ALICE).ask("list");
            assertFalse(actors.isEmpty());
            assertEquals(
                    List.of(Principal.model("senior")),
                    actors.stream().distinct().toList());
        }
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ToolException(ToolException.Reason.FAILED, "no such city"), "no such city"),
                Arguments.of(new IllegalStateException("bug"), "bug"),
                Arguments.of(new io.arkestra.common.CancelledException("by itself"), "stopped by itself"),
                Arguments.of(new NoClassDefFoundError("missing/Thing"), "missing/Thing"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void tool_throwing_isToldToTheModel(Throwable failure, String expected) {
        Forecast forecast = new Forecast((call, context) -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        });
        RecordingLlm senior = onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}");
        try (Arkestra engine = allowing(forecast, senior)) {
            Reply reply = engine.session(ALICE).ask("weather?");
            assertEquals("Sorry, that is all.", reply.text());
            assertTrue(
                    senior.lastMessage(1).text().contains(expected),
                    senior.lastMessage(1).text());
        }
    }

    @Test
    void tool_givingNull_isAFailureOfTheTool() {
        Forecast forecast = new Forecast((call, context) -> null);
        RecordingLlm senior = onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}");
        try (Arkestra engine = allowing(forecast, senior)) {
            assertEquals(
                    Outcome.Kind.COMPLETED,
                    engine.session(ALICE).ask("weather?").outcome());
            assertEquals("error", Json.parse(senior.lastMessage(1).text()).text("status"));
        }
    }

    @Test
    void tool_givingHalfOfASurrogatePair_isMended() {
        Forecast forecast = new Forecast((call, context) -> ToolResult.text("a\ud83d"));
        RecordingLlm senior = onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}");
        try (Arkestra engine = allowing(forecast, senior)) {
            assertEquals(
                    Outcome.Kind.COMPLETED,
                    engine.session(ALICE).ask("weather?").outcome());
            assertEquals("a\uFFFD", Json.parse(senior.lastMessage(1).text()).text("text"));
        }
    }

    @Test
    void tool_takingTooLong_isGivenUp() {
        CountDownLatch never = new CountDownLatch(1);
        Forecast forecast = new Forecast(Duration.ofMillis(200), (call, context) -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ToolResult.text("too late");
        });
        RecordingLlm senior = onceCalling("weather.forecast", "{\"city\":\"Oslo\",\"days\":1}");
        try (Arkestra engine = allowing(forecast, senior)) {
            Reply reply = engine.session(ALICE).ask("weather?");
            assertEquals(List.of(new ToolUse("weather.forecast", "tool.timeout")), reply.toolUses());
            assertTrue(senior.lastMessage(1).text().contains("took longer than 200 ms"));
        }
    }

    private static void assertDenied(Reply reply, Forecast forecast, RecordingLlm senior) {
        assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
        assertEquals("Sorry, that is all.", reply.text());
        assertTrue(forecast.calls.isEmpty());
        assertEquals("denied", Json.parse(senior.lastMessage(1).text()).text("status"));
        assertEquals(List.of(new ToolUse("weather.forecast", "denied")), reply.toolUses());
    }

    /** A model that asks for the tool once and then gives up. */
    private static RecordingLlm onceCalling(String tool, String arguments) {
        return RecordingLlm.writing((request, cancel) -> {
            boolean again = request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL;
            if (again) {
                return "{\"text\":\"Sorry, that is all.\"}";
            }
            Json call =
                    Json.object().put("name", tool).put("arguments", arguments).build();
            return Json.object()
                    .put("text", "")
                    .put("tool_calls", Json.array(call))
                    .build()
                    .toString();
        });
    }

    private static Arkestra allowing(Tool tool, RecordingLlm senior) {
        return Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(tool))
                .policy(p -> p.allow(tool.spec().name()))
                .build();
    }

    private static List<Json> toolCalls(Arkestra engine) {
        return engine
                .store()
                .inTransaction(tx -> tx.find("tool_calls", Owner.of(ALICE), DocQuery.all()))
                .docs()
                .stream()
                .map(io.arkestra.store.Doc::body)
                .toList();
    }
}
