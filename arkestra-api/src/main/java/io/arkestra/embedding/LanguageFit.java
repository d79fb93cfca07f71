package io.arkestra.embedding;

import java.util.Locale;

/**
 * How well a model tells matching from other texts of a language, by its self-test. Use the factory: components that later releases
 * add get their default there.
 *
 * @param language the language
 * @param understood whether the model may be used for it
 * @param separation d': the distance of the mean cosines of matching and of other pairs, in standard deviations of the latter
 */
public record LanguageFit(Locale language, boolean understood, double separation) {
    public static LanguageFit of(Locale language, boolean understood, double separation) {
        return new LanguageFit(language, understood, separation);
    }
}
