package io.arkestra.text.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToneTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "That was great, thank you | GOOD",
                "not helpful at all | BAD",
                "No, that is wrong | BAD",
                "This isn't bad | GOOD",
                "GOODBYE | NEITHER",
                "my badge is blue | NEITHER",
                "too long | NEITHER",
                "Спасибо, очень понятно! | GOOD",
                "Нет, это неверно | BAD",
                "мне не понравилось | BAD",
                "не плохо | GOOD",
                "я слушаю радио | NEITHER",
                "Ты меня расстроил, ужасно | BAD",
                "так себе | NEITHER"
            })
    void tone_ofPlainWords_isTold(String text, Tone expected) {
        assertEquals(expected, Tone.of(text));
    }
}
