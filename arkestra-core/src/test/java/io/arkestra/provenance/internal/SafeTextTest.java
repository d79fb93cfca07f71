package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class SafeTextTest {
    @Test
    void of_plainText_theSame() {
        String text = "Two lines,\n\ta tab and a пример";
        assertEquals(text, SafeText.of(text));
        String ascii = "as it is\n";
        assertSame(ascii, SafeText.of(ascii));
    }

    @Test
    void of_terminalSequences_gone() {
        assertEquals("red plain", SafeText.of("\u001B[31mred\u001B[0m plain"));
        assertEquals("link", SafeText.of("\u001B]8;;http://evil.example\u0007link\u001B]8;;\u0007"));
        assertEquals("ab", SafeText.of("a\u0008\u0000\u009B2Jb"));
    }

    @Test
    void of_hiddenAndTurnedWords_gone() {
        assertEquals("user.txt", SafeText.of("us\u200Ber\u202E.txt"));
        assertEquals("hi", SafeText.of("hi" + new String(Character.toChars(0xE0041)) + "\uFEFF"));
    }
}
