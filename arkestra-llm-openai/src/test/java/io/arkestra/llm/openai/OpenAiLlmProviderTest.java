package io.arkestra.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.spi.SettingKey;
import io.arkestra.testkit.TestProviderContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiLlmProviderTest {
    private final OpenAiLlmProvider provider = new OpenAiLlmProvider(
            name -> name.equals("OPENAI_API_KEY") ? Optional.of("a-key-for-tests") : Optional.empty());

    private OpenAiClient open(TestProviderContext context) {
        return (OpenAiClient) provider.open(context);
    }

    private static TestProviderContext context(String settings) {
        return TestProviderContext.builder().settings(Json.parse(settings)).build();
    }

    @Test
    void loader_findsTheProvider() {
        List<String> ids = ServiceLoader.load(LlmClientProvider.class).stream()
                .map(found -> found.get().id())
                .toList();
        assertEquals(List.of("openai"), ids);
    }

    @Test
    void settings_keyIsSecret() {
        List<String> secret = provider.settings().keys().stream()
                .filter(SettingKey::secret)
                .map(SettingKey::name)
                .toList();
        assertEquals(List.of("apiKey"), secret);
    }

    @Test
    void open_modelAlone_isOpenAi() {
        try (OpenAiClient client = open(context("{\"model\":\"some-model\"}"))) {
            assertEquals("https://api.openai.com/v1/", client.endpoint().base().toString());
            assertFalse(client.capabilities().local());
            assertFalse(client.capabilities().reasoning());
            assertEquals(128_000, client.capabilities().contextTokens());
        }
    }

    @Test
    void open_modelThatReasons_isSpokenToAsSuch() {
        for (String model : List.of("gpt-5-mini", "o3", "o4-mini")) {
            try (OpenAiClient client = open(context("{\"model\":\"" + model + "\"}"))) {
                assertTrue(client.capabilities().reasoning(), model);
                assertTrue(client.body(OpenAiCalls.request().build()).has("max_completion_tokens"), model);
            }
        }
    }

    @Test
    void open_everySetting_isUsed() {
        try (OpenAiClient client = open(context("""
                {"dialect": "llama-server", "baseUrl": "http://localhost:9000", "contextTokens": 2048,
                 "proxy": "http://127.0.0.1:3128", "connectTimeout": "PT1S", "firstTokenTimeout": "PT2S",
                 "idleTimeout": "PT3S", "totalTimeout": "PT4S"}"""))) {
            assertEquals("http://localhost:9000/v1/", client.endpoint().base().toString());
            assertTrue(client.capabilities().local());
            assertEquals(2_048, client.capabilities().contextTokens());
            assertEquals(
                    Deadlines.standard()
                            .connect(Duration.ofSeconds(1))
                            .firstToken(Duration.ofSeconds(2))
                            .idle(Duration.ofSeconds(3))
                            .total(Duration.ofSeconds(4)),
                    client.endpoint().deadlines());
        }
    }

    @Test
    void open_modelInTheCloudBehindALocalServer_isNotLocal() {
        try (LlmClient here = open(context("{\"dialect\":\"ollama\",\"model\":\"qwen3:8b\"}"));
                LlmClient elsewhere = open(context("{\"dialect\":\"ollama\",\"model\":\"big:120b-cloud\"}"));
                LlmClient lan =
                        open(context("{\"dialect\":\"vllm\",\"model\":\"m\",\"baseUrl\":\"http://10.0.0.7/v1\"}"))) {
            assertTrue(here.capabilities().local());
            assertFalse(elsewhere.capabilities().local());
            assertFalse(lan.capabilities().local());
        }
    }

    @Test
    void open_keyOverTheNetworkWithoutEncryption_warns() {
        TestProviderContext context =
                context("{\"model\":\"m\",\"baseUrl\":\"http://10.0.0.7/v1\",\"apiKey\":\"env://OPENAI_API_KEY\"}");
        open(context).close();
        assertEquals(1, context.warnings().size());
        assertFalse(context.warnings().get(0).contains("a-key-for-tests"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"model\":\"m\",\"dialect\":\"klingon\"}",
                "{\"model\":\"m\",\"baseUrl\":\"ftp://host/v1\"}",
                "{\"model\":\"m\",\"baseUrl\":\"localhost:8080\"}",
                "{\"model\":\"m\",\"baseUrl\":\"http://bad host/\"}",
                "{\"model\":\"m\",\"contextTokens\":0}",
                "{\"model\":\"m\",\"contextTokens\":99999999999}",
                "{\"model\":\"m\",\"proxy\":\"socks://h:1\"}",
                "{\"model\":\"m\",\"idleTimeout\":\"PT0S\"}",
            })
    void open_wrongSetting_isAConfigError(String settings) {
        assertThrows(ConfigException.class, () -> open(context(settings)));
    }
}
