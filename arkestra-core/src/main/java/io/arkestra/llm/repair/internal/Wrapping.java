package io.arkestra.llm.repair.internal;

import java.util.List;
import java.util.Set;

/**
 * An answer without what models put around it: a byte order mark, thinking, a code fence.
 *
 * @param text the rest
 * @param endless whether the thinking never ended, so that there is no answer
 */
record Wrapping(String text, boolean endless) {
    static final String MARK = "\uFEFF";

    private static final List<String> THINKING_TAGS = List.of("think", "thinking", "reasoning", "thought");
    private static final String FENCE = "```";

    static Wrapping strip(String raw, Set<String> steps) {
        String text = raw;
        if (text.startsWith(MARK)) {
            steps.add(Steps.BYTE_ORDER_MARK);
            text = text.substring(MARK.length());
        }
        text = text.strip();
        for (String tag : THINKING_TAGS) {
            String opening = "<" + tag + ">";
            String closing = "</" + tag + ">";
            boolean opened = startsWith(text, opening);
            if (!opened && (text.startsWith("{") || text.startsWith("["))) {
                continue;
            }
            // Without an opening tag too: templates that open the thinking themselves leave only its end to be seen.
            int end = text.indexOf(closing);
            if (end >= 0) {
                steps.add(Steps.THINKING);
                text = text.substring(end + closing.length()).strip();
            } else if (opened) {
                steps.add(Steps.THINKING);
                return new Wrapping("", true);
            }
        }
        return new Wrapping(unfenced(text, steps), false);
    }

    private static String unfenced(String text, Set<String> steps) {
        int fence = text.indexOf(FENCE);
        int brace = firstBracket(text);
        if (fence < 0 || (brace >= 0 && brace < fence && !text.endsWith(FENCE))) {
            return text;
        }
        String rest = text;
        if (brace < 0 || fence < brace) {
            int line = text.indexOf('\n', fence);
            int from = line >= 0 && (brace < 0 || line < brace) ? line + 1 : brace < 0 ? text.length() : brace;
            if (fence > 0) {
                steps.add(Steps.SURROUNDING_TEXT);
            }
            steps.add(Steps.FENCE);
            rest = text.substring(from).strip();
        }
        if (rest.endsWith(FENCE)) {
            steps.add(Steps.FENCE);
            rest = rest.substring(0, rest.length() - FENCE.length()).strip();
        }
        return rest;
    }

    private static int firstBracket(String text) {
        int object = text.indexOf('{');
        int array = text.indexOf('[');
        return object < 0 ? array : array < 0 ? object : Math.min(object, array);
    }

    private static boolean startsWith(String text, String tag) {
        return text.regionMatches(true, 0, tag, 0, tag.length());
    }
}
