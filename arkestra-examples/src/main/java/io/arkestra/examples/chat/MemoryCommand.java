package io.arkestra.examples.chat;

import io.arkestra.Arkestra;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.guard.GuardContext;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is remembered about something, with what makes each hit as good as it is. */
final class MemoryCommand {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");
    /** Where no hit has any of the words, one is worth showing when it is at least so good, compared with the best. */
    private static final double CLOSE = 0.5;

    private static final int QUOTE = 120;
    private static final String COVERAGE = "coverage";
    /** Says how many words the question has, and nothing about a hit. */
    private static final String CONTENT = "content";

    private final Arkestra arkestra;
    private final Scope scope;

    MemoryCommand(Arkestra arkestra, Scope scope) {
        this.arkestra = arkestra;
        this.scope = scope;
    }

    CommandReply run(String command, String query) {
        Recall recall = arkestra.memory().recall(scope, RecallQuery.about(query));
        List<Passage> found =
                recall.passages().stream().filter(hit -> !quote(hit).isBlank()).toList();
        List<Passage> shown = related(found);
        int weaker = found.size() - shown.size();
        Json hits = Json.array(shown.stream().map(this::json).toList());
        return new CommandReply(
                command,
                text(shown, weaker, recall.notes()),
                Json.object()
                        .put("hits", hits)
                        .put("weaker", weaker)
                        .put("notes", Json.strings(recall.notes()))
                        .build());
    }

    /**
     * A recall returns the best there is, however bad. Worth showing is what holds a word of the query, and what is ranked above all that
     * does: it got there by its meaning. Where nothing holds one, what comes near the best.
     */
    private static List<Passage> related(List<Passage> found) {
        int first = 0;
        while (first < found.size() && !hasWords(found.get(first))) {
            first++;
        }
        if (first == found.size()) {
            double best = found.stream().mapToDouble(Passage::score).max().orElse(0);
            return found.stream()
                    .filter(hit -> hit.score() > 0 && hit.score() >= CLOSE * best)
                    .toList();
        }
        List<Passage> shown = new ArrayList<>(found.subList(0, first));
        found.subList(first, found.size()).stream()
                .filter(MemoryCommand::hasWords)
                .forEach(shown::add);
        return shown;
    }

    private static boolean hasWords(Passage hit) {
        return hit.scoreParts().getOrDefault(COVERAGE, 0.0) > 0;
    }

    private String text(List<Passage> shown, int weaker, List<String> notes) {
        ZoneId zone = arkestra.profile(scope.user()).zone();
        StringBuilder text = new StringBuilder();
        for (Passage hit : shown) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s  %-7s %.3f  [%s] %s%n    %s%n",
                    MINUTE.format(hit.at().atZone(zone)),
                    kind(hit),
                    hit.score(),
                    hit.id(),
                    Printable.line(hit.speaker() + ": " + quote(hit), QUOTE),
                    parts(hit)));
        }
        if (shown.isEmpty()) {
            text.append("Nothing is remembered about that.\n");
        }
        if (weaker > 0) {
            text.append(shown.isEmpty() ? "(" : "… and ")
                    .append(weaker)
                    .append(weaker == 1 ? " hit" : " hits")
                    .append(shown.isEmpty() ? " had nothing in common with it)\n" : " weaker\n");
        }
        notes.forEach(note -> text.append(note).append('\n'));
        return text.toString().replace("\r\n", "\n").stripTrailing();
    }

    /** The parts that count, the greatest first. */
    private static String parts(Passage hit) {
        return hit.scoreParts().entrySet().stream()
                .filter(part -> !part.getKey().equals(CONTENT))
                .filter(part -> Math.abs(part.getValue()) >= 0.0005)
                .sorted(Map.Entry.<String, Double>comparingByValue(
                                (one, other) -> Double.compare(Math.abs(other), Math.abs(one)))
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(part -> String.format(Locale.ROOT, "%s %.3f", part.getKey(), part.getValue()))
                .collect(Collectors.joining(", "));
    }

    private Json json(Passage hit) {
        Json.ObjectBuilder parts = Json.object();
        hit.scoreParts().forEach(parts::put);
        return Json.object()
                .put("id", hit.id())
                .put("kind", kind(hit))
                .put("time", hit.at())
                .put("speaker", hit.speaker())
                .put("score", hit.score())
                .put("parts", parts.build())
                .put("quote", quote(hit))
                .build();
    }

    private String quote(Passage hit) {
        return arkestra.guard().inspect(hit.text(), GuardContext.toOwner()).text();
    }

    private static String kind(Passage hit) {
        return hit.kind().name().toLowerCase(Locale.ROOT);
    }
}
