package io.arkestra.provenance.internal;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Words that somebody vouches for: the user's own, and what a model wrote before it had seen anything else. Says whether a value is among
 * them as a whole: {@code bob@example.org} is not in {@code bob@example.org.evil.net}, and a letter of another alphabet is another letter.
 * Not thread-safe.
 */
final class SaidWords {
    /** Numbers this short are in every other sentence. */
    private static final int TELLING_DIGITS = 5;

    /** An IBAN with gaps has 42 characters. */
    private static final int LONGEST_NUMBER = 64;

    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*://");
    private static final Pattern GROUPED = Pattern.compile("\\+?[\\p{Alnum}][\\p{Alnum} ()/.-]*");
    private static final Pattern HIDDEN =
            Pattern.compile("[\\u00AD\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u2069\\uFEFF]");

    private static final Pattern QUOTES = Pattern.compile("[\"'`\\u2018-\\u201F\\u02BC\\u00AB\\u00BB]");

    private final List<String> texts = new ArrayList<>();

    void add(String text) {
        String normal = normal(text);
        if (!normal.isEmpty()) {
            texts.add(normal);
        }
    }

    /** Whether it was said, as a whole. */
    boolean hold(Destination value) {
        String wanted = normal(value.text());
        if (wanted.isEmpty()) {
            return false;
        }
        if (value.kind() == Destination.Kind.TITLE) {
            String quoted = oneQuote(wanted);
            return texts.stream().anyMatch(text -> isQuoted(oneQuote(text), quoted));
        }
        if (DIGITS.matcher(wanted).matches() && wanted.length() < TELLING_DIGITS) {
            return namedNumber(value.name(), wanted);
        }
        if (isGrouped(wanted)) {
            Pattern spaced = spaced(wanted);
            return texts.stream().anyMatch(text -> spaced.matcher(text).find());
        }
        if (value.kind() == Destination.Kind.URL || SCHEME.matcher(wanted).lookingAt()) {
            wanted = address(wanted);
        }
        String whole = wanted;
        if (value.kind() == Destination.Kind.SUBJECT) {
            // The name of a place is no address: that a model writes another apostrophe sends nothing elsewhere.
            String name = oneQuote(whole);
            return !name.isEmpty() && texts.stream().anyMatch(text -> holds(oneQuote(text), name));
        }
        return !whole.isEmpty() && texts.stream().anyMatch(text -> holds(text, whole));
    }

    /** Quotation marks and apostrophes in one form. */
    private static String oneQuote(String text) {
        return QUOTES.matcher(text).replaceAll("'");
    }

    /** Whether it stands between quotation marks, alone: who puts a title so means the title. */
    private static boolean isQuoted(String text, String wanted) {
        String quoted = "'" + wanted + "'";
        for (int at = text.indexOf(quoted); at >= 0; at = text.indexOf(quoted, at + 1)) {
            int end = at + quoted.length();
            boolean opens = at == 0 || !Character.isLetterOrDigit(text.codePointBefore(at));
            boolean closes = end == text.length() || !Character.isLetterOrDigit(text.codePointAt(end));
            if (opens && closes) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether a value is little more than a number that is among the words, however it is written: for words that nobody vouches for, of which
     * rather too many are recognised than too few.
     */
    boolean holdNumberOf(Destination value) {
        String wanted = normal(value.text());
        String digits = wanted.replaceAll("[^0-9]", "");
        long letters = wanted.chars().filter(Character::isLetter).count();
        if (digits.isEmpty() || digits.length() > LONGEST_NUMBER || letters > digits.length()) {
            return false;
        }
        Pattern number =
                Pattern.compile("(?<![0-9])0*" + String.join("[ ()/.,_-]{0,3}", digits.split("")) + "(?![0-9])");
        return texts.stream().anyMatch(text -> number.matcher(text).find());
    }

    /** A short number counts where it is said what it is the number of: {@code file 13}, {@code id 7}, {@code #7}. */
    private boolean namedNumber(String name, String number) {
        List<String> nouns = new ArrayList<>(ParameterNames.words(name));
        nouns.add("id");
        nouns.add("number");
        nouns.add("no");
        nouns.add("номер");
        String noun = nouns.stream()
                .map(Pattern::quote)
                .reduce((one, other) -> one + "|" + other)
                .orElse("id");
        Pattern named = Pattern.compile("(?:#|№|(?<![\\p{L}\\p{N}])(?:" + noun
                + ")s?[ :=#№'\"]{1,4}(?:id |number |no\\.? |номер )?['\"]?)" + number + "(?![\\p{L}\\p{N}])");
        return texts.stream().anyMatch(text -> named.matcher(text).find());
    }

    /** Account and telephone numbers are written with and without gaps. */
    private static boolean isGrouped(String value) {
        long digits = value.chars().filter(Character::isDigit).count();
        long letters = value.chars().filter(Character::isLetter).count();
        return value.length() <= LONGEST_NUMBER
                && digits >= 7
                && letters <= digits
                && GROUPED.matcher(value).matches()
                && !value.contains("..");
    }

    private static Pattern spaced(String value) {
        StringBuilder pattern = new StringBuilder("(?<![\\p{L}\\p{N}+])\\+?");
        String compact = value.replaceAll("[^\\p{Alnum}]", "");
        for (int i = 0; i < compact.length(); i++) {
            pattern.append(i == 0 ? "" : "[ ()/.-]{0,3}").append(compact.charAt(i));
        }
        return Pattern.compile(pattern.append("(?![\\p{L}\\p{N}])").toString());
    }

    private static String address(String url) {
        Matcher scheme = SCHEME.matcher(url);
        String bare = scheme.lookingAt() ? url.substring(scheme.end()) : url;
        return bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare;
    }

    private static boolean holds(String text, String wanted) {
        for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
            if (startsThere(text, at) && endsThere(text, at + wanted.length())) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsThere(String text, int at) {
        if (at == 0) {
            return true;
        }
        int before = text.codePointBefore(at);
        if (Character.isLetterOrDigit(before) || before == '_' || before == '@' || before == '%' || before == '\\') {
            return false;
        }
        if (before == '/') {
            return at >= 3 && text.startsWith("://", at - 3);
        }
        return !(isJoint(before) && at > 1 && Character.isLetterOrDigit(text.codePointBefore(at - 1)));
    }

    private static boolean endsThere(String text, int end) {
        if (end == text.length()) {
            return true;
        }
        int after = text.codePointAt(end);
        if (Character.isLetterOrDigit(after) || after == '_' || after == '@' || after == '%' || after == '\\') {
            return false;
        }
        boolean more = end + 1 < text.length() && Character.isLetterOrDigit(text.codePointAt(end + 1));
        return !((isJoint(after) || after == '/' || after == '?' || after == '#' || after == ':' || after == '&')
                && more);
    }

    private static boolean isJoint(int c) {
        return c == '.' || c == '-' || c == '+';
    }

    /** One form for what looks and means the same. Letters of different alphabets that only look the same stay different. */
    static String normal(String text) {
        String plain =
                HIDDEN.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC)).replaceAll("");
        return plain.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
    }
}
