package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.lucene.internal.Word;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells the subject of a question from its form, and a question from a statement, in English and Russian. */
final class QuestionForm {
    private static final int SHORT = 8;
    private static final Pattern CLOSING = Pattern.compile("[\\s\\p{Pe}\\p{Pf}\"'!\\p{So}]+$");
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern INNER = Pattern.compile("[.,;:!\\n]");
    private static final Set<String> OPENERS = Set.of(
            "what", "who", "whom", "whose", "which", "when", "where", "why", "how", "did", "do", "does", "is", "are",
            "что", "кто", "кого", "кому", "где", "куда", "откуда", "когда", "почему", "зачем", "как", "сколько",
            "какой", "какая", "какое", "какие", "чей", "чья", "чье", "чьи");

    private final Set<String> functionWords = functionWords();

    /** The words that a question is about; empty when it has only form, as in "what did I say?". */
    List<Word> content(List<Word> words) {
        return words.stream()
                .filter(word -> !word.stop() && !functionWords.contains(word.exact()))
                .toList();
    }

    /** Whether a text asks: by its question mark, or a short one without inner punctuation by its first word. */
    static boolean isQuestion(String text) {
        String end = CLOSING.matcher(text).replaceAll("");
        if (end.endsWith("?")) {
            return true;
        }
        String[] words = SPACE.split(end.strip(), SHORT + 1);
        return words.length <= SHORT
                && OPENERS.contains(words[0].toLowerCase(Locale.ROOT).replace('ё', 'е'))
                && !INNER.matcher(end).find();
    }

    private static Set<String> functionWords() {
        InputStream resource = QuestionForm.class.getResourceAsStream("function-words.txt");
        if (resource == null) {
            throw new IllegalStateException("function-words.txt is missing from the jar of the memory");
        }
        Set<String> words = new HashSet<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    words.addAll(List.of(line.strip().split("\\s+")));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("function-words.txt of the memory cannot be read", e);
        }
        return Set.copyOf(words);
    }
}
