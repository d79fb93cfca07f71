package io.arkestra.keyword.lucene.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.tartarus.snowball.SnowballStemmer;
import org.tartarus.snowball.ext.PorterStemmer;
import org.tartarus.snowball.ext.RussianStemmer;

/**
 * Cuts a text into words (UAX #29) and gives each its stem by the script it is written in: Snowball Russian for Cyrillic, Porter for
 * Latin, none for anything else. Choosing by word and not by text keeps mixed texts whole: «купил MacBook в Berlin». Irregular forms
 * ("bought", «люди») come from a table, British spellings are read as American ones. Thread-safe.
 */
public final class WordAnalysis {
    /** Changes whenever the same text would give other words: an index of another version must be built anew. */
    public static final int VERSION = 2;

    private static final int POOLED = 8;
    private static final CharArraySet ENGLISH_STOP = EnglishAnalyzer.ENGLISH_STOP_WORDS_SET;
    private static final CharArraySet RUSSIAN_STOP = RussianAnalyzer.getDefaultStopSet();

    private final Map<String, String> irregular = irregularForms();
    /** Tokenizers and stemmers hold buffers and serve one thread at a time. */
    private final Queue<Machine> idle = new ArrayBlockingQueue<>(POOLED);

    /** The words of a text in order, repeated ones included. */
    public List<Word> words(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        Machine machine = idle.poll();
        if (machine == null) {
            machine = new Machine();
        }
        // UAX #29 keeps a colon between letters for Swedish; here "note:milk" must be two words.
        List<Word> words =
                machine.words(Normalizer.normalize(text, Normalizer.Form.NFKC).replace(':', ' '));
        idle.offer(machine);
        return words;
    }

    private static Map<String, String> irregularForms() {
        Map<String, String> forms = new HashMap<>();
        InputStream resource = WordAnalysis.class.getResourceAsStream("irregular-forms.txt");
        if (resource == null) {
            throw new IllegalStateException("irregular-forms.txt is missing from the jar of the keyword index");
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] parts = line.strip().split("[:\\s]+");
                for (int i = 1; i < parts.length; i++) {
                    forms.put(parts[i], parts[0]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("irregular-forms.txt of the keyword index cannot be read", e);
        }
        return Map.copyOf(forms);
    }

    /** One tokenizer with its stemmers. Confined to one thread at a time. */
    private final class Machine {
        private final StandardTokenizer tokenizer = new StandardTokenizer();
        private final CharTermAttribute term = tokenizer.addAttribute(CharTermAttribute.class);
        private final SnowballStemmer english = new PorterStemmer();
        private final SnowballStemmer russian = new RussianStemmer();
        private char[] folded = new char[256];

        List<Word> words(String text) {
            List<Word> words = new ArrayList<>();
            try {
                tokenizer.setReader(new StringReader(text));
                tokenizer.reset();
                while (tokenizer.incrementToken()) {
                    words.add(word(term.toString()));
                }
                tokenizer.end();
                tokenizer.close();
            } catch (IOException e) {
                throw new UncheckedIOException("A string could not be read", e);
            }
            return words;
        }

        private Word word(String token) {
            String exact = token.toLowerCase(Locale.ROOT).replace('ё', 'е').replace('\u2019', '\'');
            if (exact.endsWith("'s")) {
                exact = exact.substring(0, exact.length() - 2);
            }
            exact = fold(exact);
            boolean latin = isLatin(exact);
            boolean cyrillic = !latin && isCyrillic(exact);
            boolean stop = latin && ENGLISH_STOP.contains(exact)
                    || cyrillic && RUSSIAN_STOP.contains(exact)
                    || exact.isEmpty();
            String base = irregular.getOrDefault(exact, latin ? Spelling.american(exact) : exact);
            String stem = latin ? stem(english, base) : cyrillic ? stem(russian, base) : base;
            return new Word(exact, stem, stop);
        }

        private String fold(String text) {
            boolean plain = true;
            for (int i = 0; i < text.length() && plain; i++) {
                plain = text.charAt(i) < 0x80 || isCyrillic(text.charAt(i));
            }
            if (plain) {
                return text;
            }
            if (folded.length < 4 * text.length()) {
                folded = new char[4 * text.length()];
            }
            int length = ASCIIFoldingFilter.foldToASCII(text.toCharArray(), 0, folded, 0, text.length());
            return new String(folded, 0, length).toLowerCase(Locale.ROOT);
        }

        private String stem(SnowballStemmer stemmer, String word) {
            stemmer.setCurrent(word);
            stemmer.stem();
            String stem = stemmer.getCurrent();
            return stem.isEmpty() ? word : stem;
        }

        private boolean isLatin(String word) {
            for (int i = 0; i < word.length(); i++) {
                char c = word.charAt(i);
                if ((c < 'a' || c > 'z') && c != '\'') {
                    return false;
                }
            }
            return true;
        }

        private boolean isCyrillic(String word) {
            for (int i = 0; i < word.length(); i++) {
                if (!isCyrillic(word.charAt(i))) {
                    return false;
                }
            }
            return true;
        }

        private boolean isCyrillic(char c) {
            return c >= 0x400 && c <= 0x4FF;
        }
    }
}
