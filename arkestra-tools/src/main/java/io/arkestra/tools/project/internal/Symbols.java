package io.arkestra.tools.project.internal;

import io.arkestra.memory.Citation;
import io.arkestra.memory.Passage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts passages first that declare what a question names: who asks for a class wants the class, not those who use it. */
final class Symbols {
    private static final Pattern IDENTIFIER = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*");

    private Symbols() {}

    /** The same passages; those that declare a name of the query first, otherwise in the same order. */
    static List<Passage> first(String query, List<Passage> passages) {
        Set<String> names = names(query);
        List<Passage> sorted = new ArrayList<>(passages);
        sorted.sort(Comparator.comparingInt(passage -> rank(passage, names)));
        return sorted;
    }

    /** What looks like a name in code: an inner capital, an underscore or a dollar; a query of one word is one, too. */
    private static Set<String> names(String query) {
        Set<String> names = new HashSet<>();
        Matcher words = IDENTIFIER.matcher(query);
        while (words.find()) {
            String word = words.group();
            boolean inner = word.chars().skip(1).anyMatch(Character::isUpperCase)
                    && word.chars().anyMatch(Character::isLowerCase);
            if (inner || word.contains("_") || word.contains("$") || word.equals(query.strip())) {
                names.add(word);
            }
        }
        return names;
    }

    private static int rank(Passage passage, Set<String> names) {
        if (names.isEmpty() || passage.citation().isEmpty()) {
            return 2;
        }
        Citation citation = passage.citation().get();
        String heading = citation.heading();
        if (names.contains(heading.substring(heading.lastIndexOf('>') + 1).strip())) {
            return 0;
        }
        String file = citation.title().substring(citation.title().lastIndexOf('/') + 1);
        int dot = file.indexOf('.');
        return names.contains(dot < 0 ? file : file.substring(0, dot)) ? 1 : 2;
    }
}
