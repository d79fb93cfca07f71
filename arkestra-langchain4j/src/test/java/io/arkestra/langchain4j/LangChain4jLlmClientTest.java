package io.arkestra.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.TokenUsage;
import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.langchain4j.InProcessModel.Blocking;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.ToolMode;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LangChain4jLlmClientTest {
    private static final ToolSpec CREATE = ToolSpec.builder("note.create")
            .description("Creates a note")
            .arguments("{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\",\"maxLength\":9},"
                    + "\"to\":{\"$ref\":\"#/$defs/who\"},\"any\":true},\"required\":[\"text\"],\"additionalProperties\":false,"
                    + "\"$defs\":{\"who\":{\"type\":\"string\"}}}")
            .build();
    private static final ToolSpec CLASH = ToolSpec.builder("note__create")
            .description("Another one whose name looks the same")
            .build();

    private static ChatResponse text(String text) {
        return ChatResponse.builder().aiMessage(AiMessage.from(text)).build();
    }

    private static LlmRequest.Builder hello() {
        return LlmRequest.builder("senior").message(LlmMessage.user("Hello"));
    }

    private static LlmResponse generate(LangChain4jLlmClient client, LlmRequest.Builder request) {
        return client.generate(request.build(), LlmListener.none(), Cancellation.none());
    }

    @Test
    void generate_toolMessagesWithoutTools_reachTheModelAsPlainMessages() {
        Blocking model = new Blocking(request -> text("Done"));
        try (LangChain4jLlmClient client =
                LangChain4jLlmClient.builder("m").chatModel(model).build()) {
            generate(
                    client,
                    LlmRequest.builder("senior")
                            .message(LlmMessage.user("Look"))
                            .message(LlmMessage.assistant("", List.of(LlmToolCall.of("c1", "note.create", "{}"))))
                            .message(LlmMessage.tool("c1", "seven notes")));
        }
        AiMessage asked = (AiMessage) model.request.get().messages().get(1);
        assertEquals(List.of(), asked.toolExecutionRequests());
        UserMessage result = (UserMessage) model.request.get().messages().get(2);
        assertTrue(result.singleText().contains("seven notes"), result.singleText());
    }

    @Test
    void generate_conversationWithTools_reachesTheModelAsItsOwnMessages() {
        Blocking model = new Blocking(request -> text("Done"));
        LlmRequest.Builder request = LlmRequest.builder("senior")
                .message(LlmMessage.system("Be brief"))
                .message(LlmMessage.user("Note it").withData("recall", Json.parse("[1]")))
                .message(LlmMessage.assistant("", List.of(LlmToolCall.of("c1", "note.create", "{\"text\":\"it\"}"))))
                .message(LlmMessage.tool("c1", "noted"))
                .tools(List.of(CREATE, CLASH))
                .toolMode(ToolMode.REQUIRED)
                .extensions(Json.parse("{\"top_k\":5,\"unknown\":1}"))
                .sampling(Sampling.maxTokens(77).temperature(0.5).topP(0.9).stop(List.of("END")));
        try (LangChain4jLlmClient client = LangChain4jLlmClient.builder("m")
                .chatModel(model)
                .capabilities(c -> c.nativeTools(true))
                .build()) {
            assertEquals("Done", generate(client, request).text());
        }

        ChatRequest sent = model.request.get();
        AiMessage asked = AiMessage.from(ToolExecutionRequest.builder()
                .id("c1")
                .name("note__create_2")
                .arguments("{\"text\":\"it\"}")
                .build());
        assertEquals(
                List.of(
                        SystemMessage.from("Be brief"),
                        UserMessage.from("<recall>\n[1]\n</recall>\nNote it"),
                        asked,
                        ToolExecutionResultMessage.from("c1", "note__create_2", "noted")),
                sent.messages());
        assertEquals(77, sent.maxOutputTokens());
        assertEquals(0.5, sent.temperature());
        assertEquals(0.9, sent.topP());
        assertEquals(5, sent.topK());
        assertEquals(List.of("END"), sent.stopSequences());
        assertEquals(ToolChoice.REQUIRED, sent.toolChoice());
        ToolSpecification tool = sent.toolSpecifications().get(0);
        assertEquals("note__create_2", tool.name());
        assertEquals("note__create", sent.toolSpecifications().get(1).name());
        Map<String, Object> schema = Map.of(
                "text", Map.of("type", "string", "maxLength", 9L),
                "to", Map.of("$ref", "#/$defs/who"),
                "any", Map.of());
        Json parameters = Json.parse(tool.toJson()).get("parameters").orElseThrow();
        assertEquals(Json.fromJava(schema), parameters.get("properties").orElseThrow());
        assertEquals(Json.parse("[\"text\"]"), parameters.get("required").orElseThrow());
        assertEquals(Json.FALSE, parameters.get("additionalProperties").orElseThrow());
        assertEquals(
                Json.parse("{\"who\":{\"type\":\"string\"}}"),
                parameters.get("$defs").orElseThrow());
    }

    @Test
    void generate_answerWithToolCalls_isMappedBack() {
        AiMessage message = AiMessage.builder()
                .text("Let me")
                .thinking("hm")
                .toolExecutionRequests(List.of(
                        ToolExecutionRequest.builder()
                                .name("note__create")
                                .arguments("{\"text\":1}")
                                .build(),
                        ToolExecutionRequest.builder()
                                .id("x")
                                .name("made_up")
                                .arguments("oops")
                                .build()))
                .build();
        Blocking model = new Blocking(request -> ChatResponse.builder()
                .aiMessage(message)
                .modelName("real-name")
                .tokenUsage(new TokenUsage(11, 7))
                .finishReason(dev.langchain4j.model.output.FinishReason.TOOL_EXECUTION)
                .build());
        HeardPieces heard = new HeardPieces();
        LlmResponse response;
        try (LangChain4jLlmClient client = LangChain4jLlmClient.builder("m")
                .chatModel(model)
                .capabilities(c -> c.nativeTools(true))
                .build()) {
            response = client.generate(hello().tools(List.of(CREATE)).build(), heard, Cancellation.none());
        }

        assertNull(model.request.get().toolChoice(), "what the model decides anyway is not asked for");
        assertEquals("Let me", response.text());
        assertEquals("hm", response.thinking());
        assertEquals(
                List.of(
                        LlmToolCall.of("call-1", "note.create", "{\"text\":1}"),
                        LlmToolCall.of("x", "made_up", "oops")),
                response.toolCalls());
        assertEquals(FinishReason.TOOL_CALLS, response.finish());
        assertEquals("real-name", response.model());
        assertEquals(11, response.usage().promptTokens());
        assertEquals(7, response.usage().completionTokens());
        assertEquals(false, response.usage().estimated());
        assertTrue(response.timings().total().isPresent());
        assertEquals(
                List.of("thinking hm", "text Let me", "tool 0 note.create {\"text\":1}", "tool 1 made_up oops"),
                heard.pieces);
    }

    @Test
    void generate_noUsageAndNoReason_areEstimatedAndStop() {
        try (LangChain4jLlmClient client = LangChain4jLlmClient.builder("m")
                .chatModel(new Blocking(request -> text("An answer")))
                .build()) {
            LlmResponse response = generate(client, hello());

            assertTrue(response.usage().estimated());
            assertTrue(response.usage().completionTokens() > 0);
            assertEquals(FinishReason.STOP, response.finish());
            assertEquals("m", response.model());
        }
    }

    @Test
    void generate_documentWanted_goesAsSchemaWhereTheModelTakesOneAndIntoThePromptElsewhere() {
        Json schema = Json.parse("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"maximum\":3}}}");
        LlmRequest.Builder request =
                hello().message(LlmMessage.system("later")).output(OutputSpec.json("my answer", schema));
        Blocking strict = new Blocking(asked -> text("{}"), Capability.RESPONSE_FORMAT_JSON_SCHEMA);
        Blocking free = new Blocking(asked -> text("{}"));
        try (LangChain4jLlmClient bound =
                        LangChain4jLlmClient.builder("s").chatModel(strict).build();
                LangChain4jLlmClient asking =
                        LangChain4jLlmClient.builder("f").chatModel(free).build()) {
            assertTrue(bound.capabilities().jsonSchema());
            generate(bound, request);
            generate(asking, request);
        }

        assertEquals(
                ResponseFormatType.JSON, strict.request.get().responseFormat().type());
        assertEquals(
                "my_answer", strict.request.get().responseFormat().jsonSchema().name());
        JsonRawSchema raw = assertInstanceOf(
                JsonRawSchema.class,
                strict.request.get().responseFormat().jsonSchema().rootElement());
        assertEquals(schema, Json.parse(raw.schema()));
        assertNull(free.request.get().responseFormat());
        SystemMessage demand = assertInstanceOf(
                SystemMessage.class, free.request.get().messages().get(0));
        assertTrue(demand.text().endsWith(schema.toString()));
    }

    @Test
    void generate_toolsWithoutCapability_areRefusedBeforeAnythingIsSent() {
        Blocking model = new Blocking(request -> text("no"));
        try (LangChain4jLlmClient client =
                LangChain4jLlmClient.builder("m").chatModel(model).build()) {
            LlmException refused =
                    assertThrows(LlmException.class, () -> generate(client, hello().tools(List.of(CREATE))));

            assertEquals(LlmException.Reason.UNSUPPORTED, refused.reason());
            assertNull(model.request.get());
        }
    }

    @Test
    void generate_emptyRequest_isRefused() {
        try (LangChain4jLlmClient client = LangChain4jLlmClient.builder("m")
                .chatModel(new Blocking(request -> text("no")))
                .build()) {
            LlmException refused = assertThrows(
                    LlmException.class,
                    () -> generate(client, LlmRequest.builder("senior").message(LlmMessage.system(" "))));
            assertEquals(LlmException.Reason.INVALID_REQUEST, refused.reason());
        }
    }

    @Test
    void parameters_ofAProvider_areWhatTheHostMakesOfTheStandardOnes() {
        Blocking model = new Blocking(request -> text("ok"));
        try (LangChain4jLlmClient client = LangChain4jLlmClient.builder("m")
                .chatModel(model)
                .parameters((request, standard) ->
                        standard.overrideWith(dev.langchain4j.model.chat.request.ChatRequestParameters.builder()
                                .modelName(request.role() + "-model")
                                .build()))
                .build()) {
            generate(client, hello().sampling(Sampling.maxTokens(5)));
        }

        assertEquals("senior-model", model.request.get().modelName());
        assertEquals(5, model.request.get().maxOutputTokens());
    }

    @Test
    void build_withoutModel_isRefused() {
        assertThrows(
                ConfigException.class, () -> LangChain4jLlmClient.builder("m").build());
    }

    @Test
    void probe_openAndClosed_tellsWhich() {
        LangChain4jLlmClient client = LangChain4jLlmClient.builder("m")
                .chatModel(new Blocking(request -> text("ok")))
                .build();
        assertEquals(LlmHealth.Status.READY, client.probe().status());

        client.close();
        client.close();

        assertEquals(LlmHealth.Status.DOWN, client.probe().status());
        assertEquals(
                LlmException.Reason.UNAVAILABLE,
                assertThrows(LlmException.class, () -> generate(client, hello()))
                        .reason());
    }
}
