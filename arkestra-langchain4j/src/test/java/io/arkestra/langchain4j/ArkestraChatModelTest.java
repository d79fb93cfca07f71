package io.arkestra.langchain4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.ToolMode;
import io.arkestra.llm.Usage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArkestraChatModelTest {
    private static final ToolSpecification SEND = ToolSpecification.builder()
            .name("sendMail")
            .parameters(JsonObjectSchema.builder()
                    .addStringProperty("to", "whom")
                    .required("to")
                    .build())
            .build();

    private static ChatRequest.Builder hello() {
        return ChatRequest.builder().messages(UserMessage.from("Hello"));
    }

    @Test
    void chat_conversationWithTools_reachesTheClientAsItsOwnMessages() {
        OwnClient client = new OwnClient(
                true,
                (request, listener, cancel) -> LlmResponse.builder("own-1")
                        .text("Sent")
                        .thinking("hm")
                        .toolCalls(List.of(LlmToolCall.of("c2", "send_mail", "{\"to\":\"bob\"}")))
                        .finish(FinishReason.TOOL_CALLS)
                        .usage(Usage.of(5, 6, false))
                        .build());
        ToolExecutionRequest first =
                ToolExecutionRequest.builder().name("sendMail").arguments("{}").build();
        ChatRequest request = ChatRequest.builder()
                .messages(
                        SystemMessage.from("Be brief"),
                        UserMessage.from("Mail Bob"),
                        AiMessage.from(first),
                        ToolExecutionResultMessage.from((String) null, "sendMail", "no address"))
                .toolSpecifications(SEND)
                .toolChoice(ToolChoice.REQUIRED)
                .temperature(0.3)
                .topP(0.8)
                .topK(4)
                .maxOutputTokens(99)
                .stopSequences(List.of("X"))
                .build();
        ChatResponse response;
        try (ArkestraChatModel model = ArkestraChatModel.builder(client)
                .scope(Scope.of(UserId.of("alice")))
                .build()) {
            response = model.chat(request);
        }

        LlmRequest asked = client.requests.get(0);
        assertEquals("alice", asked.scope().orElseThrow().user().value());
        assertEquals(
                List.of("Be brief", "Mail Bob", "", "no address"),
                asked.messages().stream().map(LlmMessage::text).toList());
        LlmToolCall call = asked.messages().get(2).toolCalls().get(0);
        assertEquals("send_mail", call.name());
        assertEquals(call.id(), asked.messages().get(3).toolCallId().orElseThrow());
        assertEquals("send_mail", asked.tools().get(0).name());
        assertEquals(
                Json.parse(
                        "{\"type\":\"object\",\"properties\":{\"to\":{\"type\":\"string\",\"description\":\"whom\"}},"
                                + "\"required\":[\"to\"]}"),
                asked.tools().get(0).arguments());
        assertEquals(ToolMode.REQUIRED, asked.toolMode());
        assertEquals(99, asked.sampling().maxTokens());
        assertEquals(0.3, asked.sampling().temperature().getAsDouble());
        assertEquals(0.8, asked.sampling().topP().getAsDouble());
        assertEquals(List.of("X"), asked.sampling().stop());
        assertEquals(Json.parse("{\"top_k\":4}"), asked.extensions());
        assertEquals("Sent", response.aiMessage().text());
        assertEquals("hm", response.aiMessage().thinking());
        assertEquals(
                ToolExecutionRequest.builder()
                        .id("c2")
                        .name("sendMail")
                        .arguments("{\"to\":\"bob\"}")
                        .build(),
                response.aiMessage().toolExecutionRequests().get(0));
        assertEquals(dev.langchain4j.model.output.FinishReason.TOOL_EXECUTION, response.finishReason());
        assertEquals(11, response.tokenUsage().totalTokenCount());
        assertEquals("own-1", response.modelName());
    }

    @Test
    void chat_responseFormats_becomeOutputs() {
        OwnClient client = new OwnClient(
                true,
                (request, listener, cancel) ->
                        LlmResponse.builder("own").text("{}").build());
        JsonSchema schema = JsonSchema.builder()
                .name("Person")
                .rootElement(JsonObjectSchema.builder()
                        .addIntegerProperty("age")
                        .required("age")
                        .build())
                .build();
        try (ArkestraChatModel model = ArkestraChatModel.of(client)) {
            assertEquals(Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA), model.supportedCapabilities());
            model.chat(hello().responseFormat(ResponseFormat.builder()
                            .type(ResponseFormatType.JSON)
                            .jsonSchema(schema)
                            .build())
                    .build());
            model.chat(hello().responseFormat(ResponseFormat.JSON).build());
            model.chat(hello().build());
        }

        assertEquals(
                OutputSpec.json(
                        "Person",
                        Json.parse(
                                "{\"type\":\"object\",\"properties\":{\"age\":{\"type\":\"integer\"}},\"required\":[\"age\"]}")),
                client.requests.get(0).output());
        assertEquals(
                OutputSpec.json("answer", Json.parse("{\"type\":\"object\"}")),
                client.requests.get(1).output());
        assertEquals(OutputSpec.text(), client.requests.get(2).output());
        assertEquals(1024, client.requests.get(2).sampling().maxTokens());
    }

    @Test
    void chat_onlyToolCalls_hasNoText() {
        OwnClient client = new OwnClient(
                false,
                (request, listener, cancel) -> LlmResponse.builder("own")
                        .toolCalls(List.of(LlmToolCall.of("c", "send_mail", "{}")))
                        .build());
        try (ArkestraChatModel model = ArkestraChatModel.of(client)) {
            assertNull(model.chat(hello().toolSpecifications(SEND).build())
                    .aiMessage()
                    .text());
            assertEquals(Set.of(), model.supportedCapabilities());
        }
    }

    @ParameterizedTest
    @EnumSource(LlmException.Reason.class)
    void chat_failure_isLangChain4jsWithOursAsCause(LlmException.Reason reason) {
        LlmException failure = new LlmException(reason, "It went wrong");
        OwnClient client = new OwnClient(false, (request, listener, cancel) -> {
            throw failure;
        });
        try (ArkestraChatModel model = ArkestraChatModel.of(client)) {
            RuntimeException theirs = assertThrows(
                    dev.langchain4j.exception.LangChain4jException.class, () -> model.chat(hello().build()));

            assertSame(failure, theirs.getCause());
            assertEquals("It went wrong", theirs.getMessage());
            assertEquals(reason == LlmException.Reason.OVERLOADED, theirs instanceof RateLimitException);
        }
    }

    @Test
    void chat_whatAClientCannotCarry_isRefused() {
        OwnClient client = new OwnClient(
                false,
                (request, listener, cancel) ->
                        LlmResponse.builder("own").text("no").build());
        try (ArkestraChatModel model = ArkestraChatModel.of(client)) {
            ImageContent picture = ImageContent.from(
                    Image.builder().url("https://example.org/a.png").build());
            assertThrows(UnsupportedFeatureException.class, () -> model.chat(UserMessage.from(List.of(picture))));
            assertThrows(
                    UnsupportedFeatureException.class,
                    () -> model.chat(hello().modelName("another").build()));
            RuntimeException range = assertThrows(
                    InvalidRequestException.class,
                    () -> model.chat(hello().temperature(7.0).build()));
            assertTrue(range.getMessage().contains("temperature"));
            assertThrows(
                    InvalidRequestException.class,
                    () -> model.chat(ToolExecutionResultMessage.from((String) null, "sendMail", "orphan")));
            assertTrue(client.requests.isEmpty());
        }
    }
}
