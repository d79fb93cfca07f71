package io.arkestra.guard.secret.internal;

import java.util.regex.Pattern;

/** What values look like. A value that was quoted comes with its opening quotation mark. */
final class Values {

    /** The shortest key. */
    static final int MIN_KEY = 15;

    private static final double RANDOM_ENTROPY = 2.9;

    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i)\"?(?:\\$.*|%.*|<.*|\\{\\{.*|\\[.*|\\$\\{.*|\\*+|[x.•…#-]+|.*(?:example|placeholder|changeme|change_me|insert|your[_-]|-your|dummy|fake|redacted|xxxx+|\\.\\.\\.).*"
                    + "|null|none|true|false|undefined|nil|test|required|optional|password|пароль)");
    private static final Pattern IDENTIFIER = Pattern.compile(
            "[A-Z][A-Z_]+|[a-z]+(?:[A-Z][a-z]+)+|[A-Za-z_][\\w]*(?:\\.[A-Za-z_]\\w*)+(?:\\(.*)?|[a-z]+(?:_[a-z]+)+|https?://.*|.*\\(.*\\).*|/.*/.*");
    private static final Pattern UUID = Pattern.compile("(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private Values() {}

    /** Without the punctuation of the sentence around it. */
    static String trimmed(String value) {
        int end = value.length();
        while (end > 0
                && ",;.)]}>".indexOf(value.charAt(end - 1)) >= 0
                && !(end > 1 && value.charAt(end - 1) == '}' && value.indexOf('{') >= 0)) {
            end--;
        }
        return value.substring(0, end);
    }

    static boolean isPlaceholder(String value) {
        return PLACEHOLDER.matcher(value).matches();
    }

    /** For what stands behind "password:" and the like. */
    static boolean mayBePassword(String value) {
        String bare = bare(value);
        if (bare.length() < 3 || IDENTIFIER.matcher(bare).matches()) {
            return false;
        }
        boolean quoted = bare.length() < value.length();
        return quoted && bare.length() >= 6 && !isWord(bare) || looksLikePassword(bare);
    }

    /** Something that is no word of any language. */
    static boolean looksLikePassword(String value) {
        String bare = bare(value);
        boolean digit = bare.chars().anyMatch(Character::isDigit);
        boolean letter = bare.chars().anyMatch(Character::isLetter);
        boolean odd = bare.chars().anyMatch(c -> "!@#$%^&*+=?~|".indexOf(c) >= 0);
        boolean clock = bare.matches("[\\d.,:/%-]+(?:px|em|ms|s|kb|mb|%)?");
        return bare.length() >= 4
                && (digit && letter
                        || letter && odd
                        || digit && odd
                        || digit && !clock && bare.length() >= 4
                        || bare.matches("\\d{4,12}"));
    }

    /** For keys and tokens. */
    static boolean looksRandom(String value) {
        String bare = bare(value);
        if (bare.length() < MIN_KEY || IDENTIFIER.matcher(bare).matches()) {
            return false;
        }
        long digits = bare.chars().filter(Character::isDigit).count();
        long letters = bare.chars().filter(Character::isLetter).count();
        boolean odd = bare.length() < value.length() && bare.chars().anyMatch(c -> "{}$#>&!@^*".indexOf(c) >= 0);
        boolean charset =
                bare.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || "_-+/=.~:|".indexOf(c) >= 0));
        if (!charset) {
            return odd && digits + letters > 0;
        }
        boolean enough = digits >= 2 && (letters >= 2 || bare.length() >= 16);
        return enough
                && !isCharacterSet(bare)
                && Entropy.of(bare) >= (letters == 0 ? 2.4 : RANDOM_ENTROPY)
                && !UUID.matcher(bare).matches();
    }

    /** A list of letters or digits in their order. */
    private static boolean isCharacterSet(String text) {
        int run = 1;
        for (int i = 1; i < text.length(); i++) {
            run = text.charAt(i) == text.charAt(i - 1) + 1 ? run + 1 : 1;
            if (run >= 12) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWord(String text) {
        return text.chars().allMatch(c -> Character.isLetter(c) || c == '-' || c == '_');
    }

    private static String bare(String value) {
        return value.startsWith("\"") ? value.substring(1) : value;
    }
}
