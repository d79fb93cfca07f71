package io.arkestra.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.common.Json;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictSchemaTest {
    private static final Json SCHEMA = Json.parse("""
            {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
             "properties": {
               "text": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a"},
               "mood": {"enum": ["good", "bad"], "type": "string"},
               "note": {"type": ["string", "null"]},
               "any": {"$ref": "#/definitions/item"},
               "list": {"type": "array", "uniqueItems": true, "maxItems": 3, "items": {"$ref": "#/definitions/item"}}},
             "required": ["text"],
             "definitions": {"item": {"type": "object", "properties": {"id": {"type": "integer"}, "tag": {"const": "x"}},
                                      "required": ["id"]}}}""");

    @Test
    void rewrite_optionalMembers_becomeRequiredAndNullable() {
        Json expected = Json.parse("""
                {"type": "object",
                 "$defs": {"item": {"type": "object",
                   "properties": {"id": {"type": "integer"}, "tag": {"anyOf": [{"const": "x"}, {"type": "null"}]}},
                   "required": ["id", "tag"], "additionalProperties": false}},
                 "properties": {
                   "text": {"type": "string", "pattern": "^a"},
                   "mood": {"enum": ["good", "bad", null], "type": ["string", "null"]},
                   "note": {"type": ["string", "null"]},
                   "any": {"anyOf": [{"$ref": "#/$defs/item"}, {"type": "null"}]},
                   "list": {"type": ["array", "null"], "maxItems": 3, "items": {"$ref": "#/$defs/item"}}},
                 "required": ["text", "mood", "note", "any", "list"],
                 "additionalProperties": false}""");
        assertEquals(Optional.of(expected), StrictSchema.rewrite(SCHEMA));
    }

    @Test
    void withoutAddedNulls_onlyThoseThatTheRewritingAllowed_areRemoved() {
        Json answer = Json.parse("""
                {"text": "a", "mood": null, "note": null, "any": {"id": 1, "tag": null},
                 "list": [{"id": 2, "tag": "x"}, {"id": null, "tag": null}], "unknown": null}""");
        assertEquals(Json.parse("""
                        {"text": "a", "note": null, "any": {"id": 1}, "list": [{"id": 2, "tag": "x"}, {"id": null}],
                         "unknown": null}"""), StrictSchema.withoutAddedNulls(answer, SCHEMA));
    }

    @Test
    void withoutAddedNulls_choices_areAllLookedAt() {
        Json schema = Json.parse("""
                {"type": "object", "properties": {"step": {"oneOf": [
                   {"type": "object", "properties": {"a": {"type": "string"}, "both": {"type": "string"}}},
                   {"type": "object", "properties": {"b": {"type": "string"}, "both": {"type": ["string", "null"]}}}]}},
                 "required": ["step"]}""");
        assertEquals(
                Json.parse("{\"step\":{\"both\":null}}"),
                StrictSchema.withoutAddedNulls(Json.parse("{\"step\":{\"a\":null,\"b\":null,\"both\":null}}"), schema));
    }

    @Test
    void withoutAddedNulls_schemaThatRefersToItself_ends() {
        Json schema = Json.parse("""
                {"type": "object", "properties": {"next": {"$ref": "#"}, "loop": {"$ref": "#/$defs/loop"}},
                 "$defs": {"loop": {"$ref": "#/$defs/loop"}}}""");
        assertEquals(
                Json.parse("{\"next\":{}}"),
                StrictSchema.withoutAddedNulls(Json.parse("{\"next\":{\"next\":null}}"), schema));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "true",
                "{\"type\":\"object\"}",
                "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":true}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\"}}}",
                "{\"type\":\"object\",\"properties\":{},\"additionalProperties\":{\"type\":\"string\"}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"allOf\":[{\"type\":\"string\"}]}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"b\"]}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"anyOf\":[{\"required\":[\"a\"]}]}",
            })
    void rewrite_whatStrictModeCannotSay_isEmpty(String schema) {
        assertEquals(Optional.empty(), StrictSchema.rewrite(Json.parse(schema)));
    }
}
