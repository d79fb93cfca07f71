package io.arkestra.tools.project.internal;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * One line of an ignore file, as git reads it.
 *
 * @param base the directory that it stands in, without a slash at either end; empty for the root
 * @param pattern of the path below that directory
 * @param anywhere whether only the last part of the path is compared
 * @param directories whether it is about directories only
 * @param ignored false for a line that takes something out again
 */
record IgnoreRule(String base, Pattern pattern, boolean anywhere, boolean directories, boolean ignored) {
    /** A line; empty when it says nothing, or nothing that can be understood. */
    static Optional<IgnoreRule> parse(String base, String line) {
        String text = withoutTrailingSpaces(line);
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        boolean ignored = !text.startsWith("!");
        text = ignored ? text : text.substring(1);
        boolean directories = text.endsWith("/");
        text = directories ? text.substring(0, text.length() - 1) : text;
        boolean anywhere = text.indexOf('/') < 0;
        text = text.startsWith("/") ? text.substring(1) : text;
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new IgnoreRule(
                    base, Pattern.compile(expression(text), Pattern.DOTALL), anywhere, directories, ignored));
        } catch (PatternSyntaxException e) {
            // Git takes such a line for one that fits nothing.
            return Optional.empty();
        }
    }

    private static String withoutTrailingSpaces(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\r')) {
            boolean escaped = end > 1 && line.charAt(end - 2) == '\\' && line.charAt(end - 1) == ' ';
            if (escaped) {
                break;
            }
            end--;
        }
        return line.substring(0, end);
    }

    /** Whether it is about a path. */
    boolean fits(String path, boolean directory) {
        if (directories && !directory) {
            return false;
        }
        if (!base.isEmpty()
                && !(path.startsWith(base) && path.length() > base.length() && path.charAt(base.length()) == '/')) {
            return false;
        }
        String compared = anywhere
                ? path.substring(path.lastIndexOf('/') + 1)
                : path.substring(base.isEmpty() ? 0 : base.length() + 1);
        return pattern.matcher(compared).matches();
    }

    private static String expression(String glob) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < glob.length()) {
            char c = glob.charAt(i);
            if (c == '*') {
                int stars = i;
                while (stars < glob.length() && glob.charAt(stars) == '*') {
                    stars++;
                }
                boolean begins = i == 0 || glob.charAt(i - 1) == '/';
                boolean ends = stars == glob.length() || glob.charAt(stars) == '/';
                if (stars - i >= 2 && begins && ends) {
                    if (stars == glob.length()) {
                        out.append(".+");
                        i = stars;
                    } else {
                        out.append("(?:.*/)?");
                        i = stars + 1;
                    }
                } else {
                    out.append("[^/]*");
                    i = stars;
                }
            } else if (c == '?') {
                out.append("[^/]");
                i++;
            } else if (c == '[') {
                i = set(glob, i, out);
            } else if (c == '\\') {
                if (i + 1 == glob.length()) {
                    throw new PatternSyntaxException("A backslash at the end", glob, i);
                }
                out.append(Pattern.quote(String.valueOf(glob.charAt(i + 1))));
                i += 2;
            } else {
                out.append(Pattern.quote(String.valueOf(c)));
                i++;
            }
        }
        return out.toString();
    }

    /** A set of characters; returns where it ends. */
    private static int set(String glob, int open, StringBuilder out) {
        int i = open + 1;
        boolean not = i < glob.length() && (glob.charAt(i) == '!' || glob.charAt(i) == '^');
        i = not ? i + 1 : i;
        StringBuilder set = new StringBuilder(not ? "[^/" : "[");
        int first = i;
        while (i < glob.length() && (glob.charAt(i) != ']' || i == first)) {
            char c = glob.charAt(i);
            int named = c == '[' && glob.startsWith("[:", i) ? glob.indexOf(":]", i) : -1;
            if (named > 0) {
                set.append(named(glob, i, named));
                i = named + 2;
                continue;
            }
            if (c == '\\' && i + 1 < glob.length()) {
                i++;
                c = glob.charAt(i);
                set.append('\\').append(c);
            } else if (c == '-' && i > first && i + 1 < glob.length() && glob.charAt(i + 1) != ']') {
                set.append('-');
            } else {
                set.append(Character.isLetterOrDigit(c) ? "" : "\\").append(c);
            }
            i++;
        }
        if (i >= glob.length()) {
            throw new PatternSyntaxException("A set without an end", glob, open);
        }
        out.append("(?!/)").append(set).append(']');
        return i + 1;
    }

    private static String named(String glob, int from, int to) {
        return switch (glob.substring(from + 2, to)) {
            case "alpha" -> "\\p{Alpha}";
            case "digit" -> "\\p{Digit}";
            case "alnum" -> "\\p{Alnum}";
            case "upper" -> "\\p{Upper}";
            case "lower" -> "\\p{Lower}";
            case "space" -> "\\p{Space}";
            case "punct" -> "\\p{Punct}";
            case "xdigit" -> "\\p{XDigit}";
            default -> throw new PatternSyntaxException("An unknown class of characters", glob, from);
        };
    }
}
