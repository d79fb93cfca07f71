package io.arkestra.schema.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaValidatorTest {
    private final SchemaValidator validator = SchemaValidator.create();

    private CompiledSchema compile(String schema) {
        return validator.compile(Json.parse(schema));
    }

    private List<String> problems(String schema, String value) {
        return compile(schema).validate(Json.parse(value)).stream()
                .map(SchemaProblem::toString)
                .toList();
    }

    /** Each of these would accept everything if it were looked at only while validating. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "remote reference | {\"not\": {\"$ref\": \"https://example.com/other\"}} | schema at /not/$ref: \"https://example.com/other\" leads to \"https://example.com/other\", which is outside",
                "file reference | {\"$ref\": \"file:///etc/passwd\"} | nothing is fetched",
                "relative reference under an $id | {\"$id\": \"https://example.com/a\", \"$ref\": \"b\"} | \"b\" leads to \"https://example.com/b\"",
                "dangling pointer | {\"$ref\": \"#/$defs/x\"} | leads nowhere: there is nothing at that place",
                "pointer to no schema | {\"$ref\": \"#/enum/0\", \"enum\": [1]} | there is no schema at that place",
                "dangling anchor | {\"$ref\": \"#x\"} | no $anchor has that name",
                "dangling behind a pointer | {\"$ref\": \"#/x-parts/a\", \"x-parts\": {\"a\": {\"$ref\": \"#/nowhere\"}}} | schema at /x-parts/a/$ref",
                "endless reference | {\"$ref\": \"#\"} | refers to itself without end",
                "endless ring | {\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"allOf\": [{\"$ref\": \"#/$defs/a\"}]}}} | refers to itself without end",
                "bad expression | {\"not\": {\"pattern\": \"(\"}} | schema at /not/pattern: \"(\" is not a regular expression",
                "bad expression as key | {\"patternProperties\": {\"[\": false}} | schema at /patternProperties/[: \"[\" is not",
                "unknown type | {\"type\": \"strin\"} | the schema itself is not valid: /type: fits none of the allowed forms",
                "negative length | {\"properties\": {\"a\": {\"maxLength\": -1}}} | /properties/a/maxLength",
                "unknown dialect | {\"$schema\": \"https://example.com/mine\"} | expected draft 2020-12",
                "number as schema | {\"properties\": {\"a\": 5}} | /properties/a",
            })
    void compile_unsoundSchema_isRefusedWithThePlace(String name, String schema, String expected) {
        String message =
                assertThrows(ConfigException.class, () -> compile(schema)).getMessage();

        assertTrue(message.contains(expected), message);
    }

    @Test
    void compile_overTheLimits_namesTheLimit() {
        String deep = "{\"not\":".repeat(100) + "true" + "}".repeat(100);
        String large = "{\"description\": \"" + "a".repeat(SchemaValidator.MAX_SCHEMA_CHARS) + "\"}";
        String pattern = "{\"pattern\": \"" + "a".repeat(1_001) + "\"}";

        assertTrue(assertThrows(ConfigException.class, () -> compile(deep))
                .getMessage()
                .contains("at most 64"));
        assertTrue(assertThrows(ConfigException.class, () -> compile(large))
                .getMessage()
                .contains("at most 262144"));
        assertTrue(assertThrows(ConfigException.class, () -> compile(pattern))
                .getMessage()
                .contains("at most 1000"));
    }

    @Test
    void compile_equalSchema_comesFromTheCache() {
        assertSame(
                compile("{\"type\": \"string\", \"minLength\": 1}"),
                compile("{\"minLength\": 1.0, \"type\": \"string\"}"));
        assertNotSame(compile("{\"minLength\": 1}"), compile("{\"minLength\": 2}"));
    }

    @Test
    void compile_twoSchemasWithOneId_doNotMix() {
        CompiledSchema text = compile("{\"$id\": \"https://example.com/a\", \"type\": \"string\"}");
        CompiledSchema number = compile("{\"$id\": \"https://example.com/a\", \"type\": \"integer\"}");

        assertEquals(List.of(), text.validate(Json.of("x")));
        assertEquals(List.of(), number.validate(Json.of(1)));
        assertEquals(1, text.validate(Json.of(1)).size());
    }

    @Test
    void compile_recursiveSchema_isSound() {
        String tree =
                "{\"type\": \"object\", \"properties\": {\"children\": {\"type\": \"array\", \"items\": {\"$ref\": \"#\"}}}}";

        assertEquals(List.of(), problems(tree, "{\"children\": [{\"children\": []}]}"));
        assertEquals(
                List.of("/children/0/children: is 5; expected an array"),
                problems(tree, "{\"children\": [{\"children\": 5}]}"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "http://json-schema.org/draft-07/schema#, true",
        "https://json-schema.org/draft/2019-09/schema, true",
        "https://json-schema.org/draft/2020-12/schema, false"
    })
    void validate_declaredDialect_decidesWhatItemsMeans(String dialect, boolean arrayFormOfItems) {
        Json schema = Json.parse("{\"$schema\": \"" + dialect + "\", \"items\": [{\"type\": \"string\"}]}");

        if (arrayFormOfItems) {
            assertEquals(
                    1, validator.compile(schema).validate(Json.parse("[1]")).size());
        } else {
            assertThrows(ConfigException.class, () -> validator.compile(schema));
        }
    }

    @Test
    void validate_noDialect_is202012() {
        assertEquals(
                List.of("/0: is 1; expected a string"), problems("{\"prefixItems\": [{\"type\": \"string\"}]}", "[1]"));
    }

    @Test
    void validate_hugeIntegers_areComparedExactly() {
        assertEquals(List.of(), problems("{\"const\": 9007199254740993}", "9007199254740993"));
        assertEquals(
                List.of("is 9007199254740992; expected 9007199254740993"),
                problems("{\"const\": 9007199254740993}", "9007199254740992"));
        assertEquals(List.of(), problems("{\"type\": \"integer\", \"minimum\": 1e300}", "1e300"));
    }

    @Test
    void validate_problems_areSortedByPointerAndSayWhatIsExpected() {
        List<String> problems =
                problems("""
                {"required": ["z"],
                 "properties": {
                   "b": {"minimum": 3}, "a": {"pattern": "^x"}, "c": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                   "d": {"oneOf": [{"type": "integer"}, {"minimum": 1}]}, "e": {"maxItems": 1},
                   "f": {"not": {"type": "string"}}, "g": {"$ref": "#/$defs/even"}},
                 "$defs": {"even": {"multipleOf": 2}}}""", "{\"b\": 1, \"a\": \"y\", \"c\": 5, \"d\": 7, \"e\": [1, 2], \"f\": \"\", \"g\": 3}");

        assertEquals(
                List.of(
                        "required but missing: \"z\"",
                        "/a: is the string \"y\"; expected text that matches the regular expression \"^x\"",
                        "/b: is 1; expected at least 3",
                        "/c: fits none of the allowed forms: is 5; expected a string — or: is 5; expected null",
                        "/d: is 7, which fits several of the allowed forms; expected exactly one of them",
                        "/e: is an array of 2 items; expected at most 1 items",
                        "/f: is the string \"\"; expected anything that does not fit {\"type\":\"string\"}",
                        "/g: is 3; expected a multiple of 2"),
                problems);
    }

    @Test
    void validate_conditions_tellOnlyTheCause() {
        assertEquals(
                List.of("required but missing: \"b\""),
                problems(
                        "{\"if\": {\"required\": [\"a\"]}, \"then\": {\"allOf\": [{\"required\": [\"b\"]}]}}",
                        "{\"a\": 1}"));
    }

    @Test
    void validate_namedSchema_isDescribedAsWell() {
        assertEquals(
                List.of("/a: is 1; expected a string"),
                problems(
                        "{\"$id\": \"https://example.com/x\", \"properties\": {\"a\": {\"type\": \"string\"}}}",
                        "{\"a\": 1}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"pattern\": \"^(.*a){25}b\"}",
                "{\"items\": {\"pattern\": \"^(a+)+\\\\1b$\"}}",
                "{\"patternProperties\": {\"^(.*a){25}b\": true}}"
            })
    void validate_explodingExpression_isStopped(String schema) {
        String text = "a".repeat(60) + "!";
        Json value = schema.contains("items")
                ? Json.array(Json.of(text))
                : schema.contains("Properties") ? Json.object().put(text, true).build() : Json.of(text);

        List<SchemaProblem> problems = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> compile(schema).validate(value));

        assertEquals(
                List.of("the text takes too long to match against a regular expression of the schema"),
                problems.stream().map(SchemaProblem::message).toList());
    }

    @Test
    void validate_expressionThatRecursesOnLongText_isAProblemAndNoError() {
        List<SchemaProblem> problems = compile("{\"pattern\": \"^(a|b)*$\"}").validate(Json.of("ab".repeat(100_000)));

        assertEquals(1, problems.size());
        assertTrue(problems.get(0).message().contains("too long to be checked"), problems::toString);
    }

    @Test
    void validate_ordinaryExpressionOnLongText_isNotStopped() {
        assertEquals(List.of(), compile("{\"pattern\": \"z$\"}").validate(Json.of("a".repeat(1_000_000) + "z")));
    }

    @Test
    void validate_manyProblems_areCut() {
        String value = "[" + "1,".repeat(99) + "1]";

        assertEquals(20, problems("{\"items\": {\"type\": \"string\"}}", value).size());
    }

    @Test
    void validate_fromManyThreads_givesTheSameAnswers() throws Exception {
        String schema =
                "{\"properties\": {\"s\": {\"$ref\": \"https://json-schema.org/draft/2020-12/schema\"}}, \"maxProperties\": 1}";
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<List<SchemaProblem>>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String value = i % 2 == 0 ? "{\"s\": {\"type\": \"string\"}}" : "{\"s\": {\"type\": 5}}";
                calls.add(() -> compile(schema).validate(Json.parse(value)));
            }
            List<Future<List<SchemaProblem>>> results = threads.invokeAll(calls);
            for (int i = 0; i < results.size(); i++) {
                assertEquals(i % 2 == 0, results.get(i).get().isEmpty());
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
