package io.arkestra.llm.llamacpp.worker.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts on their way through the native template engine, whose answer comes back in the JVM's own variant of UTF-8: characters beyond the
 * first plane arrive garbled and cut the end off, the first zero ends it, and an empty text becomes the word "None". All of these are
 * spelled out in characters that survive, and read back afterwards.
 */
final class TemplateText {
    private static final char OPEN = '\uE0F0';
    private static final char CLOSE = '\uE0F1';
    private static final Pattern ESCAPED = Pattern.compile(OPEN + "([0-9a-f]{0,6})" + CLOSE);

    private TemplateText() {}

    static String escaped(String text) {
        if (text.isEmpty()) {
            return "" + OPEN + CLOSE;
        }
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (point == 0 || point == OPEN || point > 0xffff) {
                out.append(OPEN).append(Integer.toHexString(point)).append(CLOSE);
            } else {
                out.appendCodePoint(point);
            }
        });
        return out.toString();
    }

    static String restored(String text) {
        return ESCAPED.matcher(text).replaceAll(match -> Matcher.quoteReplacement(character(match.group(1))));
    }

    private static String character(String hex) {
        return hex.isEmpty() ? "" : Character.toString(Integer.parseInt(hex, 16));
    }
}
