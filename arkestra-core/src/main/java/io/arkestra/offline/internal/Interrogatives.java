package io.arkestra.offline.internal;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells questions from statements, and what a question is about. */
public final class Interrogatives {
    private static final Set<String> OPENERS = Set.of(
            "what",
            "who",
            "whom",
            "whose",
            "when",
            "where",
            "why",
            "how",
            "which",
            "do",
            "does",
            "did",
            "is",
            "are",
            "was",
            "were",
            "can",
            "could",
            "will",
            "would",
            "should",
            "have",
            "has",
            "what's",
            "who's",
            "where's",
            "when's",
            "tell",
            "find",
            "search",
            "кто",
            "кого",
            "кому",
            "кем",
            "что",
            "чего",
            "чему",
            "чем",
            "где",
            "куда",
            "откуда",
            "когда",
            "почему",
            "зачем",
            "как",
            "какой",
            "какая",
            "какое",
            "какие",
            "каком",
            "какую",
            "каких",
            "каким",
            "какого",
            "сколько",
            "чей",
            "чья",
            "чьё",
            "чье",
            "чьи",
            "ли",
            "расскажи",
            "найди",
            "поищи",
            "напомни-ка",
            "помнишь");

    private static final Pattern HISTORY = Pattern.compile(
            "\\b(?:what|which|everything)\\b.*\\b(?:i|we|you)\\b.*\\b(?:say|said|tell|told|talk|talked|discuss|discussed|write|wrote|mention|mentioned)\\b"
                    + "|\\bwhat was said\\b"
                    + "|(?:что|о ч[её]м|про что).*(?:я|мы|ты|вы).*(?:говорил|сказал|рассказ|обсужда|писал|упомина)"
                    + "|(?:что|о ч[её]м).*(?:говорил|сказал|рассказ|обсужда|писал|упомина)(?:а|и|о)?.*(?:я|мы)"
                    + "|о ч[её]м (?:мы|был)[\\p{L}]* (?:разговор|бесед|говорили|беседовали)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern HISTORY_WORDS = Pattern.compile(
            "\\b(?:what|which|everything|did|was|have|has|i|we|you|to|me|say|said|tell|told|talk|talked|discuss|discussed|write|wrote|mention|mentioned|about|on|in|at|the"
                    + "|что|чём|чем|о|об|обо|про|я|мы|ты|вы|тебе|вам|мне|говорил[аи]?|говорили|сказал[аи]?|рассказывал[аи]?|рассказал[аи]?|обсуждал[аи]?|обсуждали|писал[аи]?|упоминал[аи]?|в|на|с)\\b",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern FRAME = Pattern.compile(
            "^(?:(?:please|пожалуйста),? )?(?:do you (?:know|remember)|can you tell me|could you tell me|tell me(?: about)?|what do you know about|what do you remember about"
                    + "|ты (?:знаешь|помнишь)|помнишь(?: ли)?(?: ты)?|расскажи(?: мне)?(?: об?| обо| про)?|что ты (?:знаешь|помнишь)(?: об?| обо| про)?|найди|поищи|find|search(?: for)?)[,:]? ",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private Interrogatives() {}

    /** Whether the text asks for something to be known. */
    public static boolean isQuestion(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT);
        if (plain.endsWith("?")) {
            return true;
        }
        int end = 0;
        while (end < plain.length()
                && (Character.isLetter(plain.charAt(end)) || plain.charAt(end) == '\'' || plain.charAt(end) == '-')) {
            end++;
        }
        return OPENERS.contains(plain.substring(0, end));
    }

    /** Whether it asks what was said, so that a date in it means the time of saying. */
    static boolean asksForHistory(String text) {
        return HISTORY.matcher(text).find();
    }

    /** What is left of such a question besides the asking: the topic, or nothing. */
    static String topic(String textWithoutDate) {
        return HISTORY_WORDS
                .matcher(textWithoutDate)
                .replaceAll(" ")
                .replaceAll("[\\p{Punct}«»…—–]+", " ")
                .replaceAll("\\s+", " ")
                .strip();
    }

    /** The question without the words that only ask. */
    static String subject(String text) {
        Matcher frame = FRAME.matcher(text.strip());
        String rest = frame.find() ? text.strip().substring(frame.end()) : text.strip();
        return rest.isBlank() ? text.strip() : rest;
    }
}
