package io.arkestra.memory.graph.internal;

import io.arkestra.memory.GraphNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds names in texts in English and Russian by how they are written: one or more capitalised words in a row. */
final class NameSpans {
    private static final Pattern TOKEN = Pattern.compile("\\p{L}[\\p{L}\\p{M}'’-]*|[.!?…:;\\n]+|[\"«»“”()]|[^\\s]");
    private static final int MOST_WORDS = 4;
    private static final int LONGEST_TEXT = 20_000;
    /** More capitalised words than this share are a headline or shouting, which tells nothing about names. */
    private static final double HEADLINE = 0.6;

    private static final Set<String> NEVER = Set.of(
            "i",
            "i'm",
            "i'll",
            "i've",
            "i'd",
            "ok",
            "okay",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
            "mr",
            "mrs",
            "ms",
            "dr",
            "english",
            "russian");
    /** Words that begin sentences so often that they are no names there. */
    private static final Set<String> BEGINNINGS = Set.of(
            "the",
            "a",
            "an",
            "my",
            "we",
            "he",
            "she",
            "it",
            "they",
            "you",
            "your",
            "our",
            "his",
            "her",
            "their",
            "this",
            "that",
            "these",
            "those",
            "there",
            "here",
            "what",
            "when",
            "where",
            "who",
            "why",
            "how",
            "which",
            "is",
            "are",
            "was",
            "were",
            "do",
            "does",
            "did",
            "have",
            "has",
            "had",
            "can",
            "could",
            "will",
            "would",
            "should",
            "if",
            "and",
            "but",
            "or",
            "so",
            "yes",
            "no",
            "not",
            "please",
            "remember",
            "remind",
            "tell",
            "thanks",
            "hi",
            "hello",
            "in",
            "on",
            "at",
            "for",
            "with",
            "to",
            "from",
            "yesterday",
            "today",
            "tomorrow",
            "last",
            "next",
            "я",
            "ты",
            "он",
            "она",
            "оно",
            "мы",
            "вы",
            "они",
            "мой",
            "моя",
            "мое",
            "мои",
            "моего",
            "мою",
            "это",
            "этот",
            "эта",
            "как",
            "где",
            "когда",
            "кто",
            "что",
            "почему",
            "зачем",
            "какой",
            "какая",
            "какие",
            "чей",
            "у",
            "в",
            "на",
            "с",
            "к",
            "по",
            "из",
            "от",
            "для",
            "и",
            "а",
            "но",
            "или",
            "если",
            "да",
            "нет",
            "не",
            "пожалуйста",
            "запомни",
            "напомни",
            "скажи",
            "спасибо",
            "привет",
            "вчера",
            "сегодня",
            "завтра",
            "меня",
            "мне",
            "наш",
            "наша",
            "его",
            "ее",
            "их",
            "там",
            "тут",
            "здесь",
            "вот",
            "еще",
            "уже",
            "сейчас",
            "потом");

    private static final Set<String> BEFORE_PLACE = Set.of(
            "in", "to", "from", "near", "at", "visit", "visited", "в", "во", "из", "до", "около", "под", "через");
    private static final Set<String> BEFORE_PERSON = Set.of(
            "with",
            "friend",
            "wife",
            "husband",
            "sister",
            "brother",
            "mother",
            "father",
            "mom",
            "dad",
            "son",
            "daughter",
            "aunt",
            "uncle",
            "colleague",
            "boss",
            "neighbour",
            "neighbor",
            "girlfriend",
            "boyfriend",
            "called",
            "named",
            "met",
            "meet",
            "call",
            "ask",
            "tell",
            "с",
            "со",
            "друг",
            "подруга",
            "подругу",
            "жена",
            "жену",
            "муж",
            "мужа",
            "сестра",
            "сестру",
            "брат",
            "брата",
            "мама",
            "папа",
            "сын",
            "дочь",
            "тетя",
            "дядя",
            "коллега",
            "сосед",
            "зовут",
            "встретил",
            "встретила",
            "позвонить",
            "спроси");
    private static final Pattern AFTER_PERSON = Pattern.compile(
            "said|told|asked|called|came|went|is|was|has|had|likes|loves|lives|works|wants|thinks|gave|got"
                    + "|[а-яё]{2,}(?:ал|ил|ел|ял|ла|лся|лась|ает|яет|ит|ёт|ет)");

    private NameSpans() {}

    private record Token(String text, boolean word, boolean capital, boolean first) {
        String plain() {
            return text.toLowerCase(Locale.ROOT).replace('ё', 'е').replace('’', '\'');
        }
    }

    static List<Mention> find(String text) {
        List<Token> tokens = tokens(text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT));
        long words = tokens.stream().filter(Token::word).count();
        long capitals = tokens.stream().filter(Token::capital).count();
        if (words > 3 && capitals > HEADLINE * words) {
            return List.of();
        }
        List<Mention> found = new ArrayList<>();
        int at = 0;
        while (at < tokens.size()) {
            int end = at;
            while (end < tokens.size() && end - at < MOST_WORDS && isName(tokens.get(end), end > at)) {
                end++;
            }
            if (end > at) {
                found.add(mention(tokens, at, end));
            }
            at = Math.max(end, at + 1);
        }
        return found;
    }

    private static boolean isName(Token token, boolean goesOn) {
        return token.capital()
                && !(goesOn && token.first())
                && !NEVER.contains(token.plain())
                && !(token.first() && BEGINNINGS.contains(token.plain()));
    }

    private static Mention mention(List<Token> tokens, int from, int to) {
        StringBuilder name = new StringBuilder();
        for (Token token : tokens.subList(from, to)) {
            name.append(name.isEmpty() ? "" : " ").append(bare(token.text()));
        }
        String before = from > 0 ? tokens.get(from - 1).plain() : "";
        String after = to < tokens.size() ? tokens.get(to).plain() : "";
        boolean strong = !tokens.get(from).first() || to - from > 1;
        String cut = Mention.cut(name.toString());
        if (BEFORE_PERSON.contains(before)) {
            return new Mention(cut, GraphNode.Type.PERSON, 1, strong);
        }
        if (BEFORE_PLACE.contains(before)) {
            return new Mention(cut, GraphNode.Type.PLACE, 1, strong);
        }
        if (AFTER_PERSON.matcher(after).matches()) {
            return new Mention(cut, GraphNode.Type.PERSON, 1, strong);
        }
        return new Mention(cut, GraphNode.Type.THING, 0, strong);
    }

    private static String bare(String word) {
        return word.endsWith("'s") || word.endsWith("’s") ? word.substring(0, word.length() - 2) : word;
    }

    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        boolean first = true;
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            String token = matcher.group();
            boolean word = Character.isLetter(token.codePointAt(0));
            boolean capital = word && Character.isUpperCase(token.codePointAt(0)) && token.length() > 1;
            tokens.add(new Token(token, word, capital, word && first));
            if (word) {
                first = false;
            } else if (".!?…:;\n\"«“(".indexOf(token.charAt(0)) >= 0) {
                first = true;
            }
        }
        return tokens;
    }
}
