package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Recorded tools and tasks.
 *
 * @param tools what there is
 * @param tasks what users and attackers want; empty where a set has tools alone
 */
record PolicyRows(List<Entry> tools, List<Task> tasks) {
    /**
     * A tool.
     *
     * @param capability {@code read}, {@code net_read}, {@code write}, {@code send}, {@code delete}, {@code money} or {@code credential};
     *     empty where the set does not say
     * @param parameters name and description of each, as JSON
     * @param attack whether it is one of an attacker's
     */
    record Entry(String name, String description, String capability, Json parameters, boolean attack) {}

    /** A call of a reference solution. */
    record Call(String tool, String capability, Json arguments) {
        boolean effect() {
            return !capability.equals("read") && !capability.equals("net_read");
        }
    }

    /** What somebody wants, and the calls that do it. */
    record Task(String id, String suite, boolean attack, String text, List<Call> calls) {}

    static PolicyRows load(Path directory) {
        List<Entry> tools = read(directory.resolve("tools.jsonl"), PolicyRows::entry);
        boolean described = tools.stream().allMatch(tool -> tool.capability().isEmpty());
        List<Task> tasks = described ? List.of() : read(directory.resolve("tasks.jsonl"), PolicyRows::task);
        return new PolicyRows(tools, tasks);
    }

    private static Entry entry(Json row) {
        return new Entry(
                row.string("name")
                        .or(() -> row.string("tool"))
                        .orElseThrow(() -> new InvalidInputException("'name' is missing")),
                row.text("description"),
                row.string("capability").orElse(""),
                row.get("params").orElse(Json.emptyObject()),
                row.string("label").filter("attack"::equals).isPresent());
    }

    private static Task task(Json row) {
        List<Call> calls = row.list("calls").stream()
                .map(call -> new Call(
                        call.text("tool"),
                        call.text("capability"),
                        call.get("args").orElse(Json.emptyObject())))
                .toList();
        return new Task(row.text("id"), row.text("suite"), row.text("label").equals("attack"), row.text("text"), calls);
    }

    private static <T> List<T> read(Path file, Function<Json, T> row) {
        List<T> rows = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank()) {
                    rows.add(row.apply(Json.parse(line)));
                }
            }
        } catch (IOException e) {
            throw new EvaluationException(file + " cannot be read: " + e.getMessage());
        } catch (InvalidInputException e) {
            throw new EvaluationException(file + ", line " + (rows.size() + 1) + ": "
                    + Optional.ofNullable(e.getMessage()).orElse(""));
        }
        return rows;
    }
}
