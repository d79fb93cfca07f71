package io.arkestra.guard.profanity.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/** Fills the two lexicons from the shipped lists (LDNOOBW, CC-BY-4.0) and the project's own stems. */
final class WordLists {

    private static final String FOLDER = "/io/arkestra/guard/profanity/";

    private final Lexicon latin = new Lexicon(Alphabet.LATIN);
    private final Lexicon cyrillic = new Lexicon(Alphabet.CYRILLIC);

    /** @param allowed words of the host that are never masked */
    WordLists(Level level, Set<String> allowed) {
        Set<String> mild = new HashSet<>(lines("mild.txt"));
        for (String list : List.of("ldnoobw-en.txt", "ldnoobw-ru.txt")) {
            for (String line : lines(list)) {
                if (level == Level.ALL || !mild.contains(line)) {
                    addListed(line);
                }
            }
        }
        for (String line : lines("stems.txt")) {
            expand(line).forEach(this::addTo);
        }
        lines("harmless.txt").forEach(this::allow);
        allowed.forEach(word -> allow(word.toLowerCase(Locale.ROOT)));
    }

    Lexicon latin() {
        return latin;
    }

    Lexicon cyrillic() {
        return cyrillic;
    }

    /** Phrases are left out: their words are everyday ones. */
    private void addListed(String line) {
        String word = line.replaceAll("['`]", "");
        if (word.indexOf(' ') >= 0 || word.length() < 2) {
            return;
        }
        addTo(word);
        if (word.charAt(0) < 128 && word.length() > 2 && !word.endsWith("s")) {
            addTo(word + "s");
        }
    }

    private void addTo(String entry) {
        String word = entry.replace('ё', 'е');
        latin.add(word);
        cyrillic.add(word);
    }

    private void allow(String word) {
        latin.addHarmless(word.replace('ё', 'е'));
        cyrillic.addHarmless(word.replace('ё', 'е'));
    }

    /** {@code {a,b}c{d,}} stands for acd, ac, bcd and bc. */
    static List<String> expand(String line) {
        int open = line.indexOf('{');
        if (open < 0) {
            return List.of(line);
        }
        int close = line.indexOf('}', open);
        List<String> rest = expand(line.substring(close + 1));
        List<String> all = new ArrayList<>();
        for (String choice : line.substring(open + 1, close).split(",", -1)) {
            rest.forEach(tail -> all.add(line.substring(0, open) + choice + tail));
        }
        return all;
    }

    private static List<String> lines(String name) {
        try (InputStream in = Objects.requireNonNull(WordLists.class.getResourceAsStream(FOLDER + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.strip().toLowerCase(Locale.ROOT))
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " in the jar cannot be read", e);
        }
    }
}
