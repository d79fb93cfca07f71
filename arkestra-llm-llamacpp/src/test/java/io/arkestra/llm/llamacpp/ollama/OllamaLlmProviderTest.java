package io.arkestra.llm.llamacpp.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.testkit.FakeAnswer;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.TestProviderContext;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaLlmProviderTest {
    private static TestProviderContext context(Json settings) {
        return TestProviderContext.builder().settings(settings).build();
    }

    @Test
    void open_withoutAnAddress_usesOllamaHost() {
        try (FakeLlmServer server = FakeLlmServer.ollama().answers(FakeAnswer.of("Fine."));
                TestProviderContext context = context(Json.parse("{\"model\":\"tiny\",\"keepAlive\":\"PT30S\"}"))) {
            String host = "0.0.0.0:" + server.uri().getPort();
            OllamaLlmProvider provider =
                    new OllamaLlmProvider(name -> name.equals("OLLAMA_HOST") ? Optional.of(host) : Optional.empty());
            try (LlmClient client = provider.open(context)) {
                LlmRequest request = LlmRequest.builder("junior")
                        .message(LlmMessage.user("Hi"))
                        .build();
                assertEquals(
                        "Fine.",
                        client.generate(request, LlmListener.none(), Cancellation.none())
                                .text());
                assertTrue(client.capabilities().nativeTools());
                assertTrue(client.capabilities().local());
            }
            assertEquals(Optional.of(30L), server.calls().get(0).json().integer("keep_alive"));
        }
    }

    @Test
    void open_modelMissing_opensAndWarnsWithTheCommand() {
        try (FakeLlmServer server = FakeLlmServer.ollama();
                TestProviderContext context = context(Json.object()
                        .put("model", "other")
                        .put("baseUrl", server.uri().toString())
                        .build());
                LlmClient client = new OllamaLlmProvider().open(context)) {
            assertFalse(client.capabilities().nativeTools());
            assertTrue(context.warnings().get(0).contains("ollama pull other"), context.warnings()::toString);
        }
    }

    @Test
    void generate_wrongKey_isAnAuthenticationErrorWithoutTheKey() {
        try (FakeLlmServer server = FakeLlmServer.ollama().apiKey("right");
                OllamaClient client = OllamaClient.builder()
                        .url(server.uri())
                        .model("tiny")
                        .apiKey(() -> Optional.of("sesame-12345"))
                        .build()) {
            LlmRequest request =
                    LlmRequest.builder("junior").message(LlmMessage.user("Hi")).build();
            LlmException failure = assertThrows(
                    LlmException.class, () -> client.generate(request, LlmListener.none(), Cancellation.none()));
            assertEquals(LlmException.Reason.AUTHENTICATION, failure.reason());
            assertFalse(String.valueOf(failure.getMessage()).contains("sesame"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:11434, http://127.0.0.1:11434, true",
        "localhost, http://localhost:11434, true",
        ":9000, http://127.0.0.1:9000, true",
        "0.0.0.0, http://127.0.0.1:11434, true",
        "http://box:11434/, http://box:11434, false",
        "https://ollama.example.com/x, https://ollama.example.com/x, false"
    })
    void address_asOllamaHostMayBe_isRead(String text, String address, boolean loopback) {
        OllamaAddress read = OllamaAddress.of("OLLAMA_HOST", text);
        assertEquals(address, read.toString());
        assertEquals(loopback, read.loopback());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://user:sesame@box:1", "ftp://box", "http://", "a b"})
    void address_thatIsNone_isRefusedWithoutShowingIt(String text) {
        ConfigException failure = assertThrows(ConfigException.class, () -> OllamaAddress.of("OLLAMA_HOST", text));
        assertFalse(String.valueOf(failure.getMessage()).contains("sesame"));
    }

    @Test
    void serviceLoader_findsIt() {
        assertTrue(ServiceLoader.load(LlmClientProvider.class).stream()
                .anyMatch(provider -> provider.type() == OllamaLlmProvider.class));
    }
}
