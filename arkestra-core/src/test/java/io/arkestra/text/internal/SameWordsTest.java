package io.arkestra.text.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameWordsTest {
    @ParameterizedTest
    @CsvSource({
        "враче, сходить к врачу, true",
        "белье, забрать бельё, true",
        "the dentist, Call the dentist!, true",
        "calls, call mum, true",
        "цветы, полить цветок, true",
        "мама, мамонт, false",
        "кот, кит в море, false",
        "the, call the dentist, false",
        "'', call, false",
        "mum dentist, call the dentist, false"
    })
    void allIn_words_areComparedWithoutTheirEndings(String lookedFor, String text, boolean expected) {
        assertEquals(expected, SameWords.allIn(lookedFor, text));
    }
}
