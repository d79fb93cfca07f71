package io.arkestra.spi.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.spi.Provider;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderSettingsTest {
    private static final Provider PROVIDER = new Provider() {
        @Override
        public String id() {
            return "demo";
        }

        @Override
        public SettingsSpec settings() {
            return SettingsSpec.none()
                    .with(SettingKey.required("file", SettingKey.Type.PATH, "Where the answers are"))
                    .with(SettingKey.optional("tries", SettingKey.Type.INTEGER, "3", "How often"))
                    .with(SettingKey.optional("heat", SettingKey.Type.DECIMAL, "0.7", "How wild"))
                    .with(SettingKey.optional("strict", SettingKey.Type.BOOLEAN, "false", "How strict"))
                    .with(SettingKey.optional("timeout", SettingKey.Type.DURATION, "PT30S", "How long"))
                    .with(SettingKey.optional("mode", SettingKey.Type.STRING, "fast", "How")
                            .oneOf("fast", "exact"))
                    .with(SettingKey.optional("token", SettingKey.Type.STRING, "none", "Who")
                            .asSecret());
        }
    };

    @Test
    void check_goodSettings_areReadable() {
        Settings settings = ProviderSettings.check(
                PROVIDER,
                "llm.senior",
                Json.parse(
                        "{\"file\": \"a.jsonl\", \"tries\": 5, \"timeout\": \"PT1S\", \"mode\": \"exact\", \"heat\": 1}"));

        assertEquals(Optional.of(5L), settings.integer("tries"));
        assertEquals(Optional.of(Duration.ofSeconds(1)), settings.duration("timeout"));
        assertEquals(Optional.empty(), settings.bool("strict"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"file\": \"a\", \"trys\": 1} | 'llm.senior.trys' is not a setting of provider 'demo'; allowed: file, tries, heat, strict, timeout, mode, token (did you mean 'tries'?)",
                "{} | 'llm.senior.file' is missing; expected a file path: Where the answers are",
                "{\"file\": \"a\", \"tries\": 1.5} | 'llm.senior.tries' is 1.5; expected a whole number",
                "{\"file\": \"a\", \"tries\": 1e30} | 'llm.senior.tries' is 1e+30; expected a whole number",
                "{\"file\": \"a\\u0000b\"} | 'llm.senior.file' is \"a\\u0000b\"; expected a file path",
                "{\"file\": \"a\", \"heat\": \"1\"} | 'llm.senior.heat' is \"1\"; expected a number",
                "{\"file\": \"a\", \"strict\": 1} | 'llm.senior.strict' is 1; expected true or false",
                "{\"file\": \"a\", \"timeout\": \"30s\"} | 'llm.senior.timeout' is \"30s\"; expected an ISO 8601 duration such as PT30S",
                "{\"file\": \"a\", \"mode\": \"slow\"} | 'llm.senior.mode' is \"slow\"; expected one of fast, exact",
                "{\"file\": \"a\", \"token\": 4711} | 'llm.senior.token' is (secret); expected a text",
                "[] | llm.senior: the settings of provider 'demo' are []; expected keys with values",
            })
    void check_badSettings_nameKeyAndWhatIsAllowed(String values, String expected) {
        String message = assertThrows(
                        ConfigException.class, () -> ProviderSettings.check(PROVIDER, "llm.senior", Json.parse(values)))
                .getMessage();

        assertEquals(expected, message);
    }

    @Test
    void check_severalProblems_areAllTold() {
        String message = assertThrows(
                        ConfigException.class,
                        () -> ProviderSettings.check(
                                PROVIDER, "x", Json.parse("{\"tries\": true, \"token\": false, \"z\": 1}")))
                .getMessage();

        assertEquals(4, message.lines().count());
        assertFalse(message.contains("is false"), message);
    }
}
