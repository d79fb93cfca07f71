package io.arkestra.neuro.internal;

import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.Preset;
import io.arkestra.neuro.Trait;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns levels into a preset. Immutable. */
public final class PresetMap {
    private static final List<String> LANGUAGES = List.of("en", "ru");
    /** Effects below this are not worth telling. */
    private static final double NOTHING = 1e-3;

    private final NeuroProfile profile;

    public PresetMap(NeuroProfile profile) {
        this.profile = profile;
    }

    /** What these levels make of an answer. */
    public Preset preset(NeuroLevels levels) {
        EnumMap<Trait, Double> values = new EnumMap<>(Trait.class);
        EnumMap<Trait, Map<Mediator, Double>> reasons = new EnumMap<>(Trait.class);
        for (Trait trait : Trait.values()) {
            BiasRule rule = profile.bias(trait);
            double scale = rule.max() - rule.min();
            EnumMap<Mediator, Double> effects = new EnumMap<>(Mediator.class);
            double sum = rule.base();
            for (Mediator mediator : Mediator.values()) {
                Double weight = rule.weights().get(mediator);
                double effect =
                        weight == null ? 0 : weight * profile.range(mediator).distance(levels.level(mediator));
                sum += effect;
                if (Math.abs(effect) > NOTHING * scale) {
                    effects.put(mediator, effect);
                }
            }
            values.put(trait, Math.max(rule.min(), Math.min(rule.max(), sum)));
            reasons.put(trait, effects);
        }
        Map<String, List<String>> words = new HashMap<>();
        LANGUAGES.forEach(language -> words.put(language, words(values, language)));
        return Preset.of(values, reasons, words);
    }

    private List<String> words(Map<Trait, Double> values, String language) {
        List<String> words = new ArrayList<>();
        StyleWords style = profile.words();
        values.forEach((trait, value) -> {
            if (trait.isStyle()) {
                Map<Trait, Map<String, String>> side =
                        value >= style.high() ? style.whenHigh() : value <= style.low() ? style.whenLow() : Map.of();
                String word = side.getOrDefault(trait, Map.of()).get(language);
                if (word != null) {
                    words.add(word);
                }
            }
        });
        return List.copyOf(words);
    }
}
