package io.arkestra.tool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolArgumentsTest {
    private static final ToolSpec TOOL = ToolSpec.builder("note.create")
            .description("Writes a note.")
            .arguments("""
                    {"type": "object",
                     "properties": {
                       "text": {"type": "string", "minLength": 1},
                       "count": {"type": "integer"},
                       "kind": {"enum": ["plain", "list"]},
                       "tags": {"type": "array", "items": {"type": "string"}}},
                     "required": ["text", "count"]}""")
            .build();

    private final ToolArguments arguments = new ToolArguments(SchemaValidator.create());

    /** What a model may send, and what it must be told. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "missing string   | {\"count\": 1} | required but missing: \"text\" (string)",
                "missing integer  | {\"text\": \"a\"} | required but missing: \"count\" (integer)",
                "both missing     | {} | required but missing: \"text\" (string), \"count\" (integer)",
                "bad enum         | {\"text\": \"a\", \"count\": 1, \"kind\": \"lst\"} | /kind of note.create is the string \"lst\"; expected one of \"plain\", \"list\"",
                "fraction for int | {\"text\": \"a\", \"count\": 5.5} | /count of note.create is 5.5; expected an integer",
                "text for int     | {\"text\": \"a\", \"count\": \"5\"} | /count of note.create is the string \"5\"; expected an integer",
                "number for text  | {\"text\": 7, \"count\": 1} | /text of note.create is 7; expected a string",
                "object for text  | {\"text\": {\"b\": 1}, \"count\": 1} | /text of note.create is an object; expected a string",
                "null for text    | {\"text\": null, \"count\": 1} | /text of note.create is null; expected a string",
                "item of an array | {\"text\": \"a\", \"count\": 1, \"tags\": [\"x\", 2]} | /tags/1 of note.create is 2; expected a string",
                "extra property   | {\"text\": \"a\", \"count\": 1, \"knd\": 2} | /knd of note.create is not a known property (did you mean 'kind'?); expected only text, count, kind, tags",
                "truncated        | {\"text\": \"a\", \"cou | line 1, column 19: expected '\"' that ends the string",
                "trailing comma   | {\"text\": \"a\", \"count\": 1,} | column 26: expected a key in double quotes",
                "single quotes    | {'text': 'a'} | column 2: expected a key in double quotes",
                "prose around     | Sure! {\"text\": \"a\"} | column 1: expected a JSON value, found 'S'",
                "fenced           | ```json {} ``` | column 1",
                "duplicate key    | {\"text\": \"a\", \"count\": 1, \"text\": \"b\"} | duplicate key \"text\"",
                "array            | [1] | are an array; expected a JSON object",
                "string           | \"text\" | are a string; expected a JSON object",
                "null             | null | are null; expected a JSON object",
            })
    void check_wrongArguments_tellTheModelWhatIsWrong(String name, String text, String expected) {
        ToolArguments.Checked checked = arguments.check(TOOL, text);

        ToolArguments.Invalid invalid = assertInstanceOf(ToolArguments.Invalid.class, checked);
        assertEquals(1, invalid.problems().size(), invalid.problems()::toString);
        assertTrue(invalid.problems().get(0).contains(expected), invalid.problems()::toString);
    }

    @Test
    void check_severalProblems_allAreTold() {
        var invalid = assertInstanceOf(
                ToolArguments.Invalid.class, arguments.check(TOOL, "{\"text\": 1, \"count\": \"x\", \"other\": 1}"));

        assertEquals(3, invalid.problems().size(), invalid.problems()::toString);
        assertTrue(invalid.forModel().startsWith("The call was not made."));
    }

    @Test
    void check_rawLineBreakInString_isRefusedWithItsPosition() {
        var invalid = assertInstanceOf(
                ToolArguments.Invalid.class, arguments.check(TOOL, "{\"text\": \"a\nb\", \"count\": 1}"));

        assertTrue(invalid.problems().get(0).contains("control characters"), invalid.problems()::toString);
    }

    @Test
    void check_validArguments_areReturnedUnchanged() {
        String text = "{\"text\": \"купить молоко\", \"count\": 12345678901234567890}";

        assertEquals(new ToolArguments.Valid(Json.parse(text)), arguments.check(TOOL, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n"})
    void check_emptyText_isAnEmptyObjectOnlyWhenNothingIsRequired(String text) {
        ToolSpec free =
                ToolSpec.builder("time.now").description("Tells the time.").build();

        assertEquals(new ToolArguments.Valid(Json.emptyObject()), arguments.check(free, text));
        assertInstanceOf(ToolArguments.Invalid.class, arguments.check(TOOL, text));
    }

    @Test
    void check_schemaOpenAtTopLevel_acceptsUnknownProperties() {
        ToolSpec open = tool("{\"type\": \"object\", \"additionalProperties\": true}");

        assertInstanceOf(ToolArguments.Valid.class, arguments.check(open, "{\"anything\": 1}"));
    }

    @Test
    void check_silentSchemaWithPartsElsewhere_isClosedOverAllItsParts() {
        ToolSpec composed = tool("{\"allOf\": [{\"properties\": {\"a\": {\"type\": \"string\"}}}],"
                + " \"properties\": {\"b\": {\"type\": \"string\"}}}");

        assertInstanceOf(ToolArguments.Valid.class, arguments.check(composed, "{\"a\": \"x\", \"b\": \"y\"}"));
        var invalid = assertInstanceOf(ToolArguments.Invalid.class, arguments.check(composed, "{\"c\": 1}"));
        assertTrue(invalid.problems().get(0).contains("/c of some.tool is not a known property"), invalid.toString());
        var wrong = assertInstanceOf(ToolArguments.Invalid.class, arguments.check(composed, "{\"a\": 1}"));
        assertEquals(List.of("Argument /a of some.tool is 1; expected a string."), wrong.problems());
    }

    @Test
    void check_tooLongText_isRefusedWithTheLimit() {
        var invalid = assertInstanceOf(
                ToolArguments.Invalid.class,
                arguments.check(TOOL, "{\"text\": \"" + "a".repeat(ToolArguments.MAX_CHARS) + "\"}"));

        assertTrue(invalid.problems().get(0).contains("262144"), invalid.problems()::toString);
    }

    @Test
    void compile_badSchema_namesTheTool() {
        ToolSpec bad = tool("{\"properties\": {\"a\": {\"type\": \"strin\"}}}");

        String message = assertThrows(ConfigException.class, () -> arguments.compile(bad))
                .getMessage();

        assertTrue(message.contains("some.tool") && message.contains("/properties/a/type"), message);
    }

    @Test
    void unknownTool_nearName_isSuggested() {
        var invalid = ToolArguments.unknownTool("note_creat", List.of("note.create", "note.search", "time.now"));

        assertEquals(List.of("There is no tool named \"note_creat\". Nearest names: note.create."), invalid.problems());
    }

    @Test
    void unknownTool_nothingNear_listsWhatThereIs() {
        var invalid = ToolArguments.unknownTool("book_flight\uD800", List.of("time.now", "note.create"));

        assertEquals(
                List.of("There is no tool named \"book_flight\uFFFD\". Tools: note.create, time.now."),
                invalid.problems());
    }

    private static ToolSpec tool(String schema) {
        return ToolSpec.builder("some.tool")
                .description("Does something.")
                .arguments(schema)
                .build();
    }
}
