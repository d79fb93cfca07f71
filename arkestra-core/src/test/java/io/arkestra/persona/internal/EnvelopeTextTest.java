package io.arkestra.persona.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EnvelopeTextTest {
    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("plain envelope", "{\"text\":\"Hello\"}", "Hello"),
                Arguments.of("spaces", " \n { \"text\" : \"Hello\" , \"memory\":[] } ", "Hello"),
                Arguments.of("text not first", "{\"sources\":[\"a\"],\"text\":\"Hello\"}", "Hello"),
                Arguments.of(
                        "text inside nested objects first",
                        "{\"memory\":[{\"kind\":\"fact\",\"text\":\"inner\"}],\"x\":{\"text\":\"deep\"},\"text\":\"outer\"}",
                        "outer"),
                Arguments.of(
                        "the word text as a value",
                        "{\"kind\":\"text\",\"list\":[\"text\",\"text\"],\"text\":\"Hello\"}",
                        "Hello"),
                Arguments.of("escapes", "{\"text\":\"a\\n\\t\\\"b\\\" \\\\ \\/ \\u0436\"}", "a\n\t\"b\" \\ / ж"),
                Arguments.of("pair as two escapes", "{\"text\":\"\\ud83d\\ude00!\"}", "😀!"),
                Arguments.of("pair as it is", "{\"text\":\"😀!\"}", "😀!"),
                Arguments.of("bad escape", "{\"text\":\"a\\uZZZZb\"}", "a\uFFFDb"),
                Arguments.of("fenced", "```json\n{\"text\":\"Hello\"}\n```", "Hello"),
                Arguments.of("fenced without a language", "```\n{\"text\":\"Hello\"}\n```\n", "Hello"),
                Arguments.of("plain words", "Hello, I am no JSON {at all}", "Hello, I am no JSON {at all}"),
                Arguments.of("code in an answer", "`x` is a name", "`x` is a name"),
                Arguments.of("truncated in the text", "{\"text\":\"Hel", "Hel"),
                Arguments.of("truncated after the text", "{\"text\":\"Hello\",\"tool_calls\":[{\"na", "Hello"),
                Arguments.of("truncated in an escape", "{\"text\":\"Hel\\u04", "Hel"),
                Arguments.of(
                        "tool calls only", "{\"tool_calls\":[{\"name\":\"a\",\"arguments\":{\"text\":\"x\"}}]}", ""),
                Arguments.of("truncated tool calls", "{\"tool_calls\":[{\"name\":\"a\",\"argum", ""),
                Arguments.of("text is no string", "{\"text\":null,\"tool_calls\":[]}", ""),
                Arguments.of("memory only", "{\"memory\":[{\"kind\":\"fact\",\"text\":\"inner\"}],\"sources\":[]}", ""),
                Arguments.of("sources only, fenced", "```json\n{\"sources\":[\"m1\"]}\n```", ""),
                Arguments.of("truncated memory", "{ \"memory\" : [{\"kind\":\"fact\",\"te", ""),
                Arguments.of("truncated where text should follow", "{\"text\":", ""),
                Arguments.of("memory after something unknown", "{\"mood\":1,\"memory\":[]}", ""),
                Arguments.of("empty object", "{ }", ""),
                Arguments.of(
                        "data with a member of that name", "{\"memory\":16,\"cpu\":4}", "{\"memory\":16,\"cpu\":4}"),
                Arguments.of("an object without text", "{\"answer\":\"Hello\"}", "{\"answer\":\"Hello\"}"),
                Arguments.of("an array", "[1,2]", "[1,2]"),
                Arguments.of("nothing", "", ""),
                Arguments.of("blanks", " \n ", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void push_whole_givesTheText(String name, String raw, String expected) {
        EnvelopeText envelope = new EnvelopeText();
        String spoken = envelope.push(raw) + envelope.finish();
        assertEquals(expected, spoken);
        assertEquals(expected, envelope.spoken());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void push_oneCharacterAtATime_givesTheSame(String name, String raw, String expected) {
        EnvelopeText envelope = new EnvelopeText();
        StringBuilder spoken = new StringBuilder();
        for (int i = 0; i < raw.length(); i++) {
            spoken.append(envelope.push(raw.substring(i, i + 1)));
        }
        spoken.append(envelope.finish());
        assertEquals(expected, spoken.toString());
    }

    @Test
    void push_anyChunking_givesTheSame() {
        List<String> raws =
                answers().map(arguments -> (String) arguments.get()[1]).toList();
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            String raw = raws.get(random.nextInt(raws.size()));
            EnvelopeText whole = new EnvelopeText();
            String expected = whole.push(raw) + whole.finish();
            EnvelopeText pieces = new EnvelopeText();
            StringBuilder spoken = new StringBuilder();
            for (int at = 0; at < raw.length(); ) {
                int end = Math.min(raw.length(), at + random.nextInt(6));
                spoken.append(pieces.push(raw.substring(at, end)));
                at = end;
            }
            spoken.append(pieces.finish());
            assertEquals(expected, spoken.toString(), "seed " + seed);
        }
    }

    @Test
    void push_whileTheRestIsGenerated_givesTheTextAtOnce() {
        EnvelopeText envelope = new EnvelopeText();
        assertEquals("Hel", envelope.push("{\"text\":\"Hel"));
        assertEquals("lo", envelope.push("lo\",\"tool_ca"));
    }

    @Test
    void push_garbage_neverFails() {
        String alphabet = "{}[]\",:\\u0a `\ntext\"text\"😀";
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            EnvelopeText envelope = new EnvelopeText();
            StringBuilder spoken = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                spoken.append(envelope.push(String.valueOf(alphabet.charAt(random.nextInt(alphabet.length())))));
            }
            spoken.append(envelope.finish());
            assertEquals(envelope.spoken(), spoken.toString(), "seed " + seed);
        }
    }
}
