package io.arkestra.guard.secret.internal;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One rule of the rule file. Thread-safe; compiles its pattern when it is needed for the first time. */
final class SecretRule {

    private static final int IDENTIFIER = 50;

    private final String id;
    private final String regex;
    private final double entropy;
    private final int group;
    private final boolean assignment;
    private final List<String> keywords;
    private final List<TomlRules.Table> allowTables;
    private volatile @Nullable Pattern pattern;
    private volatile @Nullable List<AllowList> allowLists;

    SecretRule(TomlRules.Table table, List<TomlRules.Table> allowTables) {
        this.id = table.text("id");
        this.regex = table.text("regex");
        this.entropy = table.text("entropy").isEmpty() ? 0 : Double.parseDouble(table.text("entropy"));
        this.group = table.text("secretGroup").isEmpty() ? 0 : Integer.parseInt(table.text("secretGroup"));
        this.assignment = GoPatterns.hasIdentifierHead(regex);
        this.keywords = table.list("keywords").stream()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .toList();
        this.allowTables = List.copyOf(allowTables);
    }

    String id() {
        return id;
    }

    List<String> keywords() {
        return keywords;
    }

    /** Whether the secret stands right behind the keyword, as the value of what the keyword names. */
    boolean assignment() {
        return assignment;
    }

    /** Takes the range of a secret. */
    interface Found {
        void secret(int start, int end);
    }

    /** Reports every secret in the text behind the offset. */
    void find(String text, int from, List<AllowList> global, Found found) {
        Matcher matcher = pattern().matcher(text).useTransparentBounds(true).useAnchoringBounds(false);
        matcher.region(from, text.length());
        while (matcher.find()) {
            int secretGroup = secretGroup(matcher);
            int start = matcher.start(secretGroup);
            int end = matcher.end(secretGroup);
            if (end > start && isSecret(text, matcher, text.substring(start, end), global)) {
                found.secret(start, end);
            }
        }
    }

    private int secretGroup(Matcher matcher) {
        if (group > 0) {
            return group;
        }
        for (int i = 1; i <= matcher.groupCount(); i++) {
            if (matcher.start(i) >= 0 && matcher.end(i) > matcher.start(i)) {
                return i;
            }
        }
        return 0;
    }

    private boolean isSecret(String text, Matcher matcher, String secret, List<AllowList> global) {
        if (entropy > 0 && Entropy.of(secret) <= entropy) {
            return false;
        }
        int matchStart = matcher.start();
        for (int i = 0;
                assignment && i < IDENTIFIER && matchStart > 0 && isIdentifier(text.charAt(matchStart - 1));
                i++) {
            matchStart--;
        }
        String match = text.substring(matchStart, matcher.end());
        int lineStart = text.lastIndexOf('\n', matcher.start()) + 1;
        int lineEnd = text.indexOf('\n', matcher.end());
        String line = text.substring(Math.min(lineStart, matchStart), lineEnd < 0 ? text.length() : lineEnd);
        for (AllowList list : allowLists()) {
            if (list.allows(secret, match, line)) {
                return false;
            }
        }
        return global.stream().noneMatch(list -> list.allows(secret, match, line));
    }

    private static boolean isIdentifier(char c) {
        return c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-');
    }

    private Pattern pattern() {
        Pattern compiled = pattern;
        if (compiled == null) {
            compiled = GoPatterns.compile(GoPatterns.withoutIdentifierHead(regex));
            pattern = compiled;
        }
        return compiled;
    }

    private List<AllowList> allowLists() {
        List<AllowList> lists = allowLists;
        if (lists == null) {
            lists = allowTables.stream().map(AllowList::of).toList();
            allowLists = lists;
        }
        return lists;
    }
}
