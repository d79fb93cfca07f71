package io.arkestra.guard.internal;

import io.arkestra.common.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** One labelled text of the test sets. */
record GuardRow(String text, List<Gold> gold, Optional<String> target) {

    /** A value that must be masked. */
    record Gold(String type, int start, int end) {}

    static List<GuardRow> load(String name) {
        try (InputStream in = GuardRow.class.getResourceAsStream("/guard/" + name)) {
            String lines = new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
            return lines.lines().map(Json::parse).map(GuardRow::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GuardRow of(Json row) {
        return new GuardRow(
                row.text("text"),
                row.list("spans").stream()
                        .map(span -> new Gold(
                                span.text("type"),
                                span.integer("start").orElseThrow().intValue(),
                                span.integer("end").orElseThrow().intValue()))
                        .toList(),
                row.string("target"));
    }

    /** Whether findings of this type are judged in this row. */
    boolean judges(String type) {
        return target.map(type::equals).orElse(true);
    }
}
