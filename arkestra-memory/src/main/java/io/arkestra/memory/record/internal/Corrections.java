package io.arkestra.memory.record.internal;

import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out what words put right of what was learned just before them: "no, I meant a Skoda", "not a Volvo but a Skoda". What does not name
 * the wrong value must follow the message that told it, and be of its kind: a number for a number, a name for a name. A bare "no"
 * corrects nothing. Immutable and thread-safe.
 */
final class Corrections {
    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS;
    private static final int MOST_WORDS = 4;

    /** Words that also begin an answer that corrects nothing. */
    private static final String WEAK =
            "no|nope|oh|well|sorry|wait|hold on|i mean|нет|не-?а|ой|ох|извини(?:те)?|прости(?:те)?"
                    + "|погоди(?:те)?|подожди(?:те)?|то есть";

    private static final String TRUTH = "actually|in fact|вообще-то|на самом деле";
    /** Words that say that something is put right. */
    private static final String STRONG =
            "i meant(?: to say| to write)?|i wanted to say|i misspoke|i was wrong|correction|(?:or )?rather"
                    + "|my mistake|my bad|scratch that|make (?:it|that)|(?:it|that) should (?:be|say)|точнее|вернее|поправка|поправ(?:люсь|ляюсь)"
                    + "|(?:я )?имел[аи]? в виду|имелось в виду|(?:я )?хотел[аи]? (?:сказать|написать)|(?:я )?ошиб(?:ся|лась)"
                    + "|(?:я )?оговорил(?:ся|ась)|опечатка|правильнее|правильно будет|должно быть";

    private static final String OPENING =
            "^(?<open>(?:(?:" + WEAK + "|" + TRUTH + "|" + STRONG + ")[,:.!]*\\s+(?:[—–-]\\s+)?)*)";
    private static final String LINK = "(?<link>(?:(?:it's|it is|it was|that's|that is|это|будет|скорее)[,:]?\\s+)*)";
    private static final String CLOSING =
            "(?:,? (?:sorry|of course|instead|извини(?:те)?|прости(?:те)?|конечно))?[.!)]*$";
    private static final String VALUE = "(?<v>[^,;!?]{1,60}?)";
    private static final String WRONG = "(?<x>[^,;!?]{1,60}?)";

    private static final Pattern NOT_BUT = Pattern.compile(
            OPENING + LINK + "(?:not|не) " + WRONG + "(?:,? (?:but|а)(?: rather| скорее)?|,(?: it's| это)?) " + VALUE
                    + CLOSING,
            FLAGS);
    private static final Pattern BUT_NOT =
            Pattern.compile(OPENING + LINK + VALUE + ",? (?:and not|not|а не) " + WRONG + CLOSING, FLAGS);
    private static final Pattern DENIED = Pattern.compile(
            OPENING
                    + "(?<link>)(?:i (?:didn't|did not|never) (?:mean|say)|я не имел[аи]? в виду|я не говорил[аи]?|я говорил[аи]? не) "
                    + WRONG
                    + ",? (?:but|and|а|но)? ?(?:i (?:meant|said)|(?:я )?(?:имел[аи]? в виду|говорил[аи]?|сказал[аи]?))?,? ?"
                    + VALUE + CLOSING,
            FLAGS);
    private static final Pattern PLAIN = Pattern.compile(OPENING + LINK + VALUE + CLOSING, FLAGS);

    private static final Pattern HAS_STRONG = Pattern.compile("(?<![\\p{L}])(?:" + STRONG + ")(?![\\p{L}])", FLAGS);
    private static final Pattern HAS_TRUTH = Pattern.compile("(?<![\\p{L}])(?:" + TRUTH + ")(?![\\p{L}])", FLAGS);
    private static final Pattern LEAD = Pattern.compile("^(?:an?|the|my|in|at|в|во|на|из|с|мо[йяеюё]|мою)\\s+", FLAGS);
    private static final Pattern DENIAL =
            Pattern.compile("(?<![\\p{L}])(?:not|no|never|не|нет|ни|никогда)(?![\\p{L}])", FLAGS);
    /** What an answer is, and a value is not. */
    private static final Pattern NO_VALUE = Pattern.compile(
            "^(?:fine|ok|okay|good|great|nice|right|correct|true|false|wrong|bad|better|worse|thanks|thank|thx|cheers|yes|yeah|sure|please|later|soon"
                    + "|nothing|enough|problem|need|worries|idea|way|wait|stop|really|both|all|none|another|other|something|somebody|someone|anything"
                    + "|everything|too|very|so|just|still|already|done|ready|busy|late|easy|hard|funny|interesting|important|possible|impossible"
                    + "|today|tomorrow|yesterday|to|i|i'm|you|we|he|she|they|it|this|that|these|those|there|here|what|how|why|when|where|who|which|if"
                    + "|because|but|and|as|like|do|don't|can|can't|will|won't|let's|one"
                    + "|хорошо|ладно|нормально|отлично|супер|класс|верно|правильно|неправильно|неверно|спасибо|да|ага|конечно|пожалуйста|потом|позже"
                    + "|скоро|сейчас|ничего|неважно|забудь|хватит|надо|нужно|можно|нельзя|друг(?:ое|ой|ая|ую|ие)|иное|это|эт[аоу]т?|то|тот|та|ту|все"
                    + "|оба|обе|никто|никак|просто|очень|уже|еще|тоже|так|такой|такая|как|какой|где|когда|почему|зачем|кто|что|если|потому|чтобы|я|ты|вы"
                    + "|он|она|они|мы|мне|меня|тебе|тебя|стоп|готово|занята?|поздно|рано|важно|интересно|смешно|жаль|сегодня|завтра|вчера|давай|пусть|лучше"
                    + "|мало|много|больше|меньше)(?![\\p{L}]).*",
            FLAGS);

