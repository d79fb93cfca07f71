package io.arkestra.text.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Compares words without regard to their endings, where no stemmer is at hand: "врача" is found in "сходить к врачу". */
public final class SameWords {
    private static final int ENDING = 2;
    private static final int SHORTEST = 3;
    private static final Set<String> SMALL = Set.of(
            "a", "an", "the", "my", "to", "about", "of", "for", "on", "at", "in", "that", "и", "о", "об", "обо", "про",
            "на", "в", "к", "с", "мне", "мой", "мою", "мое", "что", "чтобы", "том");

    private SameWords() {}

    /** Whether each word that is looked for, small ones apart, stands in the text; false when there are none. */
    public static boolean allIn(String lookedFor, String text) {
        List<String> wanted =
                words(lookedFor).stream().filter(word -> !SMALL.contains(word)).toList();
        List<String> there = words(text);
        return !wanted.isEmpty()
                && wanted.stream().allMatch(word -> there.stream().anyMatch(other -> same(word, other)));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).replace('ё', 'е').split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static boolean same(String a, String b) {
        int common = 0;
        while (common < a.length() && common < b.length() && a.charAt(common) == b.charAt(common)) {
            common++;
        }
        int longer = Math.max(a.length(), b.length());
        return a.equals(b) || common >= Math.max(SHORTEST, longer - ENDING);
    }
}
