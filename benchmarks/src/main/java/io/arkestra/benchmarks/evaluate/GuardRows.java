package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One labelled set for the guard.
 *
 * @param name its directory
 * @param rows its texts
 */
record GuardRows(String name, List<Row> rows) {

    /** A labelled range of a text. */
    record Span(String type, int start, int end) {}

    /**
     * One text.
     *
     * @param group what it is counted under besides its types: origin and language for profanity, the set's name otherwise
     * @param target the only type judged in it, if there is one
     * @param label whether the text as a whole holds such a value, where the set says so
     * @param positioned whether {@code spans} says where
     */
    record Row(
            String text,
            List<Span> spans,
            String group,
            Optional<String> target,
            Optional<Boolean> label,
            boolean positioned) {}

    /** The set in the directory, or all sets in the directories in it whose names begin as those of the guard do. */
    static List<GuardRows> load(Path directory) {
        Optional<Path> own = file(directory);
        if (own.isPresent()) {
            return List.of(read(directory.toAbsolutePath().getFileName().toString(), own.get()));
        }
        try (Stream<Path> children = Files.list(directory)) {
            List<GuardRows> sets = children.filter(
                            child -> isSet(child.getFileName().toString()))
                    .sorted()
                    .flatMap(child -> file(child).stream()
                            .map(file -> read(child.getFileName().toString(), file)))
                    .toList();
            if (sets.isEmpty()) {
                throw new EvaluationException(
                        directory + " has neither dev.jsonl nor heldout.jsonl, nor directories pii-*, secrets-*"
                                + " or profanity that have; expected one of them");
            }
            return sets;
        } catch (IOException e) {
            throw new EvaluationException(directory + " cannot be read: " + e.getMessage());
        }
    }

    private static boolean isSet(String name) {
        return name.startsWith("pii-") || name.startsWith("secrets-") || name.equals("profanity");
    }

    private static Optional<Path> file(Path directory) {
        return Stream.of("dev.jsonl", "heldout.jsonl")
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static GuardRows read(String name, Path file) {
        List<Row> rows = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    rows.add(row(name, Json.parse(line)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new GuardRows(name, rows);
    }

    private static Row row(String set, Json json) {
        List<Span> spans = json.list("spans").stream()
                .map(span -> new Span(
                        span.text("type"),
                        span.integer("start").orElseThrow().intValue(),
                        span.integer("end").orElseThrow().intValue()))
                .toList();
        Optional<Boolean> label = json.get("label").map(Json::asBoolean);
        String group = json.string("origin")
                .map(origin -> origin
                        + json.string("kind")
                                .map(kind -> kind.equals("plain") ? "/plain" : "/disguised")
                                .orElse("") + "/" + json.text("lang"))
                .orElse(set);
        return new Row(
                json.text("text"),
                spans,
                group,
                json.string("target"),
                label,
                json.text("level").equals("span"));
    }
}
