package io.arkestra.benchmarks.embedding;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Texts of so many words that are one token each. The same arguments give the same texts. */
final class Texts {
    private static final String[] WORDS = {
        "the", "cat", "river", "house", "old", "walks", "under", "green", "tree", "with", "a", "small", "dog", "and",
        "light"
    };

    private Texts() {}

    /** Texts of {@code least} to {@code most} tokens, the two special ones included. */
    static List<String> of(int count, int least, int most) {
        SplittableRandom random = new SplittableRandom(1);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int words = random.nextInt(least, most + 1) - 2;
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < words; word++) {
                text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
            }
            texts.add(text.toString().strip());
        }
        return texts;
    }
}
