package io.arkestra.llm.repair.internal;

import io.arkestra.common.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The table of damaged answers, {@code damaged.jsonl}: what a model wrote and what is to be read from it. */
public final class DamagedAnswers {
    /**
     * One of them.
     *
     * @param name says what is wrong with it
     * @param schemaName name of the schema in {@code schemas.json}
     * @param schema what was asked for
     * @param raw what the model wrote
     * @param expected the document; empty when it must be refused
     * @param steps how it is mended, in order
     */
    public record Answer(
            String name, String schemaName, Json schema, String raw, Optional<Json> expected, List<String> steps) {
        @Override
        public String toString() {
            return name;
        }
    }

    private DamagedAnswers() {}

    /** All of them. */
    public static List<Answer> all() {
        Json schemas = Json.parse(resource("schemas.json"));
        return resource("damaged.jsonl")
                .lines()
                .map(Json::parse)
                .map(line -> answer(line, schemas))
                .toList();
    }

    private static Answer answer(Json line, Json schemas) {
        String schema = line.text("schema");
        return new Answer(
                line.text("name"),
                schema,
                schemas.get(schema).orElseThrow(),
                line.text("raw"),
                line.get("expected"),
                line.list("steps").stream().map(Json::asString).toList());
    }

    private static String resource(String name) {
        try (InputStream in = DamagedAnswers.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
