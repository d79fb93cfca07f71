package io.arkestra.embedding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/**
 * Whether a model understands a language: questions and what answers them, in few common words, must be nearer to one another than to
 * the other pairs. The measure is d' (signal detection theory): the distance of the means in standard deviations of the wrong pairs.
 */
public final class LanguageTest {
    /** English models have 2 to 7 in English, and at most 0.7 in Russian. */
    public static final double LEAST = 1.2;

    /** The languages there are questions for. */
    public static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.forLanguageTag("ru"));

    private LanguageTest() {}

    /** The questions in a language that there are some for. */
    public static List<String> questions(Locale language) {
        return lines(language).stream()
                .map(line -> line.substring(0, line.indexOf('\t')))
                .toList();
    }

    /** In the order of the questions. */
    public static List<String> answers(Locale language) {
        return lines(language).stream()
                .map(line -> line.substring(line.indexOf('\t') + 1))
                .toList();
    }

    /**
     * Makes the test, which embeds sixteen short texts.
     *
     * @param embed vectors of texts, of length 1; true for queries, false for passages
     */
    public static LanguageFit run(Locale language, BiFunction<List<String>, Boolean, List<float[]>> embed) {
        List<String> questions = questions(language);
        List<String> answers = answers(language);
        List<float[]> asked = embed.apply(questions, true);
        List<float[]> given = embed.apply(answers, false);
        double right = 0;
        double wrong = 0;
        double squares = 0;
        int pairs = questions.size();
        for (int i = 0; i < pairs; i++) {
            for (int j = 0; j < pairs; j++) {
                double cosine = dot(asked.get(i), given.get(j));
                if (i == j) {
                    right += cosine;
                } else {
                    wrong += cosine;
                    squares += cosine * cosine;
                }
            }
        }
        int others = pairs * (pairs - 1);
        double mean = wrong / others;
        double deviation = Math.sqrt(Math.max(1e-12, squares / others - mean * mean));
        double separation = (right / pairs - mean) / deviation;
        return LanguageFit.of(language, separation >= LEAST, separation);
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    private static List<String> lines(Locale language) {
        String name = "self-test_" + language.getLanguage() + ".tsv";
        try (InputStream in = LanguageTest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return reader.lines().filter(line -> !line.isBlank()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
