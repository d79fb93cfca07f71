package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlmTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "offline | offline | {}",
                "script:answers.jsonl | script | {\"file\":\"answers.jsonl\"}",
                "gguf:C:/models/a.gguf | gguf | {\"model\":\"C:/models/a.gguf\"}",
                "gguf:a.gguf?contextTokens=8192&runtime=jni&x=true | gguf | {\"model\":\"a.gguf\",\"contextTokens\":8192,\"runtime\":\"jni\",\"x\":true}",
                "ollama:qwen3:4b | ollama | {\"model\":\"qwen3:4b\"}",
                "openai:gpt-5-mini | openai | {\"model\":\"gpt-5-mini\"}",
                "http://127.0.0.1:8080 | llama-server | {\"url\":\"http://127.0.0.1:8080\"}",
                "https://models.example.org/x | llama-server | {\"url\":\"https://models.example.org/x\"}",
            })
    void parse_shortForm_namesProviderAndSettings(String text, String provider, String settings) {
        Llm llm = Llm.parse(text);

        assertEquals(provider, llm.provider());
        assertEquals(Json.parse(settings), llm.settings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gguf", "gguf:", "unknown:x", "Offline", "ftp://x"})
    void parse_somethingElse_tellsWhatIsExpected(String text) {
        ConfigException failure = assertThrows(ConfigException.class, () -> Llm.parse(text));

        assertTrue(String.valueOf(failure.getMessage()).contains("gguf:PATH"), failure.getMessage());
    }

    @Test
    void factories_giveWhatTheShortFormsGive() {
        assertEquals(Llm.parse("ollama:a").settings(), Llm.ollama("a").settings());
        assertEquals(Llm.parse("openai:a").settings(), Llm.openAi("a").settings());
        assertEquals(
                Llm.parse("http://localhost:1").settings(),
                Llm.llamaServer(URI.create("http://localhost:1")).settings());
        assertEquals(
                Path.of("a.gguf").toString(),
                Llm.gguf(Path.of("a.gguf")).settings().text("model"));
    }

    @Test
    void with_addsASettingAndKeepsTheOthers() {
        Llm llm = Llm.openAi("a").with("baseUrl", "http://localhost:1").with(Llm.TIER, 3);

        assertEquals(Json.parse("{\"model\":\"a\",\"baseUrl\":\"http://localhost:1\",\"tier\":3}"), llm.settings());
    }

    @Test
    void parse_settingWithoutAValue_namesIt() {
        ConfigException failure = assertThrows(ConfigException.class, () -> Llm.parse("gguf:a.gguf?threads"));
        assertTrue(String.valueOf(failure.getMessage()).contains("'threads'"), failure.getMessage());
    }
}
