package io.arkestra.guard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardContext.Direction;
import io.arkestra.guard.GuardResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretRulesTest {

    private static final GuardContext TO_STORE = GuardContext.of(Direction.TO_STORE);

    private final PatternGuard guard = new PatternGuard();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "my PIN is 4711 | my PIN is ***",
                "ПИН-код от карты 4711, запомни | ПИН-код от карты ***, запомни",
                "cvv: 123 | cvv: ***",
                "пароль от почты: Zima-Leto75. | пароль от почты: ***.",
                "password=correct-horse-169 | password=***",
                "db_pass = \"s3cret!\" | db_pass = \"***\"",
                "{\"pin\": 4711} | {\"pin\": ***}",
                "https://user:pa55word@example.org/x | https://***@example.org/x",
                "мой токен travis: en66hphsgmard1frua60w8 | мой токен travis: ***",
                "my droneci token is rmggrny3caz1o6s3bjqzap10oolh31uq | my droneci token is ***",
                "--softlayer-api-key abcd1234abcd1234abcd1234abcd1234 | --softlayer-api-key ***",
            })
    void inspect_valueThatAWordCallsSecret_isMasked(String text, String expected) {
        assertEquals(expected, guard.inspect(text, TO_STORE).text());
    }

    @Test
    void inspect_tokensOfKnownForm_areMaskedWithoutAWord() {
        // Put together here, so that nobody takes this file for a leak.
        String body = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5";
        for (String token : new String[] {
            "gh" + "p_" + body,
            "AK" + "IA" + "QYLPMN5HHHFPZAM2",
            "xo" + "xb-4614724432022-5152386766518-" + body.substring(0, 24),
            "sk" + "_live_" + body.substring(0, 24),
            "110201543" + ":AAHdqTcvCH1vGWJxfSe1ofSAs0K5PALDsaw",
        }) {
            assertEquals(
                    "use *** now",
                    guard.inspect("use " + token + " now", TO_STORE).text(),
                    token);
        }
    }

    @Test
    void inspect_armouredPrivateKey_isMaskedAsOne() {
        String header = "-----BEGIN RSA " + "PRIVATE KEY-----";
        String key = header + "\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n".repeat(20)
                + "-----END RSA PRIVATE KEY-----";

        assertEquals(
                "key: *** end", guard.inspect("key: " + key + " end", TO_STORE).text());
    }

    @Test
    void inspect_secretLongerThanABlock_isMaskedToItsEnd() {
        String token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ" + "zdWIiOiIxMjM0NTY3ODkw".repeat(60)
                + ".SflKxwRJSMeKKF2QT4fw";

        assertEquals("a *** b", guard.inspect("a " + token + " b", TO_STORE).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the password is wrong, the token is expired and the key is lost",
                "password: $PASSWORD or ${DB_PASS} or <your password>",
                "api_key: \"insert_key_here\"",
                "public_key = \"9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit\"",
                "pin the note to the board, 3 pins left",
                "commit 8bba97ac01107a839611708b5ccfaf8f7cd42927 fixed it",
                "https://example.org:8080/path@x",
                "secret_length = X25519.secret_length",
                "пароль не подошёл, ключ от квартиры у мамы",
            })
    void inspect_talkAboutSecrets_staysAsItIs(String text) {
        GuardResult result = guard.inspect(text, TO_STORE);

        assertEquals(text, result.text());
        assertFalse(result.changed());
    }

    @Test
    void inspect_secretOnEveryWay_neverPasses() {
        for (Direction direction : Direction.values()) {
            GuardResult result = guard.inspect("my password is Zima-Leto75", GuardContext.of(direction));

            assertEquals("my password is ***", result.text(), direction.name());
            assertTrue(result.changed());
        }
    }
}
