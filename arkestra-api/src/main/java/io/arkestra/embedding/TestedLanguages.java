package io.arkestra.embedding;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * {@link Embedder#language} and {@link Embedder#understands} for models whose vocabulary is not known: the self-test, made when a language is
 * first asked for. Thread-safe.
 */
public final class TestedLanguages {
    private final BiFunction<List<String>, Boolean, List<float[]>> embed;
    private final Map<Locale, LanguageFit> known = new ConcurrentHashMap<>();

    /** @param embed vectors of texts, of length 1; true for queries, false for passages */
    public TestedLanguages(BiFunction<List<String>, Boolean, List<float[]>> embed) {
        this.embed = embed;
    }

    /** How well the model understands a language; a language that there is no test for counts as not understood. */
    public LanguageFit fit(Locale language) {
        Locale plain = Locale.forLanguageTag(language.getLanguage());
        if (!LanguageTest.LANGUAGES.contains(plain)) {
            return LanguageFit.of(plain, false, 0);
        }
        return known.computeIfAbsent(plain, tested -> LanguageTest.run(tested, embed));
    }

    /** Whether it understands the language that a text is written in, as far as the letters tell. */
    public boolean understands(String text) {
        return Script.of(text)
                .language()
                .map(this::fit)
                .map(LanguageFit::understood)
                .orElse(false);
    }
}
