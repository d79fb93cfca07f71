package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ActiveTopicsTest {
    @Test
    void of_wordsThatComeAgain_namesThemWhateverTheirEndings() {
        assertEquals(
                List.of("марафону", "кроссовки"),
                ActiveTopics.of(List.of(
                        "Марафон через месяц",
                        "Купил кроссовки для марафона",
                        "Готовлюсь к марафону",
                        "Где мои кроссовки?")));
    }

    @Test
    void of_wordsOfOneMessageOrCommonOnes_namesNone() {
        assertEquals(
                List.of(),
                ActiveTopics.of(
                        List.of("The garden, the garden, the garden!", "What about that?", "What would you like?")));
    }

    @Test
    void of_manyTopics_namesTheMostFrequentFive() {
        String all = "alpha bravo charlie delta foxtrot hotel";
        assertEquals(
                List.of("hotel", "alpha", "bravo", "charlie", "delta"), ActiveTopics.of(List.of(all, all, "hotel")));
    }
}
