package io.arkestra.memory.session.internal;

import io.arkestra.memory.Message;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Cuts messages into sentences, and tells which of these ask. */
public final class Sentences {
    private static final int WHOLE = 240;
    private static final int LONGEST = 400;
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern CLOSING = Pattern.compile("[\\s\\p{Pe}\\p{Pf}\"'!\\p{So}]+$");
    private static final Set<String> OPENERS = Set.of(
            "what", "who", "whom", "whose", "which", "when", "where", "why", "how", "did", "do", "does", "is", "are",
            "can", "could", "would", "will", "что", "кто", "кого", "кому", "где", "куда", "откуда", "когда", "почему",
            "зачем", "как", "сколько", "какой", "какая", "какое", "какие", "чей", "чья", "чье", "чьи");
    private static final Pattern FORMULA = Pattern.compile(
            "(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|night)|bye(?: bye)?|goodbye|see you(?: later| soon| tomorrow)?|thanks?(?: you)?(?: very much| a lot)?"
                    + "|ok(?:ay)?|yes|no|sure|great|привет|здравствуй(?:те)?|добр(?:ый|ое|ой) (?:день|вечер|утро|ночи)|пока|до (?:свидания|встречи|завтра)"
                    + "|спокойной ночи|спасибо(?: большое)?|да|нет|хорошо|ладно|понятно|отлично|аркестра|arkestra)(?![\\p{L}])[\\s\\p{P}\\p{So}]*)+",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private Sentences() {}

    /** A short message whole, a long one sentence by sentence; what is too long for a sentence is cut at a word. */
    public static List<Excerpt> of(Message message) {
        String text = message.text();
        List<Excerpt> sentences = new ArrayList<>();
        if (text.strip().length() <= WHOLE) {
            add(sentences, message.id(), text, 0, text.length());
            return sentences;
        }
        return split(message);
    }

    /** Every sentence by itself. */
    public static List<Excerpt> split(Message message) {
        String text = message.text();
        List<Excerpt> sentences = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
        breaks.setText(text);
        int start = breaks.first();
        for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
            int line = start;
            for (int i = start; i <= end; i++) {
                if (i == end || text.charAt(i) == '\n') {
                    add(sentences, message.id(), text, line, i);
                    line = i + 1;
                }
            }
        }
        return sentences;
    }

    private static void add(List<Excerpt> sentences, String message, String text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        if (end - start > LONGEST) {
            int cut = text.lastIndexOf(' ', start + LONGEST);
            end = cut > start ? cut : start + LONGEST;
            if (Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
        }
        if (start < end) {
            sentences.add(new Excerpt(message, start, end));
        }
    }

    /** Whether a sentence asks: by its question mark, or a short one without inner punctuation by its first word. */
    public static boolean asks(String sentence) {
        String end = CLOSING.matcher(sentence).replaceAll("");
        if (end.endsWith("?")) {
            return true;
        }
        String[] words = SPACE.split(end.strip(), 9);
        return words.length <= 8
                && OPENERS.contains(words[0].toLowerCase(Locale.ROOT).replace('ё', 'е'))
                && end.chars().noneMatch(c -> c == ',' || c == '.' || c == ';' || c == ':' || c == '\n');
    }

    /** Whether it is only a greeting, a thank-you or a nod. */
    static boolean isFormula(String sentence) {
        return FORMULA.matcher(sentence.strip()).matches();
    }
}
