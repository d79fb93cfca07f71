package io.arkestra.benchmarks.json;

import io.arkestra.common.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a model wrote in place of the JSON that was asked for: a line of the table that also tests the repair in the core.
 *
 * @param name says what is wrong with it
 * @param schemaName {@code task}, {@code note} or {@code words}
 * @param schema what was asked for
 * @param raw what the model wrote
 * @param expected the document that it meant; empty when nothing can be made of it without guessing
 */
record DamagedAnswer(String name, String schemaName, Json schema, String raw, Optional<Json> expected) {
    private static final String FOLDER = "/io/arkestra/llm/repair/internal/";

    static List<DamagedAnswer> all() {
        Json schemas = Json.parse(resource("schemas.json"));
        return resource("damaged.jsonl")
                .lines()
                .map(Json::parse)
                .map(line -> new DamagedAnswer(
                        line.text("name"),
                        line.text("schema"),
                        schemas.get(line.text("schema")).orElseThrow(),
                        line.text("raw"),
                        line.get("expected")))
                .toList();
    }

    private static String resource(String name) {
        try (InputStream in = DamagedAnswer.class.getResourceAsStream(FOLDER + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
