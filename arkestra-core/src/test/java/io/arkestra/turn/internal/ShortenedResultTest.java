package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.WellFormed;
import io.arkestra.guard.internal.GuardSettings;
import io.arkestra.guard.internal.PatternGuard;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results that are shown in part. */
class ShortenedResultTest {
    private final ShortenedResult results = new ShortenedResult(new Seams(new PatternGuard(GuardSettings.defaults())));

    private static String result(String text, Json data) {
        return Json.object()
                .put("status", "OK")
                .put("text", text)
                .put("data", data)
                .build()
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"word ", "слово ", "😀", "\"\\\n", "字"})
    void of_longText_staysAResultWithBeginningAndEnd(String piece) {
        String text = "BEGIN " + piece.repeat(5_000) + " END";
        for (long tokens : new long[] {100, 333, 1_000}) {
            LlmMessage shown = results.of(
                    LlmMessage.tool(
                            "call-1", result(text, Json.object().put("n", 1).build())),
                    tokens);
            assertTrue(ShortenedResult.tokens(shown) <= tokens, () -> tokens + ": " + shown.text());
            assertEquals("call-1", shown.toolCallId().orElse(""));
            Json told = Json.parse(shown.text());
            assertEquals("OK", told.text("status"));
            assertTrue(told.text("text").startsWith("BEGIN"), told.text("text"));
            assertTrue(told.text("text").endsWith("END"), told.text("text"));
            assertTrue(told.text("text").contains(" of " + text.length() + " characters are left out here"));
            assertEquals(told.text("text"), WellFormed.text(told.text("text")));
        }
    }

    @Test
    void of_longData_areShownInWords() {
        Json data = Json.strings(java.util.stream.IntStream.range(0, 2_000)
                .mapToObj(i -> "item " + i)
                .toList());
        LlmMessage shown = results.of(LlmMessage.tool("call-1", result("Found 2000 items", data)), 400);
        Json told = Json.parse(shown.text());
        assertEquals("Found 2000 items", told.text("text"));
        assertTrue(told.text("data").contains("item 0"), shown.text());
        assertTrue(told.text("data").contains("item 1999"), shown.text());
        assertTrue(ShortenedResult.tokens(shown) <= 400);
    }

    @Test
    void of_textThatIsNoDocument_isCutAsItIs() {
        LlmMessage shown = results.of(LlmMessage.tool("call-1", "plain ".repeat(1_000)), 200);
        assertTrue(shown.text().startsWith("plain "));
        assertTrue(ShortenedResult.tokens(shown) <= 200, shown.text());
    }

    @Test
    void within_messagesThatFitOrAreNoResults_stayTheSame() {
        LlmMessage asked = LlmMessage.user("x".repeat(5_000));
        LlmMessage called = LlmMessage.assistant("y".repeat(5_000), List.of(LlmToolCall.of("call-1", "t", "{}")));
        LlmMessage told = LlmMessage.tool("call-1", "z".repeat(5_000));
        assertEquals(List.of(asked, called, told), results.within(List.of(asked, called, told), Map.of(), 5_000));
        List<LlmMessage> shortened = results.within(List.of(asked, called, told), Map.of(), 100);
        assertEquals(List.of(asked, called), shortened.subList(0, 2));
        assertFalse(shortened.get(2).text().equals(told.text()));
    }

    @Test
    void within_resultThatWasShortened_isCutFromTheWhole() {
        String whole = "z".repeat(5_000);
        LlmMessage once = results.of(LlmMessage.tool("call-1", whole), 500);
        LlmMessage twice =
                results.within(List.of(once), Map.of("call-1", whole), 100).get(0);
        assertTrue(twice.text().contains(" of 5000 characters are left out here"), twice.text());
    }

    @Test
    void within_resultsOfCallsWithTheSameId_areCutFromTheirOwnText() {
        LlmMessage first = LlmMessage.tool("call-2", "a".repeat(5_000));
        LlmMessage second = LlmMessage.tool("call-2", "b".repeat(5_000));
        List<LlmMessage> shown = results.within(List.of(first, second), Map.of("call-2", "c".repeat(6_000)), 100);
        assertTrue(shown.get(0).text().startsWith("aaa"), shown.get(0).text());
        assertTrue(shown.get(1).text().startsWith("bbb"), shown.get(1).text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"message", "preview"})
    void of_longMemberOfAFailure_staysAFailure(String name) {
        Json failed = Json.object()
                .put("status", "error")
                .put("code", "tool.failed")
                .put(name, "BEGIN " + "\"why\"\n".repeat(3_000) + " END")
                .build();
        LlmMessage shown = results.of(LlmMessage.tool("call-1", failed.toString()), 300);
        Json told = Json.parse(shown.text());
        assertEquals("error", told.text("status"));
        assertEquals("tool.failed", told.text("code"));
        assertTrue(told.text(name).startsWith("BEGIN"), told.text(name));
        assertTrue(told.text(name).endsWith("END"), told.text(name));
        assertTrue(ShortenedResult.tokens(shown) <= 300, shown.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DE89 3704 0044 0532 0130 00",
                "DE89370400440532013000",
                "4111 1111 1111 1111",
                "anna.van.der.berg@example.org"
            })
    void of_privateValuesAtTheBorders_areLeftOutOrWhole(String value) {
        for (String separator : new String[] {" pay ", "\n", ","}) {
            String text = ("word" + separator + value + separator).repeat(400);
            for (long tokens = 100; tokens < 200; tokens += 3) {
                String told = Json.parse(results.of(LlmMessage.tool("call-1", result(text, Json.emptyObject())), tokens)
                                .text())
                        .text("text");
                String rest = told.replace(value, "").replaceAll("\\[… [^…]*…]", "");
                for (String part : value.split("[ .@]")) {
                    for (int length = 3; length <= part.length(); length++) {
                        assertFalse(rest.contains(part.substring(0, length)), told);
                        assertFalse(rest.contains(part.substring(part.length() - length)), told);
                    }
                }
            }
        }
    }
}
