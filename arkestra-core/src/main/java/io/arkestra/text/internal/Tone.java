package io.arkestra.text.internal;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether words are praise or blame, as far as plain words in English and Russian tell. */
public enum Tone {
    GOOD,
    BAD,
    NEITHER;

    private static final Pattern BREAK = Pattern.compile("[^\\p{L}\\p{N}']+");
    /** A word counts when it begins with one of these. */
    private static final List<String> PRAISE = List.of(
            "good",
            "great",
            "nice",
            "thank",
            "perfect",
            "excellent",
            "awesome",
            "love",
            "helpful",
            "wonderful",
            "amazing",
            "brilliant",
            "super",
            "clear",
            "glad",
            "happy",
            "хорош",
            "отличн",
            "спасибо",
            "супер",
            "класс",
            "прекрасн",
            "замечательн",
            "здорово",
            "молодец",
            "круто",
            "люблю",
            "понравил",
            "нравит",
            "полезн",
            "понятн",
            "благодар",
            "идеальн",
            "рад",
            "ура");

    private static final List<String> BLAME = List.of(
            "bad",
            "wrong",
            "terrible",
            "awful",
            "useless",
            "hate",
            "stupid",
            "annoy",
            "angry",
            "worse",
            "worst",
            "disappoint",
            "confus",
            "incorrect",
            "rubbish",
            "nonsense",
            "boring",
            "sad",
            "tired",
            "worried",
            "afraid",
            "upset",
            "плох",
            "ужасн",
            "неправильн",
            "неверн",
            "бесполезн",
            "ненавиж",
            "тупо",
            "глуп",
            "бесит",
            "злюсь",
            "ерунд",
            "чушь",
            "скучн",
            "непонятн",
            "ошибк",
            "разочаров",
            "грустн",
            "устал",
            "боюсь",
            "расстро",
            "тревож");
    /** Words that begin the same but say something else. */
    private static final Set<String> OTHER = Set.of(
            "goods",
            "goodbye",
            "badge",
            "badges",
            "saddle",
            "clearance",
            "радио",
            "ради",
            "радар",
            "радиус",
            "класс",
            "класса",
            "классе",
            "классы",
            "классов",
            "классик",
            "классика");

    /** Not "no": it answers what was said before more often than it turns what follows round. */
    private static final Set<String> NEGATIONS =
            Set.of("not", "never", "don't", "didn't", "isn't", "wasn't", "doesn't", "не", "ни");

    private static final int NEGATION_REACH = 2;

    /** What most of the words say; a negation before a word turns it round. */
    public static Tone of(String text) {
        List<String> words = BREAK.splitAsStream(
                        text.toLowerCase(Locale.ROOT).replace('ё', 'е').replace('\u2019', '\''))
                .filter(word -> !word.isEmpty())
                .toList();
        int balance = 0;
        for (int i = 0; i < words.size(); i++) {
            int value = value(words.get(i));
            boolean negated =
                    words.subList(Math.max(0, i - NEGATION_REACH), i).stream().anyMatch(NEGATIONS::contains);
            balance += negated ? -value : value;
        }
        return balance > 0 ? GOOD : balance < 0 ? BAD : NEITHER;
    }

    private static int value(String word) {
        if (OTHER.contains(word)) {
            return 0;
        }
        if (PRAISE.stream().anyMatch(word::startsWith)) {
            return 1;
        }
        return BLAME.stream().anyMatch(word::startsWith) ? -1 : 0;
    }
}
