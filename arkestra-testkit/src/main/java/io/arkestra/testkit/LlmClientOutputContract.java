package io.arkestra.testkit;

import static io.arkestra.testkit.RunningCall.LONG;
import static io.arkestra.testkit.RunningCall.need;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.OutputSpec;
import io.arkestra.tool.ToolSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What an answer may be asked to be: part of {@link LlmClientContract}. */
interface LlmClientOutputContract extends LlmClientSubject {
    /** A document with a text and a number. */
    Json SCHEMA = Json.parse("""
            {"type": "object",
             "properties": {"text": {"type": "string", "maxLength": 200}, "count": {"type": "integer"}},
             "required": ["text", "count"],
             "additionalProperties": false}""");

    String DOCUMENT = "{\"text\": \"Привет, 😀\", \"count\": 3}";

    ToolSpec NOTE = ToolSpec.builder("note.create")
            .description("Writes a note.")
            .arguments(Json.parse("""
                            {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"],
                             "additionalProperties": false}"""))
            .build();

    @Test
    default void generate_schema_answersADocument() throws Exception {
        try (LlmClient client = need(structured(SCHEMA, DOCUMENT), "answering a document")) {
            RunningCall call = RunningCall.start(
                    client,
                    request().output(OutputSpec.json("greeting", SCHEMA)).build());
            LlmResponse response = call.response();
            assertEquals(response.text(), call.heard.text());
            Json document = Json.parse(response.text());
            assertEquals(Json.parse(DOCUMENT), document);
            if (client.capabilities().jsonSchema()) {
                assertEquals(OutputQuality.CONSTRAINED, response.quality());
                assertEquals(Optional.of(document), response.json());
            } else {
                assertEquals(OutputQuality.RAW, response.quality());
            }
        }
    }

    @Test
    default void generate_tools_areAskedForByTheirOwnNames() throws Exception {
        List<LlmToolCall> wanted = List.of(
                LlmToolCall.of("call-1", "note.create", "{\"title\":\"Молоко 🥛\"}"),
                LlmToolCall.of("call-2", "note.create", "{\"title\":\"Bread\"}"));
        boolean parallel;
        try (LlmClient client = need(callingTools(wanted.subList(0, 1)), "asking for tools")) {
            assumeTrue(client.capabilities().nativeTools(), "the client does not claim tools of its own protocol");
            parallel = client.capabilities().parallelTools();
            assertToolCalls(client, wanted.subList(0, 1));
        }
        if (parallel) {
            try (LlmClient client = need(callingTools(wanted), "asking for two tools")) {
                assertToolCalls(client, wanted);
            }
        }
    }

    private void assertToolCalls(LlmClient client, List<LlmToolCall> wanted) throws Exception {
        RunningCall call =
                RunningCall.start(client, request().tools(List.of(NOTE)).build());
        LlmResponse response = call.response();
        assertEquals(FinishReason.TOOL_CALLS, response.finish());
        List<String> names =
                response.toolCalls().stream().map(LlmToolCall::name).toList();
        List<Json> arguments = response.toolCalls().stream()
                .map(LlmToolCall::arguments)
                .map(Json::parse)
                .toList();
        assertEquals(wanted.stream().map(LlmToolCall::name).toList(), names);
        assertEquals(
                wanted.stream().map(LlmToolCall::arguments).map(Json::parse).toList(), arguments);
        HashSet<String> ids = new HashSet<>();
        response.toolCalls().forEach(tool -> ids.add(tool.id()));
        assertEquals(wanted.size(), ids.size(), "ids are not unique");
        assertFalse(ids.contains(""), "a call has no id");
        assertEquals(names, call.heard.toolNames());
        assertEquals(response.toolCalls().stream().map(LlmToolCall::arguments).toList(), call.heard.toolArguments());
    }

    @Test
    default void generate_afterTools_answersFromTheirResults() throws Exception {
        try (LlmClient client = need(answering("Noted."), "answering a text")) {
            assumeTrue(client.capabilities().nativeTools(), "the client does not claim tools of its own protocol");
            LlmToolCall asked = LlmToolCall.of("call-1", "note.create", "{\"title\":\"Milk\"}");
            LlmResponse response = RunningCall.start(
                            client,
                            request()
                                    .tools(List.of(NOTE))
                                    .message(LlmMessage.assistant("", List.of(asked)))
                                    .message(LlmMessage.tool("call-1", "{\"id\":7}"))
                                    .build())
                    .response();
            assertEquals("Noted.", response.text());
        }
    }

    @Test
    default void generate_toolsNotClaimed_areRefusedBeforeAnythingIsSent() throws Exception {
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            assumeTrue(!client.capabilities().nativeTools(), "the client claims tools of its own protocol");
            assertRefused(
                    RunningCall.start(client, request().tools(List.of(NOTE)).build()));
        }
    }

    @Test
    default void generate_unknownForm_isRefusedBeforeAnythingIsSent() throws Exception {
        record Poem() implements OutputSpec {}
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            assertRefused(RunningCall.start(client, request().output(new Poem()).build()));
        }
    }

    private void assertRefused(RunningCall call) throws Exception {
        LlmException failure = call.failure(LlmException.class, LONG);
        assertEquals(LlmException.Reason.UNSUPPORTED, failure.reason(), failure.getMessage());
        OptionalLong received = callsReceived();
        assertTrue(received.isEmpty() || received.getAsLong() == 0, "a refused call reached the backend");
    }

    @Test
    default void generate_promptTooLong_isAContextOverflow() throws Exception {
        try (LlmClient client = need(overflowing(), "a prompt that is too long")) {
            ContextOverflow failure =
                    RunningCall.start(client, request().build()).failure(ContextOverflow.class, LONG);
            assertFalse(failure.retryable());
        }
    }
}
