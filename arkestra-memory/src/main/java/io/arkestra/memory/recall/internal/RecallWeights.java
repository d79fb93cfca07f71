package io.arkestra.memory.recall.internal;

import io.arkestra.common.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** The weights of a linear ranking: one set for recall by words alone, one for recall by words and meaning. Immutable. */
final class RecallWeights {
    private static final String RESOURCE = "recall-weights.properties";
    private static final String LEXICAL = "lexical.";
    private static final String HYBRID = "hybrid.";
    /** One weight for every feature of both sets that is not named: what {@code evaluate fit} starts from. */
    private static final String ALL = "all";

    private final Map<Feature, Double> lexical;
    private final Map<Feature, Double> hybrid;

    private RecallWeights(Properties values, String where) {
        Set<String> unknown = new HashSet<>(values.stringPropertyNames());
        unknown.remove(ALL);
        lexical = read(values, LEXICAL, where, unknown);
        hybrid = read(values, HYBRID, where, unknown);
        if (!unknown.isEmpty()) {
            throw new ConfigException(where + " has weights of features that there are not: " + unknown + "; expected "
                    + LEXICAL + " or " + HYBRID + " and one of " + Feature.labels());
        }
    }

    /** Those that are shipped. */
    static RecallWeights load() {
        return new RecallWeights(shipped(), RESOURCE);
    }

    /** A host's own, as {@code evaluate fit} writes them; what the file does not name stays as shipped. */
    static RecallWeights load(Path file) {
        Properties values = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            values.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("memory.recallWeights: " + file + " cannot be read (" + e.getMessage()
                    + "); expected a file that 'evaluate fit' wrote");
        }
        if (values.containsKey(ALL)) {
            return new RecallWeights(values, file.toString());
        }
        Properties all = shipped();
        values.stringPropertyNames().forEach(name -> all.setProperty(name, values.getProperty(name)));
        return new RecallWeights(all, file.toString());
    }

    private static Properties shipped() {
        InputStream resource = RecallWeights.class.getResourceAsStream(RESOURCE);
        if (resource == null) {
            throw new IllegalStateException(RESOURCE + " is missing from the jar of the memory");
        }
        Properties values = new Properties();
        try (Reader reader = new InputStreamReader(resource, StandardCharsets.UTF_8)) {
            values.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " of the memory cannot be read", e);
        }
        return values;
    }

    private static Map<Feature, Double> read(Properties values, String prefix, String where, Set<String> unknown) {
        Map<Feature, Double> weights = new EnumMap<>(Feature.class);
        for (Feature feature : Feature.values()) {
            String name = prefix + feature.label();
            String text = values.getProperty(name, values.getProperty(ALL, "0")).strip();
            unknown.remove(name);
            try {
                double weight = Double.parseDouble(text);
                if (!Double.isFinite(weight)) {
                    throw new NumberFormatException(text);
                }
                weights.put(feature, weight);
            } catch (NumberFormatException e) {
                throw new ConfigException(where + ": " + name + " is '" + text + "'; expected a number");
            }
        }
        return weights;
    }

    double of(Feature feature, boolean withMeaning) {
        return (withMeaning ? hybrid : lexical).getOrDefault(feature, 0.0);
    }
}
