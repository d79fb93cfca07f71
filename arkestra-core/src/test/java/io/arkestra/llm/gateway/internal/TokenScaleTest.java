package io.arkestra.llm.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.Usage;
import org.junit.jupiter.api.Test;

/** What is believed of a model's tokens. */
class TokenScaleTest {
    private final TokenScale scale = new TokenScale();

    private void read(long guessed, long tokens) {
        scale.read(guessed, Usage.of(tokens, 0, false));
    }

    @Test
    void read_moreThanGuessed_isBelievedAtOnceAndLessSlowly() {
        read(2_000, 8_000);
        assertEquals(4, scale.ratio());
        read(2_000, 4_000);
        assertEquals(3.8, scale.ratio(), 1e-9);
        for (int i = 0; i < 100; i++) {
            read(2_000, 4_000);
        }
        assertEquals(2, scale.ratio(), 0.01);
    }

    @Test
    void read_figuresThatCannotBe_areBounded() {
        read(2_000, Long.MAX_VALUE);
        assertEquals(6, scale.ratio());
        for (int i = 0; i < 1_000; i++) {
            read(2_000, 1);
        }
        assertEquals(0.5, scale.ratio(), 0.01);
    }

    @Test
    void read_nothingSaidOrAShortPrompt_changesNothing() {
        read(2_000, 0);
        read(2_000, -5);
        read(20, 100);
        read(1_400, 3_000);
        read(0, 100);
        assertEquals(1, scale.ratio());
    }

    @Test
    void read_figuresThatAreAGuessThemselves_changesNothing() {
        scale.read(2_000, Usage.of(6_000, 0, true));
        assertEquals(1, scale.ratio());
    }

    @Test
    void refused_shortPromptOfASmallModel_isBelieved() {
        scale.refused(1_000, new ContextOverflow("too long", null, 2_500L, null));
        assertEquals(2.5, scale.ratio());
    }

    @Test
    void refused_promptWithFigures_isNeverTakenForShorter() {
        scale.refused(5_000, new ContextOverflow("too long", null, null, null));
        assertEquals(1, scale.ratio());
        scale.refused(5_000, new ContextOverflow("too long", null, 10_000L, null));
        assertEquals(2, scale.ratio());
        scale.refused(5_000, new ContextOverflow("too long", 20_000L, 10_000L, null));
        assertEquals(4, scale.ratio());
        scale.refused(5_000, new ContextOverflow("too long", 1_000L, 1_000L, null));
        assertTrue(scale.ratio() == 4);
    }
}
