package io.arkestra.memory.graph.internal;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tartarus.snowball.ext.RussianStemmer;

/** The form in which names compare: case, accents of writing and Russian endings do not matter. */
final class NameKey {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}'’-]*");
    private static final int LONGEST = 300;

    private NameKey() {}

    /** The key of a name of one or more words; empty when it has none. */
    static String of(String name) {
        String key = String.join(" ", words(name));
        return key.length() <= LONGEST ? key : key.substring(0, LONGEST);
    }

    /** The words of a text in their comparable form. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC));
        while (matcher.find()) {
            words.add(word(matcher.group()));
        }
        return words;
    }

    private static String word(String written) {
        String word = written.toLowerCase(Locale.ROOT).replace('ё', 'е').replace('’', '\'');
        if (word.endsWith("'s")) {
            word = word.substring(0, word.length() - 2);
        }
        if (word.codePoints().noneMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.CYRILLIC)) {
            return word;
        }
        RussianStemmer stemmer = new RussianStemmer();
        stemmer.setCurrent(word);
        stemmer.stem();
        return stemmer.getCurrent();
    }

    /** Id of the node with this name. */
    static String node(String name) {
        return GraphCollections.id("n-", of(name));
    }
}
