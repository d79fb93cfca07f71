package io.arkestra.llm;

import io.arkestra.common.Json;

/** What form the answer must have. Open for forms that later releases add (grammars, choices). */
public interface OutputSpec {
    /** Free text. */
    static OutputSpec text() {
        return new Text();
    }

    /** One JSON document that is valid against the schema (draft 2020-12). */
    static OutputSpec json(String name, Json schema) {
        return new JsonDocument(name, schema);
    }

    /** Free text. */
    record Text() implements OutputSpec {}

    /**
     * A JSON document.
     *
     * @param name what the document is called, for backends that want a name
     * @param schema JSON Schema, draft 2020-12
     */
    record JsonDocument(String name, Json schema) implements OutputSpec {}
}
