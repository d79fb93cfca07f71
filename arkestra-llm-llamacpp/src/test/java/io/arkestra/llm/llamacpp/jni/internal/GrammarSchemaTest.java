package io.arkestra.llm.llamacpp.jni.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarSchemaTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"string\",\"maxLength\":5,\"title\":\"x\"}|{\"type\":\"string\",\"maxLength\":5}",
                "{\"type\":[\"string\",\"null\"]}|{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}",
                "{\"items\":{\"type\":\"integer\"},\"maxItems\":3}|{\"type\":\"array\",\"items\":{\"type\":\"integer\"},\"maxItems\":3}",
                "{\"properties\":{\"a\":{\"const\":1}}}|{\"type\":\"object\",\"properties\":{\"a\":{\"const\":1}},\"required\":[],\"additionalProperties\":false}",
                "{\"type\":\"object\"}|{\"type\":\"object\"}",
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"enum\":[1,2]}}}|{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"enum\":[1,2]}}}"
            })
    void of_supportedKeywords_enforcedWhole(String schema, String enforced) {
        GrammarSchema.Enforced result = GrammarSchema.of(Json.parse(schema));

        assertEquals(Json.parse(enforced), result.schema());
        assertEquals(Set.of(), result.dropped());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"string\",\"pattern\":\"a\"}|pattern",
                "{\"type\":\"number\",\"minimum\":1}|minimum",
                "{\"type\":\"string\",\"maxLength\":1000000}|maxLength",
                "{\"type\":\"array\",\"uniqueItems\":true}|uniqueItems",
                "{\"oneOf\":[{\"type\":\"string\"}]}|oneOf",
                "{\"type\":\"object\",\"required\":[\"x\"]}|required",
                "{\"not\":{\"type\":\"string\"}}|not",
                "{\"$ref\":\"#/$defs/a\",\"maxLength\":2,\"$defs\":{\"a\":{\"type\":\"string\"}}}|maxLength",
                "{\"type\":\"integer\",\"minimum\":1.5}|minimum",
                "{\"somethingNew\":1}|somethingNew"
            })
    void of_otherKeywords_leftOutAndNamed(String schema, String keyword) {
        GrammarSchema.Enforced result = GrammarSchema.of(Json.parse(schema));

        assertEquals(Set.of(keyword), result.dropped());
        assertTrue(
                !result.schema().has(keyword) || keyword.equals("required"),
                result.schema().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "false",
                "{\"type\":\"text\"}",
                "{\"type\":7}",
                "{\"type\":[]}",
                "{\"enum\":[]}",
                "{\"enum\":1}",
                "{\"anyOf\":[]}",
                "{\"$ref\":7}",
                "{\"$ref\":\"http://example.org/a\"}",
                "{\"$ref\":\"#/$defs/a\"}",
                "{\"$ref\":\"#\"}",
                "{\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"}]}}}",
                "{\"properties\":[]}",
                "{\"properties\":{\"a\":false}}",
                "{\"required\":\"a\"}",
                "{\"type\":\"string\",\"minLength\":3,\"maxLength\":2}"
            })
    void of_malformedSchema_refused(String schema) {
        LlmException refusal = assertThrows(LlmException.class, () -> GrammarSchema.of(Json.parse(schema)));

        assertEquals(LlmException.Reason.INVALID_REQUEST, refusal.reason());
    }

    @Test
    void of_deepSchema_refusedInsteadOfOverflowing() {
        Json schema = Json.parse("{\"type\":\"string\"}");
        for (int i = 0; i < 200; i++) {
            schema = Json.object().put("type", "array").put("items", schema).build();
        }
        Json deep = schema;

        assertTrue(assertThrows(LlmException.class, () -> GrammarSchema.of(deep))
                .getMessage()
                .contains("nested 40 deep"));
    }

    @Test
    void of_manyLongTexts_boundsBeyondWhatAGrammarHoldsAreLeftOut() {
        Json.ObjectBuilder properties = Json.object();
        for (int i = 0; i < 12; i++) {
            properties.put("text" + i, Json.parse("{\"type\":\"string\",\"maxLength\":2000}"));
        }

        GrammarSchema.Enforced result = GrammarSchema.of(
                Json.object().put("properties", properties.build()).build());

        assertEquals(Set.of("maxLength"), result.dropped());
        assertTrue(result.schema().toString().contains("\"maxLength\":2000"), "the first ones are enforced");
    }

    @Test
    void of_recursiveSchemaThatCanEnd_accepted() {
        Json tree = Json.parse("""
                {"$ref": "#/$defs/node", "$defs": {"node": {"type": "object",
                 "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
                 "required": ["children"], "additionalProperties": false}}}""");

        assertEquals(Set.of(), GrammarSchema.of(tree).dropped());
    }
}
