package io.arkestra.neuro;

import io.arkestra.common.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is to be made, as the mood has it: settings of the model and words about the style. It says nothing about what may be
 * done: tools and policies never see it. Immutable; made by the engine.
 */
public final class Preset {
    private final EnumMap<Trait, Double> values;
    private final EnumMap<Trait, Map<Mediator, Double>> reasons;
    private final Map<String, List<String>> words;

    private Preset(
            EnumMap<Trait, Double> values,
            EnumMap<Trait, Map<Mediator, Double>> reasons,
            Map<String, List<String>> words) {
        this.values = values;
        this.reasons = reasons;
        this.words = words;
    }

    /**
     * A preset.
     *
     * @param values each trait
     * @param reasons by trait: how much each mediator moved it
     * @param words by language: how to write
     */
    public static Preset of(
            Map<Trait, Double> values, Map<Trait, Map<Mediator, Double>> reasons, Map<String, List<String>> words) {
        EnumMap<Trait, Double> all = new EnumMap<>(Trait.class);
        EnumMap<Trait, Map<Mediator, Double>> why = new EnumMap<>(Trait.class);
        for (Trait trait : Trait.values()) {
            all.put(trait, Objects.requireNonNull(values.get(trait), trait.key()));
            why.put(trait, Collections.unmodifiableMap(copy(reasons.get(trait))));
        }
        return new Preset(all, why, Map.copyOf(words));
    }

    private static EnumMap<Mediator, Double> copy(@Nullable Map<Mediator, Double> effects) {
        EnumMap<Mediator, Double> copy = new EnumMap<>(Mediator.class);
        if (effects != null) {
            copy.putAll(effects);
        }
        return copy;
    }

    public double value(Trait trait) {
        return Objects.requireNonNull(values.get(trait));
    }

    public double temperature() {
        return value(Trait.TEMPERATURE);
    }

    public double topP() {
        return value(Trait.TOP_P);
    }

    /** Tokens. */
    public int maxTokens() {
        return (int) Math.round(value(Trait.MAX_TOKENS));
    }

    /** What moved the trait away from where it rests, and by how much; empty when nothing did. */
    public Map<Mediator, Double> reasons(Trait trait) {
        return Objects.requireNonNull(reasons.get(trait));
    }

    /** How to write, in words for a model, in this language or else in English; empty when the mood is nothing special. */
    public List<String> words(Locale language) {
        List<String> own = words.get(language.getLanguage());
        return own != null ? own : words.getOrDefault("en", List.of());
    }

    /** For people: each trait that something moved, its value and what moved it. */
    public List<String> explained() {
        List<String> lines = new ArrayList<>();
        for (Trait trait : Trait.values()) {
            Map<Mediator, Double> effects = reasons(trait);
            if (!effects.isEmpty()) {
                List<String> parts = new ArrayList<>();
                effects.forEach((mediator, effect) ->
                        parts.add(mediator.word() + " " + (effect > 0 ? "+" : "") + shown(trait, effect)));
                lines.add(trait.key() + " " + shown(trait, value(trait)) + ": " + String.join(", ", parts));
            }
        }
        return lines;
    }

    private static String shown(Trait trait, double value) {
        return String.format(Locale.ROOT, trait == Trait.MAX_TOKENS ? "%.0f" : "%.2f", value);
    }

    /** An object with a number for each trait. */
    public Json toJson() {
        Json.ObjectBuilder json = Json.object();
        values.forEach((trait, value) -> json.put(
                trait.key(),
                trait == Trait.MAX_TOKENS ? Json.of(maxTokens()) : Json.of(Math.round(value * 1000) / 1000.0)));
        return json.build();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Preset that
                && values.equals(that.values)
                && reasons.equals(that.reasons)
                && words.equals(that.words);
    }

    @Override
    public int hashCode() {
        return Objects.hash(values, reasons, words);
    }

    @Override
    public String toString() {
        return "Preset" + toJson();
    }
}
