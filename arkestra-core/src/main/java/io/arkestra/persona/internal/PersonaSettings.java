package io.arkestra.persona.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.config.internal.SettingsFile;
import io.arkestra.learning.internal.LearningSettings;
import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.Trait;
import io.arkestra.neuro.internal.BiasRule;
import io.arkestra.neuro.internal.MediatorRange;
import io.arkestra.neuro.internal.NeuroProfile;
import io.arkestra.neuro.internal.StyleWords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code persona.yaml} says. A file of the host's needs only what differs from the shipped one.
 *
 * @param neuro the mood
 * @param learning learning from feedback
 * @param autonomy how far turns go on by themselves
 */
public record PersonaSettings(NeuroProfile neuro, LearningSettings learning, Autonomy autonomy) {
    private static final String FILE = "persona.yaml";
    private static final String SCHEMA = "persona.schema.json";
    /** Maps that are taken as a whole, because leaving a key out means something. */
    private static final Set<String> WHOLE = Set.of("from", "styles");

    /** As shipped. */
    public static PersonaSettings shipped() {
        SettingsFile file = SettingsFile.shipped(PersonaSettings.class, FILE, SCHEMA);
        return read(file, file.json());
    }

    /**
     * As shipped, but for what a file says.
     *
     * @throws ConfigException telling everything that is wrong in it, each with its place and what is allowed there
     */
    public static PersonaSettings load(Path file) {
        SettingsFile own = SettingsFile.read(file, PersonaSettings.class, SCHEMA);
        SettingsFile shipped = SettingsFile.shipped(PersonaSettings.class, FILE, SCHEMA);
        return read(own, merged(shipped.json(), own.json(), ""));
    }

    private static Json merged(Json shipped, Json own, String key) {
        if (own.isNull()) {
            return shipped;
        }
        if (!shipped.isObject() || !own.isObject() || WHOLE.contains(key)) {
            return own;
        }
        Map<String, Json> members = new LinkedHashMap<>(shipped.members());
        own.members().forEach((name, value) -> members.merge(name, value, (a, b) -> merged(a, b, name)));
        return Json.object(members);
    }

    private static PersonaSettings read(SettingsFile file, Json json) {
        Reader reader = new Reader(file, json);
        NeuroProfile neuro = reader.neuro();
        LearningSettings learning = reader.learning();
        Autonomy autonomy = reader.autonomy();
        file.check();
        if (neuro == null || learning == null || autonomy == null) {
            throw new ConfigException("the persona cannot be read");
        }
        return new PersonaSettings(neuro, learning, autonomy);
    }

    /** Reads values that the schema found valid each by itself, and notes which do not fit together. */
    private record Reader(SettingsFile file, Json json) {
        @Nullable
        NeuroProfile neuro() {
            EnumMap<Mediator, MediatorRange> ranges = new EnumMap<>(Mediator.class);
            for (Mediator mediator : Mediator.values()) {
                String at = "/neuro/mediators/" + mediator.word();
                MediatorRange range = checked(
                        at,
                        () -> new MediatorRange(
                                number(at + "/min"),
                                number(at + "/base"),
                                number(at + "/max"),
                                duration(at + "/halfLife")));
                if (range != null) {
                    ranges.put(mediator, range);
                }
            }
            EnumMap<Trait, BiasRule> biases = new EnumMap<>(Trait.class);
            for (Trait trait : Trait.values()) {
                String at = "/neuro/biases/" + trait.key();
                BiasRule rule = checked(
                        at,
                        () -> new BiasRule(
                                number(at + "/min"), number(at + "/base"), number(at + "/max"), weights(at)));
                if (rule != null) {
                    biases.put(trait, rule);
                }
            }
            StyleWords words = checked("/neuro/words", this::words);
            if (words == null || ranges.size() < Mediator.values().length || biases.size() < Trait.values().length) {
                return null;
            }
            return checked(
                    "/neuro",
                    () -> new NeuroProfile(
                            value("/neuro/enabled").asBoolean(),
                            number("/neuro/perTurn"),
                            number("/neuro/perHour"),
                            number("/neuro/sleepReset"),
                            duration("/neuro/history/keep"),
                            value("/neuro/history/most").asInt(),
                            ranges,
                            biases,
                            words));
        }

        @Nullable
        LearningSettings learning() {
            Map<String, Map<String, String>> arms = new LinkedHashMap<>();
            value("/learning/styles").members().forEach((name, arm) -> arms.put(name, words(arm)));
            return checked(
                    "/learning/styles",
                    () -> new LearningSettings(
                            value("/learning/enabled").asBoolean(),
                            value("/learning/seed").asLong(),
                            number("/learning/othersCount"),
                            number("/learning/elsewhereCount"),
                            arms));
        }

        @Nullable
        Autonomy autonomy() {
            return checked(
                    "/autonomy",
                    () -> new Autonomy(
                            value("/autonomy/enabled").asBoolean(),
                            value("/autonomy/maxIterations").asInt(),
                            number("/autonomy/qualityThreshold")));
        }

        private StyleWords words() {
            EnumMap<Trait, Map<String, String>> low = new EnumMap<>(Trait.class);
            EnumMap<Trait, Map<String, String>> high = new EnumMap<>(Trait.class);
            for (Trait trait : Trait.values()) {
                String at = "/neuro/words/" + trait.key();
                json.at(at + "/low").ifPresent(words -> low.put(trait, words(words)));
                json.at(at + "/high").ifPresent(words -> high.put(trait, words(words)));
            }
            return new StyleWords(number("/neuro/words/low"), number("/neuro/words/high"), low, high);
        }

        private static Map<String, String> words(Json json) {
            Map<String, String> words = new LinkedHashMap<>();
            json.members().forEach((language, text) -> words.put(language, text.asString()));
            return words;
        }

        private Map<Mediator, Double> weights(String at) {
            EnumMap<Mediator, Double> weights = new EnumMap<>(Mediator.class);
            value(at + "/from")
                    .members()
                    .forEach((name, weight) ->
                            Mediator.of(name).ifPresent(mediator -> weights.put(mediator, weight.asDouble())));
            return weights;
        }

        private <T> @Nullable T checked(String pointer, Supplier<T> make) {
            try {
                return make.get();
            } catch (ConfigException e) {
                file.problem(pointer, "'" + pointer.substring(1).replace('/', '.') + "': " + e.getMessage());
                return null;
            }
        }

        private Json value(String pointer) {
            Optional<Json> value = json.at(pointer);
            return value.orElseThrow(() -> new ConfigException("nothing is given for " + pointer.substring(1)));
        }

        private double number(String pointer) {
            return value(pointer).asDouble();
        }

        private Duration duration(String pointer) {
            return Duration.parse(value(pointer).asString());
        }
    }
}
