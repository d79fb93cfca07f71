package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.LanguageFit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/** The self-test for models whose tokens are not known. Thread-safe. */
public final class ForeignLanguages {
    private final BiFunction<List<String>, Boolean, List<float[]>> embed;
    private final Map<Locale, LanguageFit> known = new ConcurrentHashMap<>();

    /** @param embed vectors of texts; true for queries, false for passages */
    public ForeignLanguages(BiFunction<List<String>, Boolean, List<float[]>> embed) {
        this.embed = embed;
    }

    public LanguageFit fit(Locale language) {
        Locale plain = Locale.forLanguageTag(language.getLanguage());
        if (!LanguageTest.LANGUAGES.contains(plain)) {
            return LanguageFit.of(plain, false, 0);
        }
        return known.computeIfAbsent(plain, tested -> LanguageTest.run(tested, embed));
    }

    public boolean understands(String text) {
        return Script.of(text)
                .language()
                .map(this::fit)
                .map(LanguageFit::understood)
                .orElse(false);
    }
}
