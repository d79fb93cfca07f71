package io.arkestra.guard.secret.internal;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What makes a find of a rule harmless.
 *
 * @param target what the patterns look at
 * @param patterns any of them is enough
 * @param stopWords any of them in the secret is enough, in any case
 */
record AllowList(Target target, List<Pattern> patterns, List<String> stopWords) {

    /** Part of the text that patterns look at. */
    enum Target {
        SECRET,
        MATCH,
        LINE
    }

    /** Lists by file path do not apply to messages; they allow nothing here. */
    static AllowList of(TomlRules.Table table) {
        boolean byPath =
                table.text("condition").equals("AND") && !table.list("paths").isEmpty();
        Target target = switch (table.text("regexTarget")) {
            case "match" -> Target.MATCH;
            case "line" -> Target.LINE;
            default -> Target.SECRET;
        };
        return new AllowList(
                target,
                byPath
                        ? List.of()
                        : table.list("regexes").stream()
                                .map(GoPatterns::compile)
                                .toList(),
                byPath
                        ? List.of()
                        : table.list("stopwords").stream()
                                .map(word -> word.toLowerCase(Locale.ROOT))
                                .toList());
    }

    boolean allows(String secret, String match, String line) {
        String looked = switch (target) {
            case SECRET -> secret;
            case MATCH -> match;
            case LINE -> line;
        };
        for (Pattern pattern : patterns) {
            if (pattern.matcher(looked).find()) {
                return true;
            }
        }
        String lower = stopWords.isEmpty() ? "" : secret.toLowerCase(Locale.ROOT);
        return stopWords.stream().anyMatch(lower::contains);
    }
}
