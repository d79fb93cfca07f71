package io.arkestra.memory.dataset.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.common.Json;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.GuardStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaskingTest {

    /** Knows a secret only by the word before it. */
    private static final class Passwords implements Guard {
        @Override
        public GuardResult inspect(String text, GuardContext context) {
            int at = text.indexOf("password: \"");
            return at < 0
                    ? GuardResult.of(text, List.of())
                    : GuardResult.of(
                            text.substring(0, at) + "***",
                            List.of(GuardFinding.of("SECRET", at + 11, text.length() - 1, "test")));
        }

        @Override
        public GuardStream stream(GuardContext context) {
            throw new UnsupportedOperationException();
        }
    }

    private final Masking masking = new Masking(new Passwords());

    @Test
    void json_secretUnderAKey_isMaskedAlsoInListsAndAsANumber() {
        assertEquals(
                Json.parse("{\"password\":\"***\",\"the password\":[\"***\",\"***\"],\"city\":\"Oslo\",\"n\":7}"),
                masking.json(Json.parse(
                        "{\"password\":\"swordfish\",\"the password\":[\"a\",12],\"city\":\"Oslo\",\"n\":7}")));
    }

    @Test
    void result_jsonWithASecretUnderAKey_isMasked() {
        assertEquals("{\"a\":{\"password\":\"***\"}}", masking.result("{\"a\":{\"password\":\"swordfish\"}}"));
        assertEquals("swordfish", masking.result("swordfish"));
    }
}
