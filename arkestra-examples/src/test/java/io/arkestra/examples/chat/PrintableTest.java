package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void of_controlSequences_loseTheirEffect() {
        assertEquals("a\uFFFD[2Jb\uFFFD\uFFFD31m\n\tc", Printable.of("a\u001B[2Jb\r\u009B31m\n\tc"));
    }

    @Test
    void of_changesOfDirection_loseTheirEffectAndHebrewStays() {
        assertEquals("pay \uFFFDfdp.exe\uFFFD שלום", Printable.of("pay \u202Efdp.exe\u2069 שלום"));
    }

    @Test
    void of_emojiAndCyrillic_stay() {
        assertEquals("Привет 👋", Printable.of("Привет 👋"));
    }

    @Test
    void line_longTextOfManyLines_isCutBetweenCharacters() {
        assertEquals("👋 b👋…", Printable.line(" 👋\n\n b👋👋👋", 5));
        assertEquals("👋👋", Printable.line("👋👋", 2));
    }

    @Test
    void wellFormed_halfAPair_isReplaced() {
        assertEquals("a?", Printable.wellFormed("a\uD83D"));
    }
}
