package io.arkestra.llm.repair.internal;

/**
 * Where a bracketed text ends, brackets in double-quoted strings not counted.
 *
 * @param closed whether its last bracket was found
 * @param end index after it, or the end of the text
 */
record BalancedText(boolean closed, int end) {
    static BalancedText from(String text, int start) {
        int depth = 0;
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if ((c == '}' || c == ']') && --depth == 0) {
                return new BalancedText(true, i + 1);
            }
        }
        return new BalancedText(false, text.length());
    }
}
