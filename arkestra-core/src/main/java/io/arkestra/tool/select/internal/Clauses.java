package io.arkestra.tool.select.internal;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts a message into its sentences and clauses, so that "book a flight to Oslo and tell me the weather there" is two things to find tools for.
 */
final class Clauses {
    /** More than this many say no more about what is wanted, and each costs a vector. */
    private static final int MOST = 6;

    private static final int FEWEST_WORDS = 3;
    private static final Pattern BETWEEN = Pattern.compile(
            "(?<=[.!?;])\\s+|\\R+|,?\\s+(?:and then|then|and also|also|as well as|and|plus|а также|а ещё|а еще|а потом|потом|затем|и)\\s+"
                    + "|,\\s+",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

    private Clauses() {}

    /** The clauses; none when the message is one. */
    static List<String> of(String message) {
        List<String> clauses = Arrays.stream(BETWEEN.split(message.strip()))
                .map(String::strip)
                .filter(clause -> clause.split("\\s+").length >= FEWEST_WORDS)
                .limit(MOST)
                .toList();
        return clauses.size() > 1 ? clauses : List.of();
    }
}
