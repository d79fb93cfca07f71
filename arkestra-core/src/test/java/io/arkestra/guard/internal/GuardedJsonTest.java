package io.arkestra.guard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.arkestra.common.Json;
import io.arkestra.guard.GuardContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedJsonTest {
    private static final GuardContext TO_STORE = GuardContext.of(GuardContext.Direction.TO_STORE);

    private final PatternGuard guard = new PatternGuard();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"password\":\"Tr0ub4dor&3x\"} | {\"password\":\"***\"}",
                "{\"passwords\":[\"Tr0ub4dor&3x\"]} | {\"passwords\":[\"***\"]}",
                "{\"passwords\":[[\"Tr0ub4dor&3x\"]]} | {\"passwords\":[[\"***\"]]}",
                "{\"wifi password\":\"Tr0ub4dor&3x\"} | {\"wifi password\":\"***\"}",
                "{\"pin\":471148} | {\"pin\":\"***\"}",
                "{\"card_pin\":\"4711\"} | {\"card_pin\":\"***\"}",
                "{\"pins\":[\"x\"],\"cvv\":[123]} | {\"pins\":[\"x\"],\"cvv\":[\"***\"]}",
                "{\"api_key\":\"9f8Ka72LmQ0z81Xc5v\"} | {\"api_key\":\"***\"}",
                "{\"apiKey\":\"9f8Ka72LmQ0z81Xc5v\"} | {\"apiKey\":\"***\"}",
                "{\"token\":\"9f8Ka72LmQ0z81Xc5v\"} | {\"token\":\"***\"}",
                "{\"tokens\":[\"9f8Ka72LmQ0z81Xc5v\"]} | {\"tokens\":[\"***\"]}",
                "{\"secret\":\"9f8Ka72LmQ0z81Xc5v\"} | {\"secret\":\"***\"}",
                "{\"client_secret\":\"9f8Ka72LmQ0z81Xc5v\"} | {\"client_secret\":\"***\"}",
                "{\"credential\":\"9f8Ka72LmQ0z81Xc5v\"} | {\"credential\":\"***\"}",
                "{\"токен\":\"9f8Ka72LmQ0z81Xc5v\"} | {\"токен\":\"***\"}",
                "{\"ключ\":\"9f8Ka72LmQ0z81Xc5v\"} | {\"ключ\":\"***\"}",
                "{\"пароль от почты\":\"Zima-Leto75\"} | {\"пароль от почты\":\"***\"}",
                "{\"arguments\":\"{\\\"passwords\\\":[\\\"Tr0ub4dor&3x\\\"]}\"} | {\"arguments\":\"{\\\"passwords\\\":[\\\"***\\\"]}\"}",
            })
    void of_secretUnderAKey_isMasked(String json, String expected) {
        assertEquals(Json.parse(expected), GuardedJson.of(guard, Json.parse(json), TO_STORE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"token_count\":12345678901234567,\"tokens\":4711}",
                "{\"token_type\":\"bearer\",\"tokenizer\":\"cl100k_base_2024_v12\"}",
                "{\"keyword\":\"fjord4711\",\"keywords\":[\"fjord\",\"route 66\"]}",
                "{\"ключевые\":[\"фьорд\",\"трасса66\"],\"ключевые слова\":\"фьорд\"}",
                "{\"key\":\"9f8Ka72LmQ0z81Xc5v\",\"id\":\"9f8Ka72LmQ0z81Xc5v\"}",
                "{\"secret_id\":\"550e8400-e29b-41d4-a716-446655440000\",\"pinned\":4711,\"spin\":4711}",
                "{\"password\":\"\",\"secret\":\"none\",\"token\":null,\"passing\":true}",
                "{\"arguments\":\"{ \\\"city\\\" : \\\"Oslo\\\" }\",\"text\":\"{broken\"}",
            })
    void of_ordinaryValues_areTheSame(String text) {
        Json json = Json.parse(text);

        assertSame(json, GuardedJson.of(guard, json, TO_STORE));
    }

    @Test
    void of_secretsThatMayPass_areTheSame() {
        Json json = Json.parse("{\"password\":\"Tr0ub4dor&3x\"}");

        assertSame(json, GuardedJson.of(new PatternGuard(GuardSettings.off()), json, TO_STORE));
    }
}
