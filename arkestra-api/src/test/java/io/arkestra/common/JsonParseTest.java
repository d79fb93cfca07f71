package io.arkestra.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonParseTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null | null",
                " true | true",
                "false | false",
                "[ ] | []",
                "{ } | {}",
                "[1 , [ 2 ] , { } ] | [1,[2],{}]",
                "{\"b\" : 1 , \"a\" : [ null ] } | {\"b\":1,\"a\":[null]}",
                "\"привет\" | \"привет\"",
                "\"\\u041f\\u0440\" | \"Пр\"",
                "\"\\ud83d\\ude00\" | \"😀\"",
                "\"😀\" | \"😀\"",
                "\"\\/\\b\\f\\n\\r\\t\\\"\\\\\" | \"/\\b\\f\\n\\r\\t\\\"\\\\\"",
                "\"\\u0000\\u001F\\u007f\" | \"\\u0000\\u001f\u007f\"",
                "\"\\u2028\\u2029\" | \"\\u2028\\u2029\"",
                "{\"\":\"\"} | {\"\":\"\"}",
            })
    void parse_validText_writesTheSameValueCompactly(String text, String expected) {
        assertEquals(expected, Json.parse(text).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "-0.0e5, 0",
        "1.0, 1",
        "1e0, 1",
        "1E+2, 100",
        "120e-1, 12",
        "1.50, 1.5",
        "-0.001, -0.001",
        "0.000001, 0.000001",
        "0.0000001, 1e-7",
        "-1.25e-9, -1.25e-9",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "9223372036854775808, 9223372036854775808",
        "9007199254740993, 9007199254740993",
        "0.1000000000000000055511151231257827, 0.1000000000000000055511151231257827",
        "100000000000000000000, 100000000000000000000",
        "1000000000000000000000, 1e+21",
        "123456789012345678901234, 1.23456789012345678901234e+23",
        "12345678901234567890.25, 12345678901234567890.25",
        "1e100000, 1e+100000",
        "1e-100000, 1e-100000",
    })
    void parse_number_isExactAndNormalised(String text, String expected) {
        Json number = Json.parse(text);

        assertEquals(expected, number.toString());
        assertEquals(expected, number.canonical());
        assertEquals(number, Json.parse(expected));
        assertEquals(number.hashCode(), Json.parse(expected).hashCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | line 1, column 1 | expected a JSON value, found the end of the text",
                "`  ` | line 1, column 3 | expected a JSON value, found the end of the text",
                "nul | line 1, column 4 | expected the word null, found the end of the text",
                "nulL | line 1, column 4 | expected the word null, found 'L'",
                "True | line 1, column 1 | expected a JSON value, found 'T'",
                "NaN | line 1, column 1 | expected a JSON value",
                "truefalse | line 1, column 5 | expected the end of the text after the JSON value, found 'f'",
                "1 2 | line 1, column 3 | expected the end of the text",
                "{} // no | line 1, column 4 | expected the end of the text",
                "[1,] | line 1, column 4 | expected a JSON value, found ']'",
                "[,1] | line 1, column 2 | expected a JSON value, found ','",
                "[1 2] | line 1, column 4 | expected ',' or ']' after an item, found '2'",
                "[1 | line 1, column 3 | expected ',' or ']' after an item, found the end of the text",
                "{a:1} | line 1, column 2 | expected a key in double quotes or '}', found 'a'",
                "{'a':1} | line 1, column 2 | expected a key in double quotes or '}', found '''",
                "{\"a\":1,} | line 1, column 8 | expected a key in double quotes, found '}'",
                "{\"a\" 1} | line 1, column 6 | expected ':' after the key \"a\", found '1'",
                "{\"a\":1 \"b\":2} | line 1, column 8 | expected ',' or '}' after the member \"a\"",
                "{\"a\":1,\"b\":2,\"a\":3} | line 1, column 14 | duplicate key \"a\"; expected each key once",
                "{\"a\":1,\"\\u0061\":3} | line 1, column 8 | duplicate key \"a\"",
                "01 | line 1, column 1 | leading zero",
                "-01 | line 1, column 2 | leading zero",
                "+1 | line 1, column 1 | expected a JSON value, found '+'",
                ".5 | line 1, column 1 | expected a JSON value, found '.'",
                "1. | line 1, column 3 | expected a digit, found the end of the text",
                "1.e1 | line 1, column 3 | expected a digit, found 'e'",
                "1e | line 1, column 3 | expected a digit",
                "1e+ | line 1, column 4 | expected a digit",
                "- | line 1, column 2 | expected a digit",
                "-Infinity | line 1, column 2 | expected a digit, found 'I'",
                "0x10 | line 1, column 2 | expected the end of the text",
                "١ | line 1, column 1 | expected a JSON value",
                "1e999999999 | line 1, column 1 | exponent is beyond ±100000",
                "1e-999999999999999999999999 | line 1, column 1 | exponent is beyond ±100000",
                "99e100000 | line 1, column 1 | magnitude is 1e100001",
                "\"a | line 1, column 3 | expected '\"' that ends the string, found the end of the text",
                "\"a\\ | line 1, column 4 | after a backslash, found the end of the text",
                "\"\\x\" | line 1, column 3 | after a backslash, found 'x'",
                "\"\\u12g4\" | line 1, column 6 | expected four hexadecimal digits after \\u, found 'g'",
                "\"\\u12\" | line 1, column 6 | expected four hexadecimal digits after \\u",
                "\"\\ud83d\" | line 1, column 2 | lone surrogate U+D83D",
                "\"\\ude00\" | line 1, column 2 | lone surrogate U+DE00",
                "\"\\ud83d\\u0041\" | line 1, column 2 | lone surrogate U+D83D",
                "\"\\ud83dx\" | line 1, column 2 | lone surrogate U+D83D",
            })
    void parse_invalidText_saysWhereAndWhatWasExpected(String text, String position, String expected) {
        String message = assertThrows(InvalidInputException.class, () -> Json.parse(text))
                .getMessage();

        assertTrue(message.startsWith("invalid JSON at " + position + ": "), message);
        assertTrue(message.contains(expected), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\ud83d\"", "\"\ude00\"", "\"a\ud83dx\"", "{\"\ude00\":1}", "[1\ud83d]", "\ud83d"})
    void parse_rawLoneSurrogate_isRefused(String text) {
        assertThrows(InvalidInputException.class, () -> Json.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\nb\"", "\"a\tb\"", "\"\u0000\"", "\u0000", "[1\u0000]", "\u00a01", "\f1"})
    void parse_rawControlOrForeignBlank_isRefused(String text) {
        assertThrows(InvalidInputException.class, () -> Json.parse(text));
    }

    @Test
    void parse_errorOnLaterLine_countsEveryLineEnding() {
        String message = assertThrows(
                        InvalidInputException.class, () -> Json.parse("{\n\"a\": 1,\r\n\"b\": 2,\r  \"a\": 3}"))
                .getMessage();

        assertEquals("invalid JSON at line 4, column 3: duplicate key \"a\"; expected each key once", message);
    }

    @Test
    void parse_keyWithLineBreakInError_staysOnOneLine() {
        String message = assertThrows(
                        InvalidInputException.class, () -> Json.parse("{\"a\\nb" + "x".repeat(100) + "\" 1}"))
                .getMessage();

        assertTrue(message.contains("\"a\\nbxxx"), message);
        assertTrue(message.length() < 150, message);
    }

    @Test
    void parse_byteOrderMark_isSkippedOnceAtTheStartOnly() {
        assertEquals(Json.of(1), Json.parse("\uFEFF1"));
        assertThrows(InvalidInputException.class, () -> Json.parse("\uFEFF\uFEFF1"));
        assertThrows(InvalidInputException.class, () -> Json.parse("1\uFEFF"));
    }

    @Test
    void parse_nestingAtTheLimit_isAcceptedAndOneMoreIsRefused() {
        assertEquals(
                "[".repeat(256) + "]".repeat(256),
                Json.parse("[".repeat(256) + "]".repeat(256)).toString());
        assertThrows(InvalidInputException.class, () -> Json.parse("[".repeat(257) + "]".repeat(257)));
        assertThrows(InvalidInputException.class, () -> Json.parse("[".repeat(1_000_000)));
        assertThrows(InvalidInputException.class, () -> Json.parse("{\"a\":".repeat(1_000_000)));
        assertThrows(InvalidInputException.class, () -> Json.parse("[[[]]]", new Json.Limits(100, 2)));
    }

    @Test
    void parse_textOverTheLimit_isRefusedWithTheLimit() {
        assertEquals(Json.of("abc"), Json.parse("\"abc\"", Json.Limits.ofChars(5)));
        String message = assertThrows(InvalidInputException.class, () -> Json.parse("\"abcd\"", Json.Limits.ofChars(5)))
                .getMessage();
        assertEquals("the JSON text has 6 characters; expected at most 5", message);
    }

    @Test
    void parse_numberOfTooManyDigits_isRefused() {
        String digits = "7".repeat(1_000);
        assertEquals(digits, Json.parse(digits).asDecimal().toPlainString());
        assertThrows(InvalidInputException.class, () -> Json.parse(digits + "7"));
        assertThrows(InvalidInputException.class, () -> Json.parse("0." + digits));
        assertThrows(InvalidInputException.class, () -> Json.parse("1".repeat(1_000_000)));
    }

    @Test
    void parse_oneMegabyte_takesWellUnderASecond() {
        StringBuilder text = new StringBuilder("[");
        while (text.length() < 1_000_000) {
            text.append("{\"id\":")
                    .append(text.length())
                    .append(",\"name\":\"Анна \\\"x\\\"\",\"score\":0.125,\"tags\":[\"a\",\"b\",null,true]},");
        }
        String json = text.append("0]").toString();

        assertTimeout(Duration.ofSeconds(1), () -> Json.parse(json));
        assertTimeout(Duration.ofSeconds(1), () -> Json.parse(json).canonical());
    }
}
