package io.arkestra.offline.internal;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Of a text with several sentences, the one that has most of a question's words. */
final class BestSentence {
    private static final Pattern END = Pattern.compile("(?<=[.!?…])[\"»”)]*\\s+|\\R+");
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");
    /** What longer words have in common when they differ in their endings. */
    private static final int LONGEST_STEM = 5;

    private BestSentence() {}

    /** The first of the best; the whole text when there is but one. */
    static String of(String text, String question) {
        List<String> sentences = END.splitAsStream(text.strip())
                .map(String::strip)
                .filter(sentence -> !sentence.isEmpty())
                .toList();
        Set<String> asked = stems(question);
        return sentences.stream()
                .max(Comparator.comparingLong((String sentence) -> shared(sentence, asked))
                        .thenComparing(
                                Comparator.comparingInt(sentences::indexOf).reversed()))
                .orElse(text);
    }

    private static long shared(String sentence, Set<String> asked) {
        return stems(sentence).stream().filter(asked::contains).count();
    }

    private static Set<String> stems(String text) {
        Set<String> stems = new HashSet<>();
        for (String word : NO_WORD.split(text.toLowerCase(Locale.ROOT).replace('ё', 'е'))) {
            if (word.length() > 2) {
                stems.add(word.substring(0, Math.min(word.length(), LONGEST_STEM)));
            }
        }
        return stems;
    }
}
