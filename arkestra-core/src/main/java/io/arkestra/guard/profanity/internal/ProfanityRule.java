package io.arkestra.guard.profanity.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import io.arkestra.guard.scan.internal.TextWindow;
import java.util.List;
import java.util.Set;

/**
 * Profane words, also behind look-alikes, digits, stretched letters, separators and invisible characters. Whole words only, so that a
 * harmless word which contains a profane one stays.
 */
public final class ProfanityRule implements Recogniser {

    private static final int MAX_WORD = 48;
    private static final int MIN_SPACED = 3;
    private static final int LATIN = 1;
    private static final int CYRILLIC = 2;
    private static final int SIGN = 4;
    private static final int WILD = 8;

    private final Lexicon latin;
    private final Lexicon cyrillic;

    /** @param allowed words that are never masked, in any case */
    public ProfanityRule(Level level, Set<String> allowed) {
        WordLists lists = new WordLists(level, allowed);
        this.latin = lists.latin();
        this.cyrillic = lists.cyrillic();
    }

    @Override
    public List<String> types() {
        return List.of("PROFANITY");
    }

    @Override
    public boolean inProse() {
        return true;
    }

    @Override
    public boolean concerns(Block block) {
        return block.length() >= 2;
    }

    @Override
    public void find(Block block, Found found) {
        TextWindow text = block.text();
        if (isClean(text, block.start(), block.end())) {
            return;
        }
        Word word = new Word();
        int i = block.start();
        while (i < block.end()) {
            if (!isPart(text.at(i))) {
                i++;
                continue;
            }
            int end = i;
            while (end < block.end() && isPart(text.at(end))) {
                end++;
            }
            if (end - i == 1 || end < block.end() && isSeparator(text.at(end)) && visible(text, i, end) == 1) {
                int spaced = spacedEnd(text, i, block.end());
                if (spaced > end) {
                    judgeSpaced(block, i, spaced, word, found);
                    i = spaced;
                    continue;
                }
            }
            judge(block, i, end, word, found);
            i = end;
        }
    }

    /** Whether the block is one plain word, perhaps with punctuation behind it, that the lexicon does not have. */
    private boolean isClean(TextWindow text, int start, int end) {
        int last = end;
        while (last > start + 1 && ".,;:?)".indexOf(text.at(last - 1)) >= 0) {
            last--;
        }
        char first = text.at(start);
        boolean russian = first >= 'А' && first <= 'ё';
        Alphabet alphabet = russian ? Alphabet.CYRILLIC : Alphabet.LATIN;
        Lexicon lexicon = russian ? cyrillic : latin;
        int node = 0;
        boolean imitates = !russian;
        for (int i = start; i < last; i++) {
            char c = text.at(i);
            int letter = alphabet.letter(c);
            if (letter == 0 || i > start + 1 && c == text.at(i - 1) && c == text.at(i - 2)) {
                return false;
            }
            imitates = imitates && isLookAlike(c);
            if (node >= 0) {
                node = lexicon.child(node, Integer.numberOfTrailingZeros(letter));
            }
        }
        return node < 0 && !imitates && last - start > 1;
    }

    private static boolean isLookAlike(char c) {
        return "aAbBcCeEhHkKmMoOpPtTxXyYuU0346@*#".indexOf(c) >= 0;
    }

    private void judge(Block block, int from, int to, Word word, Found found) {
        TextWindow text = block.text();
        int start = from;
        int end = to;
        while (start < end && (isEdgeSign(text.at(start)) || isInvisible(text.at(start)))) {
            start++;
        }
        while (start < end && (isEdgeSign(text.at(end - 1)) || isInvisible(text.at(end - 1)))) {
            end--;
        }
        if (end - start < 2 || end - start > MAX_WORD * 2) {
            return;
        }
        if (isProfane(text, start, end, word)) {
            found.value("PROFANITY", "word", start, end);
        } else if (start > from && isProfane(text, from, end, word) || end < to && isProfane(text, from, to, word)) {
            found.value("PROFANITY", "word", from, to);
        }
    }

    /** Letters one by one: the whole run, or without the one-letter words at its ends. */
    private void judgeSpaced(Block block, int start, int end, Word word, Found found) {
        TextWindow text = block.text();
        int first = start;
        for (int skipped = 0; skipped <= 2 && first < end; skipped++) {
            int last = end;
            for (int dropped = 0; dropped <= 2 && last - first >= 2 * MIN_SPACED - 1; dropped++) {
                if (isProfane(text, first, last, word)) {
                    found.value("PROFANITY", "spaced", first, last);
                    return;
                }
                if (!isOneLetterWord(text.at(last - 1))) {
                    break;
                }
                last -= 2;
            }
            if (!isOneLetterWord(text.at(first))) {
                return;
            }
            first += 2;
        }
    }

    private static boolean isOneLetterWord(char c) {
        return "aiAIавикосуяАВИКОСУЯ".indexOf(c) >= 0;
    }

