package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.WellFormed;
import java.time.Instant;

/** What every text and time that is handed in must be, in words that name the field. */
final class DraftRules {
    /** The first moment that can be kept, the first of year 1. */
    static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    /** The last moment that can be kept, the last of year 9999. */
    static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    /** The most characters of an id of a message. */
    static final int MESSAGE_ID = 200;
    /** The most characters of the name of a speaker. */
    static final int SPEAKER = 200;

    private static final int HANGUL_FILLER = 0x3164;

    private DraftRules() {}

    static Instant time(String field, Instant at) {
        if (at.isBefore(FIRST) || at.isAfter(LAST)) {
            throw new InvalidInputException(field + " is " + at + "; expected " + FIRST + " to " + LAST);
        }
        return at;
    }

    /** A text that says something: not only spaces of whatever kind and characters that nobody sees. */
    static String text(String field, String text, int most) {
        if (isBlank(text)) {
            throw new InvalidInputException(field + " has no text; expected at least one visible character");
        }
        return atMost(field, text, most);
    }

    static String atMost(String field, String text, int most) {
        if (text.length() > most) {
            throw new InvalidInputException(
                    field + " has " + text.length() + " characters; at most " + most + " are kept");
        }
        return wellFormed(field, text);
    }

    static String wellFormed(String field, String text) {
        int lone = WellFormed.firstLoneSurrogate(text, 0);
        if (lone >= 0) {
            throw new InvalidInputException(
                    field + " is not well-formed Unicode: half of a surrogate pair at character " + (lone + 1)
                            + "; hand in the text as valid UTF-8 or UTF-16");
        }
        return text;
    }

    /** Also of no-break spaces, zero-width characters and the like, which {@link String#isBlank} takes for text. */
    static boolean isBlank(String text) {
        return text.codePoints().allMatch(DraftRules::isInvisible);
    }

    private static boolean isInvisible(int c) {
        return Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || c == HANGUL_FILLER;
    }
}
