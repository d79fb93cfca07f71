package io.arkestra.llm.openai;

import static io.arkestra.llm.openai.OpenAiCalls.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Reasoning;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.ToolMode;
import io.arkestra.tool.ToolSpec;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What each dialect's request looks like. */
class ChatBodyTest {
    private static final Json SCHEMA =
            Json.parse("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[]}");

    private static Json body(OpenAiDialect dialect, LlmRequest request) {
        try (OpenAiClient client = OpenAiClient.builder()
                .dialect(dialect)
                .model("m")
                .baseUrl(URI.create("http://127.0.0.1:1"))
                .build()) {
            return client.body(request);
        }
    }

    @Test
    void body_sampling_isSentWhereItIsAllowed() {
        LlmRequest request = request()
                .sampling(Sampling.maxTokens(50)
                        .temperature(0.5)
                        .topP(0.9)
                        .seed(7)
                        .stop(List.of("END")))
                .build();
        Json plain = body(OpenAiDialect.OPENAI, request);
        assertEquals(Optional.of(Json.of(50)), plain.get("max_tokens"));
        assertEquals(Optional.of(Json.of(0.5)), plain.get("temperature"));
        assertEquals(Optional.of(Json.of(0.9)), plain.get("top_p"));
        assertEquals(Optional.of(Json.of(7)), plain.get("seed"));
        assertEquals(Optional.of(Json.array(Json.of("END"))), plain.get("stop"));
        Json reasoning = body(OpenAiDialect.OPENAI_REASONING, request);
        assertEquals(Optional.of(Json.of(50)), reasoning.get("max_completion_tokens"));
        for (String member : List.of("max_tokens", "temperature", "top_p", "stop")) {
            assertFalse(reasoning.has(member), member);
        }
    }

    @Test
    void body_everyDialect_limitsTokensAndAsksForUsage() {
        for (OpenAiDialect dialect : OpenAiDialect.known()) {
            Json body = body(dialect, request().build());
            assertEquals(Optional.of(Json.of(64)), body.get(dialect.maxTokensMember()), dialect.name());
            assertEquals(Optional.of(Json.TRUE), body.at("/stream_options/include_usage"), dialect.name());
            assertEquals(dialect, OpenAiDialect.named(dialect.name()));
        }
    }

    @Test
    void body_reasoning_isSaidInTheDialectsWords() {
        LlmRequest off = request().reasoning(Reasoning.OFF).build();
        LlmRequest high = request().reasoning(Reasoning.HIGH).build();
        assertFalse(body(OpenAiDialect.OPENAI, high).has("reasoning_effort"));
        assertEquals(
                Optional.of(Json.of("low")),
                body(OpenAiDialect.OPENAI_REASONING, off).get("reasoning_effort"));
        assertEquals(
                Optional.of(Json.of("high")),
                body(OpenAiDialect.OPENAI_REASONING, high).get("reasoning_effort"));
        assertEquals(
                Optional.of(Json.of("none")), body(OpenAiDialect.OLLAMA_V1, off).get("reasoning_effort"));
        assertEquals(
                Optional.of(Json.FALSE),
                body(OpenAiDialect.LLAMA_SERVER, off).at("/chat_template_kwargs/enable_thinking"));
        Json kept = body(
                OpenAiDialect.VLLM,
                high.toBuilder()
                        .extensions(Json.parse("{\"chat_template_kwargs\":{\"custom\":1}}"))
                        .build());
        assertEquals(
                Optional.of(Json.parse("{\"custom\":1,\"enable_thinking\":true,\"reasoning_effort\":\"high\"}")),
                kept.get("chat_template_kwargs"));
        Json odd = body(
                OpenAiDialect.VLLM,
                off.toBuilder()
                        .extensions(Json.parse("{\"chat_template_kwargs\":1}"))
                        .build());
        assertEquals(Optional.of(Json.parse("{\"enable_thinking\":false}")), odd.get("chat_template_kwargs"));
    }

    @Test
    void body_schema_isNestedEverywhereAndStrictForOpenAi() {
        LlmRequest request =
                request().output(OutputSpec.json("my answer!", SCHEMA)).build();
        for (OpenAiDialect dialect : OpenAiDialect.known()) {
            Json format = body(dialect, request).get("response_format").orElseThrow();
            assertEquals("json_schema", format.text("type"), dialect.name());
            assertEquals(Optional.of(Json.of("my_answer_")), format.at("/json_schema/name"));
            assertEquals(Optional.of(Json.TRUE), format.at("/json_schema/strict"));
            Json schema = format.at("/json_schema/schema").orElseThrow();
            boolean strict = dialect.schemaForm() == OpenAiDialect.SchemaForm.STRICT;
            assertEquals(strict ? StrictSchema.rewrite(SCHEMA).orElseThrow() : SCHEMA, schema, dialect.name());
        }
    }

    @Test
    void body_schemaThatStrictModeCannotSay_isSentAsItIs() {
        Json free = Json.parse("{\"type\":\"object\"}");
        Json body = body(
                OpenAiDialect.OPENAI,
                request().output(OutputSpec.json("any", free)).build());
        assertEquals(Optional.of(Json.FALSE), body.at("/response_format/json_schema/strict"));
        assertEquals(Optional.of(free), body.at("/response_format/json_schema/schema"));
    }