    /** The end of single letters that one and the same separator keeps apart, or the start when there are too few. */
    private static int spacedEnd(TextWindow text, int start, int limit) {
        char separator = text.at(start + 1);
        if (!isSeparator(separator) || start > 0 && Character.isLetterOrDigit(text.at(start - 1))) {
            return start;
        }
        int end = start + 1;
        int letters = 1;
        while (end + 1 < limit
                && text.at(end) == separator
                && isPart(text.at(end + 1))
                && !(end + 2 < limit && isPart(text.at(end + 2)) && text.at(end + 2) != separator)) {
            end += 2;
            letters++;
        }
        return letters >= MIN_SPACED && letters <= MAX_WORD ? end : start;
    }

    private static int visible(TextWindow text, int start, int end) {
        int count = 0;
        for (int i = start; i < end; i++) {
            count += isInvisible(text.at(i)) ? 0 : 1;
        }
        return count;
    }

    private boolean isProfane(TextWindow text, int start, int end, Word word) {
        word.read(text, start, end);
        if (word.count < 2 || word.count > MAX_WORD || word.wild > 0 && word.wild * 2 > word.count) {
            return false;
        }
        if ((word.kinds & (LATIN | CYRILLIC)) == 0) {
            return false;
        }
        if (word.kinds == LATIN) {
            return word.in(latin, Alphabet.LATIN) || word.imitates() && word.in(cyrillic, Alphabet.CYRILLIC);
        }
        if (word.kinds == CYRILLIC) {
            return word.in(cyrillic, Alphabet.CYRILLIC);
        }
        boolean asLatin = word.latinLetters >= word.cyrillicLetters || (word.kinds & LATIN) != 0;
        boolean asCyrillic = word.cyrillicLetters > 0 || word.imitates();
        return asLatin && word.in(latin, Alphabet.LATIN) || asCyrillic && word.in(cyrillic, Alphabet.CYRILLIC);
    }

    /** One word with its characters, invisible ones and separators left out. */
    private static final class Word {

        private final char[] chars = new char[MAX_WORD + 1];
        private final int[] sets = new int[MAX_WORD + 1];
        private int count;
        private int kinds;
        private int latinLetters;
        private int cyrillicLetters;
        private int wild;
        private boolean stretched;

        void read(TextWindow text, int start, int end) {
            count = 0;
            kinds = 0;
            latinLetters = 0;
            cyrillicLetters = 0;
            wild = 0;
            stretched = false;
            for (int i = start; i < end && count <= MAX_WORD; i++) {
                char c = text.at(i);
                if (isInvisible(c) || isSeparator(c)) {
                    continue;
                }
                stretched |= count > 1 && chars[count - 1] == c && chars[count - 2] == c;
                chars[count++] = c;
                note(c);
            }
        }

        private void note(char c) {
            if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
                kinds |= LATIN;
                latinLetters++;
            } else if (c >= 'а' && c <= 'я' || c >= 'А' && c <= 'Я' || c == 'ё' || c == 'Ё') {
                kinds |= CYRILLIC;
                cyrillicLetters++;
            } else if (c == '*' || c == '#') {
                kinds |= WILD;
                wild++;
            } else {
                kinds |= SIGN;
            }
        }

        boolean in(Lexicon lexicon, Alphabet alphabet) {
            boolean plain = !stretched
                    && (kinds == LATIN && alphabet == Alphabet.LATIN
                            || kinds == CYRILLIC && alphabet == Alphabet.CYRILLIC);
            for (int i = 0; i < count; i++) {
                sets[i] = plain ? alphabet.letter(chars[i]) : alphabet.set(chars[i]);
                if (sets[i] == 0) {
                    return false;
                }
            }
            return plain ? lexicon.plain(sets, count) : lexicon.disguised(sets, count);
        }

        /** Whether every character looks like a Cyrillic one. */
        boolean imitates() {
            for (int i = 0; i < count; i++) {
                if (!isLookAlike(chars[i])) {
                    return false;
                }
            }
            return true;
        }
    }

    private static boolean isPart(char c) {
        return Character.isLetterOrDigit(c)
                || c >= 128 && (isInvisible(c) || isCurrency(c))
                || "@$!*#|+".indexOf(c) >= 0;
    }

    private static boolean isCurrency(char c) {
        return c == '€' || c == '¢' || c == '£' || c == 'µ' || c == '×';
    }

    private static boolean isEdgeSign(char c) {
        return c == '!' || c == '*' || c == '#' || c == '+' || c == '|' || c == '@';
    }

    private static boolean isSeparator(char c) {
        return c == ' ' || c == '.' || c == '-' || c == '_' || c == ',' || c == '/' || c == '\u00a0';
    }

    private static boolean isInvisible(char c) {
        return c == '\u00ad'
                || c >= '\u200b' && c <= '\u200f'
                || c >= '\u202a' && c <= '\u202e'
                || c >= '\u2060' && c <= '\u2064'
                || c == '\ufeff'
                || c >= '\u0300' && c <= '\u036f';
    }
}
