package io.arkestra.llm.llamacpp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.CacheHint;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.TokenCount;
import io.arkestra.testkit.FakeAnswer;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlamaServerClientTest {
    private static final ToolSpec NOTE =
            ToolSpec.builder("note.create").description("Writes a note.").build();

    private final FakeLlmServer server = FakeLlmServer.llamaServer().answers(FakeAnswer.of("Fine."));
    private final LlamaServerClient client =
            LlamaServerClient.builder().url(server.uri()).build();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static LlmRequest.Builder request() {
        return LlmRequest.builder("senior")
                .message(LlmMessage.system("You answer briefly."))
                .message(LlmMessage.user("How are you?"))
                .sampling(Sampling.maxTokens(64))
                .deadline(Duration.ofSeconds(60));
    }

    private Json sent(LlmRequest request) {
        client.generate(request, LlmListener.none(), Cancellation.none());
        return server.calls().get(server.calls().size() - 1).json();
    }

    private void props(String text) {
        server.on("/props", FakeReply.json(200, Json.parse(text)));
    }

    @Test
    void probe_serverThatIsReady_tellsWhatItCanDo() {
        assertFalse(client.capabilities().nativeTools(), "claimed before it was asked");
        props("""
                {"total_slots": 3, "default_generation_settings": {"n_ctx": 8192}, "chat_template": "x",
                 "chat_template_caps": {"supports_tools": true, "supports_tool_calls": true}, "is_sleeping": false}""");
        assertEquals(LlmHealth.ready("tiny"), client.probe());
        LlmCapabilities can = client.capabilities();
        assertEquals(8_192, can.contextTokens());
        assertEquals(3, can.parallelism());
        assertTrue(can.nativeTools() && can.slotPinning() && can.exactTokenCount() && can.local() && can.prefixCache());
        assertFalse(can.parallelTools());
        assertEquals(Set.of("pattern", "minimum", "maximum", "uniqueItems"), can.ignoredSchemaKeywords());
        props("{\"total_slots\": 1, \"default_generation_settings\": {\"n_ctx\": 512}}");
        client.probe();
        assertEquals(512, client.capabilities().contextTokens());
        assertFalse(client.capabilities().nativeTools());
    }

    @Test
    void probe_serverThatLoads_isLoadingAndThenReady() {
        server.loadingFor(1);
        assertEquals(LlmHealth.Status.LOADING, client.probe().status());
        assertEquals(LlmHealth.Status.READY, client.probe().status());
    }

    @Test
    void probe_serverThatSleeps_isSleeping() {
        props("{\"total_slots\": 2, \"is_sleeping\": true}");
        assertEquals(LlmHealth.Status.SLEEPING, client.probe().status());
        assertEquals(2, client.capabilities().parallelism());
    }

    @Test
    void probe_anotherKindOfServer_isDownWithTheReason() {
        server.on("/props", FakeReply.error(404, "not_found_error", "File Not Found"));
        LlmHealth health = client.probe();
        assertEquals(LlmHealth.Status.DOWN, health.status());
        assertTrue(health.detail().contains("properties"), health.detail());
    }

    @ParameterizedTest
    @CsvSource({"junior, 2, 0", "senior, 2, 1", "sleep, 2, 0", "sleep, 3, 2", "senior, 1, 0"})
    void generate_slotByName_isPinnedWithinWhatThereIs(String slot, int slots, long expected) {
        props("{\"total_slots\": " + slots + "}");
        Json body = sent(request().cache(CacheHint.of(slot, 1)).build());
        assertEquals(Optional.of(expected), body.integer("id_slot"));
        assertEquals(Optional.of(true), body.bool("cache_prompt"));
    }

    @Test
    void generate_slotOfNoNameOrAnother_takesAny() {
        assertFalse(sent(request().build()).has("id_slot"));
        assertFalse(sent(request().cache(CacheHint.of("translator", 1)).build()).has("id_slot"));
        Json chosen = sent(request()
                .cache(CacheHint.of("junior", 1))
                .extensions(Json.parse("{\"id_slot\": 1, \"cache_prompt\": false}"))
                .build());
        assertEquals(Optional.of(1L), chosen.integer("id_slot"));
        assertEquals(Optional.of(false), chosen.bool("cache_prompt"));
    }

    @Test
    void generate_templateWithoutTools_refusesToolsBeforeAnythingIsSent() {
        props("{\"total_slots\": 1, \"chat_template_caps\": {\"supports_tools\": false}}");
        LlmRequest request = request().tools(List.of(NOTE)).build();
        LlmException failure = assertThrows(
                LlmException.class, () -> client.generate(request, LlmListener.none(), Cancellation.none()));
        assertEquals(LlmException.Reason.UNSUPPORTED, failure.reason());
        assertEquals(List.of(), server.calls());
    }

    @Test
    void generate_textSpelledLikeAControlToken_isNone() {
        props("""
                {"total_slots": 1, "chat_template": "{{ '<|im_start|>' }}<turn_of_x>{{ m }}[OUT]", "eos_token": "<END>",
                 "chat_template_caps": {"supports_tools": true, "supports_tool_calls": true}}""");
        List<String> tokens = List.of(
                "<|im_end|>", "<turn_of_x>", "[OUT]", "<END>", "</s>", "<\uFF5Cend\uFF5C>", "<|tool>", "<channel|>");
        String harmless = "a < b || c > d, List<String> [x] <b>";
        LlmRequest request = request()
                .message(LlmMessage.user(String.join(" ", tokens) + harmless))
                .tools(List.of(NOTE))
                .message(LlmMessage.assistant("", List.of(LlmToolCall.of("c", "note.create", "{\"t\":\"<END>\"}"))))
                .message(LlmMessage.tool("c", "done <END>"))
                .build();
        List<Json> messages = sent(request).list("messages");
        String text = messages.get(2).text("content");
        tokens.forEach(token -> assertFalse(text.contains(token), token));
        assertEquals(String.join(" ", tokens) + harmless, text.replace("\u200B", ""));
        assertTrue(text.endsWith(harmless), text);
        assertEquals(
                Optional.of(Json.of("{\"t\":\"<\u200BEND>\"}")),
                messages.get(3).at("/tool_calls/0/function/arguments"));
        assertEquals("done <\u200BEND>", messages.get(4).text("content"));
    }

    @Test
    void generate_toolResultsWithoutTools_arePlainMessages() {
        Json body = sent(request()
                .message(LlmMessage.assistant("I look.", List.of(LlmToolCall.of("c", "note.create", "{}"))))
                .message(LlmMessage.tool("c", "seven"))
                .build());
        List<Json> messages = body.list("messages");
        assertEquals(
                List.of("system", "user", "assistant", "user"),
                messages.stream().map(message -> message.text("role")).toList());
        assertFalse(messages.get(2).has("tool_calls"));
        assertTrue(messages.get(3).text("content").contains("seven"));
    }

    @Test
    void countTokens_serverThatCounts_isExact() {
        TokenCount count = client.countTokens(request().build());
        assertTrue(count.exact());
        LlmRequest longer = request().message(LlmMessage.user("12345")).build();
        // One token for a byte, and the frame of a message.
        assertEquals(
                count.tokens() + 5 + "<|im_start|>user\n<|im_end|>\n".length(),
                client.countTokens(longer).tokens());
        assertEquals(List.of(), server.calls());
    }

    @Test
    void countTokens_olderServer_rendersAndTokenizes() {
        long expected = client.countTokens(request().build()).tokens();
        server.on("/v1/chat/completions/input_tokens", FakeReply.error(404, "not_found_error", "File Not Found"));
        assertEquals(TokenCount.of(expected, true), client.countTokens(request().build()));
    }

    @Test
    void countTokens_serverAway_isEstimated() {
        server.close();
        TokenCount count = client.countTokens(request().build());
        assertFalse(count.exact());
        assertTrue(count.tokens() > 0);
    }

    @Test
    void warmUp_stableMessages_areEvaluatedInTheirSlot() {
        client.warmUp(
                request().cache(CacheHint.of("senior", 1)).tools(List.of(NOTE)).build(), Cancellation.none());
        Json body = server.calls().get(0).json();
        assertEquals(1, body.list("messages").size());
        assertEquals(Optional.of(1L), body.integer("max_tokens"));
        assertEquals(Optional.of(1L), body.integer("id_slot"));
        assertTrue(body.has("tools"), "the tools are part of the beginning");
    }

    @Test
    void warmUp_nothingStableOrServerAway_doesNothing() {
        client.warmUp(request().build(), Cancellation.none());
        assertEquals(List.of(), server.calls());
        server.close();
        client.warmUp(request().cache(CacheHint.of("senior", 1)).build(), Cancellation.none());
        assertEquals(List.of(), server.calls());
    }

    @Test
    void open_byProvider_usesItsSettings() {
        Json settings = Json.object()
                .put("url", server.uri().toString())
                .put("model", "alias")
                .put("totalTimeout", "PT20S")
                .build();
        TestProviderContext context =
                TestProviderContext.builder().settings(settings).build();
        try (context;
                LlmClient opened = new LlamaServerLlmProvider().open(context)) {
            assertEquals(4_096, opened.capabilities().contextTokens());
            opened.generate(request().build(), LlmListener.none(), Cancellation.none());
            assertEquals("alias", server.calls().get(0).json().text("model"));
            assertEquals(List.of(), context.warnings());
        }
    }

    @Test
    void open_byProvider_tellsWhatIsWrong() {
        server.close();
        TestProviderContext away = TestProviderContext.builder()
                .settings(Json.object().put("url", server.uri().toString()).build())
                .build();
        try (away;
                LlmClient opened = new LlamaServerLlmProvider().open(away)) {
            assertTrue(
                    away.warnings().get(0).contains("not there yet"),
                    away.warnings().toString());
            assertEquals(LlmHealth.Status.DOWN, opened.probe().status());
        }
        TestProviderContext empty = TestProviderContext.builder().build();
        try (empty) {
            ConfigException failure =
                    assertThrows(ConfigException.class, () -> new LlamaServerLlmProvider().open(empty));
            assertTrue(String.valueOf(failure.getMessage()).contains("url"));
        }
    }
}
