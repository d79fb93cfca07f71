package io.arkestra.config.internal;

import io.arkestra.common.ConfigException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Something wrong with the configuration.
 *
 * @param where file with line and column, or the name of the variable or property
 * @param line line in the file, for sorting; 0 outside of a file
 * @param column column in the file
 * @param message what is wrong and what is expected
 */
record Problem(String where, int line, int column, String message) {
    @Override
    public String toString() {
        return where + ": " + message;
    }

    /** One exception that tells all of them, in the order of the file. */
    static ConfigException exception(List<Problem> problems) {
        if (problems.size() == 1) {
            return new ConfigException(problems.get(0).toString());
        }
        String all = problems.stream()
                .sorted(java.util.Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .map(problem -> "\n  " + problem)
                .collect(Collectors.joining());
        return new ConfigException("The configuration has " + problems.size() + " problems:" + all);
    }
}
