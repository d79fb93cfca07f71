package io.arkestra.guard.secret.internal;

import java.util.regex.Pattern;

/** Patterns written for Go, where a brace that begins no repetition stands for itself and names of groups may hold
 * any sign; groups with names are only explained by them here. */
final class GoPatterns {

    private static final Pattern LITERAL_BRACE = Pattern.compile("(?<!\\\\)(?<!\\\\[pPx])\\{(?!\\d+(?:,\\d*)?\\})");
    private static final Pattern NAMED_GROUP = Pattern.compile("\\(\\?P<\\w+>");
    private static final String IDENTIFIER_HEAD = "[\\w.-]{0,50}?";

    private GoPatterns() {}

    static Pattern compile(String pattern) {
        String anonymous = NAMED_GROUP.matcher(pattern).replaceAll("(?:");
        return Pattern.compile(LITERAL_BRACE.matcher(anonymous).replaceAll("\\\\{"));
    }

    /** Whether the pattern begins with the head of an identifier, which does not change what it finds but costs much. */
    static boolean hasIdentifierHead(String pattern) {
        return pattern.startsWith("(?i)" + IDENTIFIER_HEAD);
    }

    static String withoutIdentifierHead(String pattern) {
        return hasIdentifierHead(pattern) ? "(?i)" + pattern.substring(4 + IDENTIFIER_HEAD.length()) : pattern;
    }
}
