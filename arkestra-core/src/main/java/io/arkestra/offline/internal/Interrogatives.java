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
            "чье",
            "чьи",
            "ли",
            "расскажи",
            "найди",
            "поищи",
            "show",
            "look",
            "whats",
            "wheres",
            "am",
            "may",
            "скажи",
            "скажите",
            "подскажи",
            "подскажите",
            "покажи",
            "назови",
            "найдите",
            "расскажите",
            "знаешь",
            "знаете",
            "помнишь",
            "помните");

    /** The second word of a Russian question without a question word, and of an indirect one in either language. */
    private static final Pattern PARTICLE = Pattern.compile(
            "^(?:[\\p{L}-]+ ли(?![\\p{L}])|(?:i (?:forgot|forget|wonder|want to know|need to know)|я (?:забыла?|не помню|хочу (?:у)?знать)|интересно),? )");

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

    /** What only says that something is asked. */
    private static final Pattern FRAME = Pattern.compile(
            "^(?:please,? |пожалуйста,? |так )?(?:do you (?:still )?(?:know|remember|recall)|tell me(?: again)?(?: everything)?(?: (?:you know )?about)?|(?:what|everything) do you (?:know|remember|have)(?: about| on)?"
                    + "|everything you know about|what have i (?:told|said to) you(?: about)?|what did i (?:tell|say to) you(?: about)?|what did i say(?: about)?|is there anything(?: about)?|i forgot|i wonder|show me|show|remind me"
                    + "|find|search(?: for)?|look (?:up|for)"
                    + "|(?:ты |вы )?(?:(?:еще )?(?:знаешь|помнишь|знаете|помните))(?: ли)?(?: ты| вы)?|расскажи(?:те)?(?: мне)?(?: еще раз)?(?: все)?(?:,? что (?:ты |вы )?(?:знаешь|помнишь|знаете|помните))?(?: об?| обо| про)?"
                    + "|что (?:ты|вы) (?:знаешь|помнишь|знаете|помните)(?: об?| обо| про)?|что (?:тебе |вам )?известно(?: об?| обо| про)?|что я (?:тебе |вам )?(?:говорил|сказал|рассказывал|рассказал)а?(?: тебе| вам)?(?: об?| обо| про)?"
                    + "|(?:скажи|подскажи|напомни|назови|покажи)(?:те)?(?: мне)?|я забыла?|интересно|найди(?:те)?|поищи(?:те)?)[,:]? ",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private static final Pattern EVERYTHING = Pattern.compile(
            "\\b(?:tell me|know|remember|recall|everything|anything|have i (?:told|said)|did i (?:tell|say)|find|search|look (?:up|for))\\b"
                    + "|расскаж|знае(?:шь|те)|помни(?:шь|те)|известно|говорил|сказал|рассказ|найди|поищи",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    /** Asks for one mention among several: without the words for saying it would be another question. */
    private static final Pattern MENTION = Pattern.compile(
            "\\b(?:say|said|tell|told|mention\\w*) (?:\\w+ ){0,3}(?:first|last)\\b|\\b(?:first|last) (?:\\w+ ){0,2}(?:say|said|tell|told|mention\\w*)"
                    + "|впервые|первый раз|последний раз|сначала",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private Interrogatives() {}

    /** Whether the text asks for something to be known. */
    public static boolean isQuestion(String text) {
        return text.strip().endsWith("?") || opensAQuestion(text);
    }

    /** Whether the text begins as questions do. */
    static boolean opensAQuestion(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT).replace('’', '\'').replace('ё', 'е');
        int end = 0;
        while (end < plain.length()
                && (Character.isLetter(plain.charAt(end)) || plain.charAt(end) == '\'' || plain.charAt(end) == '-')) {
            end++;
        }
        return OPENERS.contains(plain.substring(0, end))
                || PARTICLE.matcher(plain).find();
    }

    /** Whether it asks for something in particular, not for everything that is known of a thing. */
    static boolean asksForOneThing(String text) {
        String plain = text.strip().toLowerCase(Locale.ROOT).replace('ё', 'е');
        return !EVERYTHING.matcher(plain).find();
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
        String rest = text.strip();
        if (MENTION.matcher(rest).find()) {
            return rest;
        }
        Matcher frame = FRAME.matcher(rest.replace('ё', 'е').replace('Ё', 'Е'));
        while (frame.find() && !rest.substring(frame.end()).isBlank()) {
            rest = rest.substring(frame.end());
            frame = FRAME.matcher(rest.replace('ё', 'е').replace('Ё', 'Е'));
        }
        return rest;
    }
}
