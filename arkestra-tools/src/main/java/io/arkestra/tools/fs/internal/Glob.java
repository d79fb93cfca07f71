package io.arkestra.tools.fs.internal;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A pattern of names: {@code *} and {@code ?} within a name, {@code **} across names, <code>{a,b}</code> for either. One without a {@code /}
 * is compared with the last name, another with the whole path. Matching takes linear time.
 */
public final class Glob {
    private final Pattern pattern;
    private final boolean wholePath;

    private Glob(Pattern pattern, boolean wholePath) {
        this.pattern = pattern;
        this.wholePath = wholePath;
    }

    /** @throws io.arkestra.tool.ToolException when it cannot be read */
    public static Glob of(String text) {
        if (text.isEmpty() || text.length() > 500) {
            throw Refusal.invalid("A pattern of names has 1 to 500 characters");
        }
        try {
            return new Glob(Pattern.compile(expression(text)), text.indexOf('/') >= 0);
        } catch (PatternSyntaxException e) {
            throw Refusal.invalid("'" + text + "' is not a pattern of names: use *, **, ? and {a,b}");
        }
    }

    /** @param path relative, with {@code /} between names */
    public boolean matches(String path) {
        return pattern.matches(wholePath ? path : path.substring(path.lastIndexOf('/') + 1));
    }

    private static String expression(String text) {
        StringBuilder regex = new StringBuilder("(?s)");
        int open = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '*' -> {
                    if (text.startsWith("**/", i)) {
                        regex.append("(?:.*/)?");
                        i += 2;
                    } else if (text.startsWith("**", i)) {
                        regex.append(".*");
                        i++;
                    } else {
                        regex.append("[^/]*");
                    }
                }
                case '?' -> regex.append("[^/]");
                case '{' -> {
                    regex.append("(?:");
                    open++;
                }
                case '}' -> {
                    regex.append(open > 0 ? ")" : "\\}");
                    open = Math.max(0, open - 1);
                }
                case ',' -> regex.append(open > 0 ? "|" : ",");
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }
}
