package io.arkestra.guard.pii.internal;

import io.arkestra.guard.scan.internal.Block;
import io.arkestra.guard.scan.internal.Recogniser;
import io.arkestra.guard.scan.internal.TextWindow;
import java.util.List;

/**
 * E-mail addresses in any script, with international domains (RFC 5321 lengths, RFC 6531 characters; quoted local parts and address
 * literals are not looked for). A domain has at least two labels, the last of which starts with two letters.
 */
public final class EmailRule implements Recogniser {

    private static final int MAX_LOCAL = 64;
    private static final int MAX_DOMAIN = 255;

    @Override
    public List<String> types() {
        return List.of("EMAIL");
    }

    @Override
    public boolean concerns(Block block) {
        return block.has(Block.AT);
    }

    @Override
    public void find(Block block, Found found) {
        TextWindow window = block.text();
        for (int at = block.start(); at < block.end(); at++) {
            if (isAt(window.at(at))) {
                int domainEnd = domainRunEnd(window, at + 1);
                int start = localStart(window, at);
                int end = domainEnd(window, at + 1, domainEnd);
                if (start < at && end > at + 1 && !isUserInfo(window, start)) {
                    found.value("EMAIL", "email", start, end);
                }
            }
        }
    }

    /** Whether the local part is the password of an address such as {@code https://user:password@host}. */
    private static boolean isUserInfo(TextWindow window, int start) {
        int i = start - 1;
        if (window.at(i) != ':') {
            return false;
        }
        while (start - i < MAX_LOCAL && window.at(i) > ' ' && window.at(i) != '/') {
            i--;
        }
        return window.at(i) == '/' && window.at(i - 1) == '/' && window.at(i - 2) == ':';
    }

    /** Also the full-width commercial at. */
    private static boolean isAt(char c) {
        return c == '@' || c == '＠';
    }

    private static boolean isWordChar(char c) {
        if (c < 128) {
            return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
        }
        return Character.isLetterOrDigit(c) || isMark(c);
    }

    private static boolean isMark(char c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
    }

    private static boolean isLocalChar(char c) {
        return isWordChar(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' || c == '\'';
    }

    private static boolean isLabelChar(char c) {
        return isWordChar(c) || c == '-';
    }

    private static int localRunStart(TextWindow window, int end) {
        int start = end;
        while (start > 0 && end - start < MAX_LOCAL && isLocalChar(window.at(start - 1))) {
            start--;
        }
        return start;
    }

    /** A quotation mark or list dash in front of an address is not part of it. */
    private static int localStart(TextWindow window, int at) {
        int start = localRunStart(window, at);
        while (start < at && !isWordChar(window.at(start)) && window.at(start) != '_') {
            start++;
        }
        return start;
    }

    private static int domainRunEnd(TextWindow window, int start) {
        int end = start;
        while (end - start < MAX_DOMAIN && (isLabelChar(window.at(end)) || window.at(end) == '.')) {
            end++;
        }
        return end;
    }

    /** The end of the last label that can be a top-level domain, or the start if there is none. */
    private static int domainEnd(TextWindow window, int start, int runEnd) {
        int best = start;
        int labelStart = start;
        while (labelStart < runEnd && isLabelChar(window.at(labelStart))) {
            int labelEnd = labelStart;
            while (labelEnd < runEnd && isLabelChar(window.at(labelEnd))) {
                labelEnd++;
            }
            if (labelStart > start) {
                best = Math.max(best, topLevelEnd(window, labelStart, labelEnd));
            }
            if (labelEnd >= runEnd) {
                break;
            }
            labelStart = labelEnd + 1;
        }
        return best;
    }

    private static int topLevelEnd(TextWindow window, int start, int end) {
        if (window.text(start, Math.min(end, start + 4)).equalsIgnoreCase("xn--")) {
            return end;
        }
        int letters = start;
        // What follows the letters ("ru-site", "com2") is text that was glued to the address.
        while (letters < end && (Character.isLetter(window.at(letters)) || isMark(window.at(letters)))) {
            letters++;
        }
        return letters - start >= 2 ? letters : 0;
    }
}
