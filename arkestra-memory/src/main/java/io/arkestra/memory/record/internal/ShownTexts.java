package io.arkestra.memory.record.internal;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Texts that the user was shown, to tell when they come back as the user's. */
final class ShownTexts {
    private static final int SHORTEST = 12;

    private final Set<Long> prints = new HashSet<>();

    ShownTexts(List<String> shown) {
        for (String text : shown) {
            add(text);
            Sentences.of(text).forEach(this::add);
        }
    }

    private void add(String text) {
        if (text.length() >= SHORTEST) {
            prints.add(SimHash.of(text));
        }
    }

    boolean repeats(String sentence) {
        if (sentence.length() < SHORTEST || prints.isEmpty()) {
            return false;
        }
        long print = SimHash.of(sentence);
        return prints.stream().anyMatch(shown -> SimHash.near(print, shown));
    }
}
