package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What does not work as well as it should, each told once and between answers, not as lines of a log in the middle of them. */
final class Remarks {
    private static final String WARNING = "  warning   ";

    private final Arkestra arkestra;
    private final Set<String> told = new HashSet<>();

    Remarks(Arkestra arkestra) {
        this.arkestra = arkestra;
    }

    static boolean isWarning(String describedLine) {
        return describedLine.startsWith(WARNING);
    }

    /** What was warned of while the engine was opened. */
    List<String> ofOpening() {
        return untold(
                arkestra.describe().lines().filter(Remarks::isWarning).map(line -> line.substring(WARNING.length())));
    }

    /** What turned up since. */
    List<String> later() {
        return untold(arkestra.health().findings().stream());
    }

    private List<String> untold(Stream<String> all) {
        return all.filter(told::add).toList();
    }
}
