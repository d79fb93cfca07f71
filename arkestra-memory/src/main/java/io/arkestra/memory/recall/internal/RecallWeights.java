package io.arkestra.memory.recall.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * The weights of a linear ranking.
 *
 * @param sharp BM25 of the passage's own words, divided by the best of the search
 * @param window BM25 of the passage with its neighbours and its date, divided by the best of the search
 * @param speaker whether the question names the speaker
 * @param question whether the passage is itself a question
 * @param length {@code ln(1 + words) / 4}
 * @param memory whether it is a fact or a note
 * @param assistant whether the assistant said it
 */
record RecallWeights(
        double sharp, double window, double speaker, double question, double length, double memory, double assistant) {

    static RecallWeights load() {
        Properties values = new Properties();
        InputStream resource = RecallWeights.class.getResourceAsStream("recall-weights.properties");
        if (resource == null) {
            throw new IllegalStateException("recall-weights.properties is missing from the jar of the memory");
        }
        try (InputStreamReader reader = new InputStreamReader(resource, StandardCharsets.UTF_8)) {
            values.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException("recall-weights.properties of the memory cannot be read", e);
        }
        return new RecallWeights(
                value(values, "sharp"),
                value(values, "window"),
                value(values, "speaker"),
                value(values, "question"),
                value(values, "length"),
                value(values, "memory"),
                value(values, "assistant"));
    }

    private static double value(Properties values, String name) {
        String text = values.getProperty(name);
        if (text == null) {
            throw new IllegalStateException("recall-weights.properties of the memory has no '" + name + "'");
        }
        return Double.parseDouble(text.strip());
    }
}
