package io.arkestra.llm.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.llm.ContextOverflow;
import org.junit.jupiter.api.Test;

/** What is believed of a model's tokens. */
class TokenScaleTest {
    private final TokenScale scale = new TokenScale();

    @Test
    void read_moreThanGuessed_isBelievedAtOnceAndLessSlowly() {
        scale.read(1_000, 4_000);
        assertEquals(4, scale.ratio());
        scale.read(1_000, 2_000);
        assertEquals(3.8, scale.ratio(), 1e-9);
        for (int i = 0; i < 100; i++) {
            scale.read(1_000, 2_000);
        }
        assertEquals(2, scale.ratio(), 0.01);
    }

    @Test
    void read_figuresThatCannotBe_areBounded() {
        scale.read(1_000, Long.MAX_VALUE);
        assertEquals(6, scale.ratio());
        for (int i = 0; i < 1_000; i++) {
            scale.read(1_000, 1);
        }
        assertEquals(0.5, scale.ratio(), 0.01);
    }

    @Test
    void read_nothingSaidOrAShortPrompt_changesNothing() {
        scale.read(1_000, 0);
        scale.read(1_000, -5);
        scale.read(20, 100);
        scale.read(0, 100);
        assertEquals(1, scale.ratio());
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