    /**
     * Something put right.
     *
     * @param now what is so
     * @param before what was learned and is not so
     */
    record Corrected(MemoryDraft now, MemoryDraft before) {}

    /**
     * @param earlier what was learned before, oldest first
     * @param recent ids of the messages that may be corrected without naming what was wrong
     */
    Optional<Corrected> find(String sentence, List<MemoryDraft> earlier, List<String> recent) {
        String folded = FactSearch.fold(sentence);
        for (Pattern named : List.of(DENIED, NOT_BUT, BUT_NOT)) {
            Optional<Corrected> corrected = named(named, sentence, folded, earlier);
            if (corrected.isPresent()) {
                return corrected;
            }
        }
        return plain(sentence, folded, earlier, recent);
    }

    /** "I didn't mean the Volvo, I meant the Skoda", which denies and corrects. */
    Optional<Corrected> denied(String sentence, List<MemoryDraft> earlier) {
        return named(DENIED, sentence, FactSearch.fold(sentence), earlier);
    }

    private static Optional<Corrected> named(
            Pattern pattern, String sentence, String folded, List<MemoryDraft> earlier) {
        Matcher match = pattern.matcher(folded);
        if (!match.matches()) {
            return Optional.empty();
        }
        String wrong = bare(sentence.substring(match.start("x"), match.end("x")));
        String value = bare(sentence.substring(match.start("v"), match.end("v")));
        for (int i = earlier.size() - 1; i >= 0; i--) {
            MemoryDraft draft = earlier.get(i);
            Optional<Statement> said = draft.statement().filter(statement -> !statement.isEnded());
            if (said.isPresent() && isSame(bare(said.get().value()), wrong) && isValue(value)) {
                return corrected(draft, said.get(), value, sentence);
            }
        }
        return Optional.empty();
    }

    private static Optional<Corrected> plain(
            String sentence, String folded, List<MemoryDraft> earlier, List<String> recent) {
        Matcher match = PLAIN.matcher(folded);
        if (!match.matches() || match.group("open").isEmpty()) {
            return Optional.empty();
        }
        String value = bare(sentence.substring(match.start("v"), match.end("v")));
        boolean strong = HAS_STRONG.matcher(match.group("open")).find();
        boolean truth = HAS_TRUTH.matcher(match.group("open")).find();
        boolean linked = !match.group("link").isEmpty();
        List<MemoryDraft> newestFirst = new ArrayList<>(earlier);
        Collections.reverse(newestFirst);
        for (MemoryDraft draft : newestFirst) {
            if (Collections.disjoint(draft.sources(), recent)) {
                return Optional.empty();
            }
            Optional<Statement> said = draft.statement().filter(statement -> !statement.isEnded());
            if (said.isEmpty()) {
                continue;
            }
            String old = said.get().value();
            boolean short1 = strong || linked || words(value) <= words(old);
            boolean clear = strong || truth || isName(old) || isNumber(old);
            if (short1 && clear && isValue(value) && isAlike(old, value)) {
                return corrected(draft, said.get(), value, sentence);
            }
        }
        return Optional.empty();
    }

    /** The text repeats the rest, so that it can be understood alone. */
    private static Optional<Corrected> corrected(MemoryDraft before, Statement said, String value, String sentence) {
        int at = before.text().lastIndexOf(said.value());
        if (at < 0 || NormalText.of(value).equals(NormalText.of(said.value()))) {
            return Optional.empty();
        }
        Statement other = said.isMany()
                ? Statement.oneOfMany(said.kind(), said.subject(), said.attribute(), value)
                : Statement.one(said.kind(), said.subject(), said.attribute(), value);
        String text = before.text().substring(0, at)
                + value
                + before.text().substring(at + said.value().length());
        return Optional.of(new Corrected(FactRules.draft(other, text, sentence.strip()), before));
    }

    private static String bare(String text) {
        return LEAD.matcher(text.strip().replaceAll("^[\"“«]+|[\"”»]+$", "")).replaceFirst("");
    }

    private static boolean isValue(String value) {
        return value.codePoints().anyMatch(Character::isLetterOrDigit)
                && words(value) <= MOST_WORDS
                && !NO_VALUE.matcher(FactSearch.fold(value)).matches()
                && !DENIAL.matcher(FactSearch.fold(value)).find();
    }

    private static int words(String text) {
        return text.strip().split("\\s+").length;
    }

    private static boolean isNumber(String text) {
        return text.codePoints().anyMatch(Character::isDigit);
    }

    private static boolean isName(String text) {
        return Character.isUpperCase(text.codePointAt(0));
    }

    private static boolean isAlike(String old, String value) {
        return isNumber(old) == isNumber(value)
                && (!isName(old) || isName(value) || Character.isDigit(value.codePointAt(0)));
    }

    /** Whether the words name the value: the same, one of its words, or the same word with another ending. */
    private static boolean isSame(String value, String named) {
        String one = NormalText.of(value);
        String other = NormalText.of(named);
        if (one.equals(other) || (" " + one + " ").contains(" " + other + " ")) {
            return true;
        }
        int shorter = Math.min(one.length(), other.length());
        int ending = Math.max(one.length(), other.length()) - shorter;
        String stem = one.substring(0, Math.max(0, shorter - 2));
        return stem.length() >= 3
                && ending <= 2
                && other.toLowerCase(Locale.ROOT).startsWith(stem);
    }
}
