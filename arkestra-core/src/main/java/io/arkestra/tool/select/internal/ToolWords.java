package io.arkestra.tool.select.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Cuts texts about tools into words that can be compared: {@code getUserInfo} and {@code get_user_info} are three words, endings are taken
 * off lightly in English and Russian, and words that every request has are left out. So are numbers, which are what a tool is used with rather than
 * what it is for.
 */
public final class ToolWords {
    private static final Set<String> ENGLISH = Set.of(
            ("a an the of to in for on with and or is are be as by at from this that it its i my me we our you your can could would will do"
                            + " does have has how what which who whom where when please any some about into if not no there their them"
                            + " they he she his her was were been am want need like help tell give find get know using use let us also"
                            + " just so than then too very more most")
                    .split(" "));
    private static final Set<String> RUSSIAN = Set.of(
            ("и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по мне есть они тут где ли если или ни быть был"
                            + " него до вас вам нас нам там потом себя ей может при об это эта этот эти тебя тебе их чем была сам для"
                            + " мы кто про под от из мой моя мое мои твой пожалуйста можешь можно надо нужно хочу какой какая какие"
                            + " каков сколько когда")
                    .split(" "));
    /** Longest first where one ends another: the first that fits is taken off. */
    private static final String[][] ENDINGS = {
        {"ational", "ate"},
        {"izations", "ize"},
        {"ization", "ize"},
        {"ations", "ate"},
        {"ation", "ate"},
        {"ators", "ate"},
        {"ator", "ate"},
        {"ities", "ity"},
        {"nesses", ""},
        {"ness", ""},
        {"ments", ""},
        {"ment", ""},
        {"ings", ""},
        {"ing", ""},
        {"ies", "y"},
        {"edly", ""},
        {"ed", ""},
        {"sses", "ss"},
        {"ers", "er"},
        {"es", "e"},
        {"ly", ""},
        {"s", ""},
    };

    private static final String[] RUSSIAN_ENDINGS = {
        "иями", "ениями", "ением", "ению", "ения", "ение", "ений", "аниями", "анием", "анию", "ания", "ание", "аний",
        "ировать", "овать", "ывать", "ивать", "ами", "ями", "ого", "его", "ому", "ему", "ыми", "ими", "ешь", "ишь",
        "ете", "ите", "ить", "ать", "ять", "еть", "ов", "ев", "ей", "ой", "ый", "ий", "ая", "яя", "ое", "ее", "ые",
        "ие", "ую", "юю", "ам", "ям", "ах", "ях", "ом", "ем", "ут", "ют", "ат", "ят", "ил", "ал", "ия", "ию", "ии", "а",
        "я", "о", "е", "ы", "и", "у", "ю", "ь", "й",
    };
    private static final int SHORTEST_STEM = 3;

    private ToolWords() {}

    /** The words of a text in order, without their endings. */
    public static List<String> of(String text) {
        return spoken(text).stream().map(ToolWords::stem).toList();
    }

    /** The words of a text in order, as they are said but for capitals. */
    static List<String> spoken(String text) {
        List<String> words = new ArrayList<>();
        int[] points = text.codePoints().toArray();
        int start = -1;
        for (int i = 0; i <= points.length; i++) {
            boolean inside = i < points.length && Character.isLetterOrDigit(points[i]);
            if (start >= 0 && (!inside || begins(points, i))) {
                add(new String(points, start, i - start), words);
                start = -1;
            }
            if (inside && start < 0) {
                start = i;
            }
        }
        return words;
    }

    /** Whether a new word begins here inside a run of letters and digits: {@code userInfo}, {@code HTTPServer}, {@code 10km}. */
    private static boolean begins(int[] points, int at) {
        int here = points[at];
        int before = points[at - 1];
        if (Character.isDigit(before) && !Character.isDigit(here)) {
            return true;
        }
        if (!Character.isUpperCase(here)) {
            return false;
        }
        return Character.isLowerCase(before)
                || (at + 1 < points.length && Character.isLowerCase(points[at + 1]) && Character.isUpperCase(before));
    }

    private static void add(String run, List<String> words) {
        String word = run.toLowerCase(Locale.ROOT).replace('ё', 'е');
        if (ENGLISH.contains(word) || RUSSIAN.contains(word) || Character.isDigit(word.codePointAt(0))) {
            return;
        }
        words.add(word);
    }

    /** A word without its ending; not a word of the language, only the same for its forms as far as that is easily told. */
    static String stem(String word) {
        if (word.length() <= SHORTEST_STEM) {
            return word;
        }
        return Character.UnicodeBlock.of(word.charAt(0)) == Character.UnicodeBlock.CYRILLIC
                ? russian(word)
                : english(word);
    }

    private static String english(String word) {
        String stem = word;
        for (String[] ending : ENDINGS) {
            int rest = word.length() - ending[0].length();
            if (word.endsWith(ending[0]) && rest + ending[1].length() >= SHORTEST_STEM) {
                if (ending[0].equals("s") && word.endsWith("ss")) {
                    return word;
                }
                stem = word.substring(0, rest) + ending[1];
                break;
            }
        }
        if (stem.length() > 4 && stem.endsWith("e")) {
            stem = stem.substring(0, stem.length() - 1);
        }
        int last = stem.length() - 1;
        boolean doubled = stem.length() > 4 && stem.charAt(last) == stem.charAt(last - 1);
        return doubled && stem.charAt(last) != 's' && stem.charAt(last) != 'l' ? stem.substring(0, last) : stem;
    }

    private static String russian(String word) {
        String stem = word.endsWith("ся") || word.endsWith("сь") ? word.substring(0, word.length() - 2) : word;
        String best = stem;
        for (String ending : RUSSIAN_ENDINGS) {
            if (stem.endsWith(ending)
                    && stem.length() - ending.length() >= SHORTEST_STEM
                    && stem.length() - ending.length() < best.length()) {
                best = stem.substring(0, stem.length() - ending.length());
            }
        }
        return best;
    }
}
