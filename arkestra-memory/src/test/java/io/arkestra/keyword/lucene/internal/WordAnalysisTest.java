package io.arkestra.keyword.lucene.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordAnalysisTest {
    private final WordAnalysis analysis = new WordAnalysis();

    @ParameterizedTest
    @CsvSource({
        "молоко,молока",
        "молоко,МОЛОКОМ",
        "ёлка,елки",
        "кошка,кошки",
        "люди,человека",
        "дети,ребёнок",
        "пошёл,пойти",
        "bought,buy",
        "Buying,buys",
        "children,child",
        "Caroline,Caroline's",
        "Caroline,Caroline\u2019s",
        "went,go",
        "café,cafe",
        "Müller,muller",
        "wives,wife",
        "живёт,живу",
        "neighbours,neighbor",
        "honoured,honors",
        "recognised,recognize",
        "organisation,organizations",
        "analysing,analyze",
        "theatre,theaters",
        "litres,liter",
        "catalogue,catalogs",
        "programme,programs",
        "grey,gray"
    })
    void words_formsOfOneWord_shareTheStem(String one, String other) {
        assertEquals(stem(one), stem(other));
    }

    @ParameterizedTest
    @CsvSource({
        "молоко,масло",
        "buy,boy",
        "2023,2024",
        "дом,дым",
        "cat,dog",
        "our,or",
        "four,for",
        "hour,her",
        "wise,wide",
        "more,moor",
        "tour,tor"
    })
    void words_differentWords_haveDifferentStems(String one, String other) {
        assertFalse(stem(one).equals(stem(other)));
    }

    @Test
    void words_mixedScripts_areAnalysedWordByWord() {
        assertEquals(
                List.of("купил", "macbook", "в", "berlin", "за", "1200"),
                analysis.words("Купил MacBook в Berlin за 1200!").stream()
                        .map(Word::exact)
                        .toList());
    }

    @Test
    void words_commonWords_areStopWords() {
        assertTrue(analysis.words("the is и не").stream().allMatch(Word::stop));
        assertFalse(analysis.words("milk молоко").stream().anyMatch(Word::stop));
    }

    @Test
    void words_controlCharactersAndLoneSurrogates_areHarmless() {
        assertEquals(
                List.of("milk", "bread"),
                analysis.words("milk\u0000\u0007 \uD800 \uDC00bread\uFFFF").stream()
                        .map(Word::exact)
                        .toList());
    }

    @Test
    void words_composedAndDecomposedLetters_areTheSame() {
        assertEquals(stem("чай"), stem("чаи\u0306"));
    }

    private String stem(String word) {
        List<Word> words = analysis.words(word);
        assertEquals(1, words.size(), word);
        return words.get(0).stem();
    }
}
