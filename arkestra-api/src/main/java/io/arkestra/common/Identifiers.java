package io.arkestra.common;

import java.text.Normalizer;

/** The one rule for the text of an identifier. */
final class Identifiers {
    static final int MAX_LENGTH = 128;

    private Identifiers() {}

    /** Normalises to NFC and checks: a letter, digit or underscore first, then also {@code . - + @ :}; at most 128 code units. */
    static String check(String what, String value) {
        String text = Normalizer.normalize(value, Normalizer.Form.NFC);
        if (text.isEmpty()) {
            throw new InvalidInputException(what + " is empty; expected 1 to " + MAX_LENGTH + " characters");
        }
        if (text.length() > MAX_LENGTH) {
            throw new InvalidInputException(
                    what + " is " + text.length() + " characters long; at most " + MAX_LENGTH + " are allowed");
        }
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            boolean word = Character.isLetterOrDigit(c) || c == '_';
            boolean inner = i > 0 && (c == '.' || c == '-' || c == '+' || c == '@' || c == ':' || isMark(c));
            if (!word && !inner) {
                throw new InvalidInputException(
                        what + " has a character that is not allowed at position " + (i + 1) + " ("
                                + String.format("U+%04X", c)
                                + "); allowed are letters, digits and _ everywhere, and . - + @ : after the first character");
            }
            i += Character.charCount(c);
        }
        return text;
    }

    private static boolean isMark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }
}