    @Test
    void body_schemaWithoutTheCapability_goesIntoThePrompt() {
        try (OpenAiClient client = OpenAiClient.builder()
                .dialect(OpenAiDialect.LLAMA_SERVER)
                .capabilities(claims -> claims.jsonSchema(false))
                .build()) {
            OutputSpec output = OutputSpec.json("answer", SCHEMA);
            Json body = client.body(request().output(output).build());
            assertFalse(body.has("response_format"));
            assertFalse(body.has("model"));
            String system = body.list("messages").get(0).text("content");
            assertTrue(system.startsWith("You answer briefly."), system);
            assertTrue(system.endsWith(SCHEMA.toString()), system);
            Json alone = client.body(LlmRequest.builder("senior")
                    .message(LlmMessage.user("Hi"))
                    .output(output)
                    .build());
            assertEquals("system", alone.list("messages").get(0).text("role"));
            assertEquals(2, alone.list("messages").size());
        }
    }

    @Test
    void body_toolMessagesWithoutTools_arePlainMessages() {
        Json body = body(
                OpenAiDialect.OPENAI,
                request()
                        .message(LlmMessage.assistant("I look.", List.of(LlmToolCall.of("c1", "note.create", "{}"))))
                        .message(LlmMessage.tool("c1", "seven notes"))
                        .build());
        List<Json> messages = body.list("messages");
        assertTrue(messages.stream().noneMatch(message -> message.has("tool_calls") || message.has("tool_call_id")));
        assertEquals("user", messages.get(3).text("role"));
        assertTrue(messages.get(3).text("content").contains("seven notes"));
    }

    @Test
    void body_tools_haveNamesThatTheServerAllows() {
        String tooLong = "a." + "b".repeat(61);
        List<ToolSpec> tools = List.of(
                ToolSpec.builder("note.create").description("Writes.").build(),
                ToolSpec.builder("note__create").description("Writes too.").build(),
                ToolSpec.builder(tooLong).description("Has a long name.").build());
        LlmRequest request = request()
                .tools(tools)
                .toolMode(ToolMode.REQUIRED)
                .message(LlmMessage.assistant("", List.of(LlmToolCall.of("c1", "note.create", "{}"))))
                .message(LlmMessage.tool("c1", "done"))
                .build();
        Json body = body(OpenAiDialect.OPENAI, request);
        List<String> names = body.list("tools").stream()
                .map(tool -> tool.at("/function/name").orElseThrow().asString())
                .toList();
        assertEquals(List.of("note__create", "note__create_2"), names.subList(0, 2));
        names.forEach(name -> assertTrue(name.matches("[A-Za-z0-9_-]{1,64}"), name));
        assertEquals(Optional.of(Json.of("required")), body.get("tool_choice"));
        Json asked = body.list("messages").get(2);
        assertEquals(Optional.of(Json.NULL), asked.get("content"));
        assertEquals(Optional.of(Json.of("note__create")), asked.at("/tool_calls/0/function/name"));
        assertEquals("c1", body.list("messages").get(3).text("tool_call_id"));
        Json dotted = body(OpenAiDialect.LLAMA_SERVER, request);
        assertEquals(Optional.of(Json.of("note.create")), dotted.at("/tools/0/function/name"));
        ToolNames back = new ToolNames(tools, false);
        tools.forEach(tool -> assertEquals(tool.name(), back.name(back.wire(tool.name()))));
        assertEquals("made_up", back.name("made_up"));
    }

    @Test
    void body_extensions_passOnlyWhereTheyAreKnownAndReplaceNothing() {
        LlmRequest request = request()
                .extensions(
                        Json.parse("{\"id_slot\":1,\"user\":\"u\",\"model\":\"other\",\"max_tokens\":9,\"unknown\":1}"))
                .build();
        Json llama = body(OpenAiDialect.LLAMA_SERVER, request);
        assertEquals(Optional.of(Json.of(1)), llama.get("id_slot"));
        assertFalse(llama.has("user") || llama.has("unknown"));
        assertEquals(Optional.of(Json.of("m")), llama.get("model"));
        assertEquals(Optional.of(Json.of(64)), llama.get("max_tokens"));
        Json openAi = body(OpenAiDialect.OPENAI, request);
        assertEquals(Optional.of(Json.of("u")), openAi.get("user"));
        assertFalse(openAi.has("id_slot"));
    }

    @Test
    void body_dialectOfYourOwn_isKeptTo() {
        OpenAiDialect own = OpenAiDialect.VLLM.toBuilder("own")
                .streamOptions(false)
                .maxTokensMember("limit")
                .extensionMembers(java.util.Set.of("mine"))
                .build();
        Json body = body(own, request().extensions(Json.parse("{\"mine\":1}")).build());
        assertFalse(body.has("stream_options"));
        assertEquals(Optional.of(Json.of(64)), body.get("limit"));
        assertEquals(Optional.of(Json.of(1)), body.get("mine"));
    }

    @Test
    void body_dataInAMessage_isABlockThatItsTextCannotEnd() {
        LlmMessage data = LlmMessage.user("And now?").withData("recall", Json.parse("[\"</recall>\"]"));
        Json body = body(OpenAiDialect.OPENAI, request().message(data).build());
        assertEquals(
                "<recall>\n[\"<\\/recall>\"]\n</recall>\nAnd now?",
                body.list("messages").get(2).text("content"));
    }

    @Test
    void named_unknown_saysWhichThereAre() {
        String message = assertThrows(io.arkestra.common.ConfigException.class, () -> OpenAiDialect.named("klingon"))
                .getMessage();
        assertTrue(message.contains("llama-server"), message);
    }
}
