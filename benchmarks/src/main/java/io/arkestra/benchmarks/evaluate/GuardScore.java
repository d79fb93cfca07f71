package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import io.arkestra.guard.GuardFinding;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts one system on one set. A find is right when it overlaps a labelled range of its type; a labelled range leaks when a character
 * of it is in no find of any type.
 */
final class GuardScore {

    /** Labelled in the sets, and not looked for: names of people and places, and what only context makes personal. */
    static final Set<String> NOT_JUDGED = Set.of(
            "PERSON",
            "ORGANIZATION",
            "GPE",
            "STREET_ADDRESS",
            "DATE_TIME",
            "TITLE",
            "AGE",
            "NRP",
            "US_DRIVER_LICENSE",
            "ZIP_CODE",
            "URL",
            "POSTAL_CODE");

    /** One line of the table. */
    static final class Line {
        int found;
        int right;
        int gold;
        int hit;
        int leaked;
        int negatives;
        int alarms;

        double precision() {
            return share(right, found, 1);
        }

        double recall() {
            return share(hit, gold, 1);
        }

        double f1() {
            double sum = precision() + recall();
            return sum == 0 ? 0 : 2 * precision() * recall() / sum;
        }

        double leak() {
            return share(leaked, gold, 0);
        }

        double falsePositiveRate() {
            return share(alarms, negatives, 0);
        }

        private static double share(int part, int whole, double none) {
            return whole == 0 ? none : (double) part / whole;
        }

        Json json() {
            Json.ObjectBuilder json = Json.object();
            if (gold > 0 || found > 0) {
                json.put("precision", Figures.rounded(precision()))
                        .put("recall", Figures.rounded(recall()))
                        .put("f1", Figures.rounded(f1()))
                        .put("leak", Figures.rounded(leak()));
            }
            if (negatives > 0) {
                json.put("falsePositiveRate", Figures.rounded(falsePositiveRate()));
            }
            return json.put("positives", gold).put("negatives", negatives).build();
        }
    }

    private final Map<String, Line> types = new TreeMap<>();
    private final Map<String, Line> groups = new TreeMap<>();
    private final Line overall = new Line();

    Map<String, Line> types() {
        return types;
    }

    /** By origin, for sets that name one. */
    Map<String, Line> groups() {
        return groups;
    }

    Line overall() {
        return overall;
    }

    void add(GuardRows.Row row, List<GuardFinding> findings) {
        if (row.label().isPresent()) {
            addFlag(row, findings);
        } else {
            addSpans(row, findings);
        }
    }

    /** Sets of secrets and profanity say only whether a text holds one. */
    private void addFlag(GuardRows.Row row, List<GuardFinding> findings) {
        boolean profanity = row.group().contains("/");
        String type = profanity ? "PROFANITY" : "SECRET";
        boolean flagged = findings.stream().anyMatch(finding -> finding.type().equals(type));
        boolean label = row.label().get();
        boolean leaked = label
                && (!flagged
                        || !profanity
                                && row.positioned()
                                && row.spans().stream().anyMatch(span -> !covered(span, findings)));
        for (Line line : List.of(line(types, type), line(groups, row.group()), overall)) {
            line.found += flagged ? 1 : 0;
            line.right += flagged && label ? 1 : 0;
            line.gold += label ? 1 : 0;
            line.hit += flagged && label ? 1 : 0;
            line.leaked += leaked ? 1 : 0;
            line.negatives += label ? 0 : 1;
            line.alarms += flagged && !label ? 1 : 0;
        }
    }

    private void addSpans(GuardRows.Row row, List<GuardFinding> findings) {
        List<GuardRows.Span> gold = row.spans().stream()
                .filter(span -> !NOT_JUDGED.contains(span.type()))
                .filter(span -> row.target().map(span.type()::equals).orElse(true))
                .toList();
        List<GuardFinding> judged = findings.stream()
                .filter(finding -> !NOT_JUDGED.contains(finding.type()))
                .filter(finding -> row.target().map(finding.type()::equals).orElse(true))
                .toList();
        for (GuardFinding finding : judged) {
            boolean right = gold.stream().anyMatch(span -> matches(span, finding));
            for (Line line : List.of(line(types, finding.type()), overall)) {
                line.found++;
                line.right += right ? 1 : 0;
            }
        }
        for (GuardRows.Span span : gold) {
            boolean hit = judged.stream().anyMatch(finding -> matches(span, finding));
            boolean leaked = !covered(span, findings);
            for (Line line : List.of(line(types, span.type()), overall)) {
                line.gold++;
                line.hit += hit ? 1 : 0;
                line.leaked += leaked ? 1 : 0;
            }
        }
        if (row.spans().isEmpty()) {
            overall.negatives++;
            overall.alarms += judged.isEmpty() ? 0 : 1;
        }
    }

    private static Line line(Map<String, Line> lines, String name) {
        return lines.computeIfAbsent(name, key -> new Line());
    }

    private static boolean matches(GuardRows.Span span, GuardFinding finding) {
        return span.type().equals(finding.type()) && span.start() < finding.end() && finding.start() < span.end();
    }

    private static boolean covered(GuardRows.Span span, List<GuardFinding> findings) {
        int at = span.start();
        for (GuardFinding finding : findings) {
            if (finding.start() <= at && finding.end() > at) {
                at = finding.end();
            }
        }
        return at >= span.end();
    }
}
