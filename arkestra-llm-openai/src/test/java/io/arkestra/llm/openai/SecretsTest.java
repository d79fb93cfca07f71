package io.arkestra.llm.openai;

import static io.arkestra.llm.openai.OpenAiCalls.ask;
import static io.arkestra.llm.openai.OpenAiCalls.client;
import static io.arkestra.llm.openai.OpenAiCalls.failure;
import static io.arkestra.llm.openai.OpenAiCalls.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmHealth;
import io.arkestra.testkit.FakeAnswer;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import io.arkestra.testkit.TestProviderContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key goes to the server and shows nowhere. */
class SecretsTest {
    private static final String KEY = "sk-Kx81-not-a-real-key-55yQ";
    private static final String HEADER = "gateway-token-7731";

    private final FakeLlmServer server = FakeLlmServer.openAi().apiKey(KEY);
    private final OpenAiClient client = client(server)
            .apiKey(() -> Optional.of(KEY))
            .header("X-Gateway", HEADER)
            .build();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private static String everything(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    private static void assertHidden(String text) {
        assertFalse(text.contains(KEY), text);
        assertFalse(text.contains(HEADER), text);
    }

    @Test
    void generate_rightKey_isSent() {
        server.answers(FakeAnswer.of("Fine."));
        assertEquals("Fine.", ask(client).text());
        assertEquals(Optional.of("Bearer " + KEY), server.calls().get(0).header("authorization"));
        assertEquals(Optional.of(HEADER), server.calls().get(0).header("x-gateway"));
    }

    @Test
    void generate_serverRepeatsTheSecrets_hidesThem() {
        String echo = "Incorrect API key provided: " + KEY + " with " + HEADER + ".";
        List<FakeReply> replies = List.of(
                FakeReply.error(401, "invalid_request_error", echo),
                FakeReply.text(500, "text/html", echo),
                FakeReply.text(400, "text/plain", "x".repeat(490) + echo),
                FakeReply.text(200, "application/json", "{" + echo),
                FakeReply.status(302).header("Location", "http://elsewhere/?key=" + KEY),
                FakeReply.json(
                        400,
                        Json.parse(
                                "{\"error\":{\"type\":\"exceed_context_size_error\",\"message\":\"" + echo + "\"}}")),
                FakeReply.events().event(text("One, ")).event("{\"error\":{\"message\":\"" + echo + "\"}}"),
                FakeReply.events().event("no json: " + echo));
        for (FakeReply reply : replies) {
            server.next(reply);
            assertHidden(everything(failure(client)));
        }
        assertEquals(replies.size(), server.calls().size());
    }

    @Test
    void generate_errorCutInTheMiddleOfTheKey_showsNoPartOfIt() {
        for (int before = 460; before < 500; before += 3) {
            server.next(FakeReply.text(400, "text/plain", "x".repeat(before) + KEY));
            assertFalse(failure(client).getMessage().contains(KEY.substring(0, 6)));
        }
    }

    @Test
    void descriptions_holdNoSecret() {
        server.on("/v1/models", FakeReply.error(401, "invalid_request_error", "not " + KEY + " nor " + HEADER));
        LlmHealth health = client.probe();
        assertEquals(LlmHealth.Status.DOWN, health.status());
        assertHidden(client + " " + client.endpoint() + " " + health + " " + client.capabilities());
        assertHidden(new OpenAiEmbeddings(client.endpoint(), "m").toString());
    }

    @Test
    void generate_embeddingsAndOtherCalls_hideThemToo() {
        server.on("/v1/embeddings", FakeReply.text(200, "application/json", "{" + KEY));
        assertHidden(everything(assertThrows(
                ArkestraException.class,
                () -> new OpenAiEmbeddings(client.endpoint(), "m")
                        .embed(
                                List.of("a"),
                                io.arkestra.llm.Deadlines.standard(),
                                io.arkestra.common.Cancellation.none()))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines-of-a-key", "blank in-the-key", "ключ-not-ascii"})
    void generate_keyThatCannotBeSent_isRefusedWithoutShowingIt(String key) {
        try (OpenAiClient odd = client(server).apiKey(() -> Optional.of(key)).build()) {
            ConfigException failure = assertThrows(ConfigException.class, () -> ask(odd));
            assertFalse(everything(failure).contains("key-"), everything(failure));
            assertFalse(everything(failure).contains(key));
            assertEquals(0, server.requests().size());
        }
    }

    @Test
    void generate_keyChanges_theNewOneIsUsed() {
        AtomicReference<String> key = new AtomicReference<>("first-key-000");
        try (OpenAiClient rotating =
                client(server).apiKey(() -> Optional.of(key.get())).build()) {
            server.answers(FakeAnswer.of("Fine."));
            failure(rotating);
            key.set(KEY + "\n");
            assertEquals("Fine.", ask(rotating).text());
        }
    }

    @Test
    void build_credentialsInTheAddress_areRefusedWithoutShowingThem() {
        for (String address : new String[] {"http://user:" + KEY + "@host/v1", "https://host/v1?key=" + KEY}) {
            OpenAiClient.Builder builder = OpenAiClient.builder().model("m").baseUrl(URI.create(address));
            assertHidden(everything(assertThrows(ConfigException.class, builder::build)));
        }
        assertHidden(everything(assertThrows(
                ConfigException.class,
                () -> OpenAiClient.builder().proxy(URI.create("http://user:" + KEY + "@proxy:8080")))));
        OpenAiClient.Builder odd = client(server).header("X-Odd", HEADER + "\r\nInjected: yes");
        assertHidden(everything(assertThrows(ConfigException.class, odd::build)));
    }

    // ---- the provider's handles

    private OpenAiClient open(Json settings, String variable) {
        OpenAiLlmProvider provider =
                new OpenAiLlmProvider(name -> name.equals("MY_KEY") || name.equals("OPENAI_API_KEY")
                        ? Optional.of(variable).filter(value -> !value.isEmpty())
                        : Optional.empty());
        return (OpenAiClient)
                provider.open(TestProviderContext.builder().settings(settings).build());
    }

    private Json settings(String apiKey) {
        return Json.object()
                .put("model", "fake-model")
                .put("baseUrl", server.uri().toString())
                .put("apiKey", apiKey)
                .build();
    }

    @Test
    void open_keyInAVariable_isRead() {
        server.answers(FakeAnswer.of("Fine."));
        try (OpenAiClient opened = open(settings("env://MY_KEY"), KEY)) {
            assertEquals("Fine.", ask(opened).text());
            assertHidden(opened.toString());
        }
    }

    @Test
    void open_keyInAFile_isReadEachTime(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("key"), "old-key-000\n");
        server.answers(FakeAnswer.of("Fine."));
        try (OpenAiClient opened = open(settings("file:" + file), "")) {
            failure(opened);
            Files.writeString(file, KEY + "\n");
            assertEquals("Fine.", ask(opened).text());
        }
        try (OpenAiClient opened = open(settings(file.toUri().toString()), "")) {
            assertEquals("Fine.", ask(opened).text());
        }
    }

    @Test
    void open_keyItself_isRefusedWithoutShowingIt() {
        List<String> literal = new ArrayList<>(List.of(KEY, "env:" + KEY, "env://" + KEY, "", "http://" + KEY));
        for (String handle : literal) {
            ConfigException failure = assertThrows(ConfigException.class, () -> open(settings(handle), KEY));
            assertHidden(everything(failure));
            assertTrue(failure.getMessage().startsWith("apiKey "), failure.getMessage());
        }
        Json number = settings("env://MY_KEY").with("apiKey", Json.of(7_731_001L));
        ConfigException failure = assertThrows(ConfigException.class, () -> open(number, KEY));
        assertFalse(everything(failure).contains("7731001"));
    }

    @Test
    void open_keyMissing_saysWhere(@TempDir Path directory) throws Exception {
        ConfigException variable = assertThrows(ConfigException.class, () -> open(settings("env://MY_KEY"), ""));
        assertTrue(variable.getMessage().contains("MY_KEY"), variable.getMessage());
        Path file = directory.resolve("none");
        ConfigException missing = assertThrows(ConfigException.class, () -> open(settings("file:" + file), ""));
        assertTrue(missing.getMessage().contains(file.toString()), missing.getMessage());
        Files.writeString(file, "\n");
        assertThrows(ConfigException.class, () -> open(settings("file:" + file), ""));
        Files.writeString(file, "k".repeat(9_000));
        assertThrows(ConfigException.class, () -> open(settings("file:" + file), ""));
        // OpenAI itself needs one.
        assertThrows(
                ConfigException.class,
                () -> open(Json.object().put("model", "m").build(), ""));
    }
}
