package io.arkestra.schedule.grammar.internal;

import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The words of both languages with their meanings. */
final class Lexicon {
    private static final int TIMES = 100;
    private static final Map<String, Map<Kind, Integer>> WORDS = load();

    private final Map<String, Map<Kind, Integer>> words = new HashMap<>();

    private Lexicon() {}

    private static Map<String, Map<Kind, Integer>> load() {
        Lexicon lexicon = new Lexicon();
        EnglishWords.addTo(lexicon);
        RussianWords.addTo(lexicon);
        lexicon.words.replaceAll((word, meanings) -> Collections.unmodifiableMap(meanings));
        return lexicon.words;
    }

    static Map<Kind, Integer> meanings(String word) {
        return WORDS.getOrDefault(word, Map.of());
    }

    /** The value of a {@link Kind#UNIT} word: so many of a calendar unit, as a fortnight is two weeks. */
    static int unit(Grain grain, int times) {
        return grain.ordinal() + TIMES * times;
    }

    static Grain grainOf(int unit) {
        return Grain.values()[unit % TIMES];
    }

    static int timesOf(int unit) {
        return unit / TIMES;
    }

    /** Adds words separated by spaces. */
    Lexicon add(Kind kind, int value, String forms) {
        for (String form : forms.split(" ")) {
            words.computeIfAbsent(form, key -> new EnumMap<>(Kind.class)).put(kind, value);
        }
        return this;
    }

    /** Adds a stem with each of the endings separated by spaces; {@code -} stands for no ending. */
    Lexicon add(Kind kind, int value, String stem, String endings) {
        for (String ending : endings.split(" ")) {
            add(kind, value, ending.equals("-") ? stem : stem + ending);
        }
        return this;
    }

    /** Adds words whose values count up from {@code first}; the forms of one value are separated by commas. */
    Lexicon count(Kind kind, int first, String values) {
        int value = first;
        for (String forms : values.split(" ")) {
            add(kind, value++, forms.replace(',', ' '));
        }
        return this;
    }
}
