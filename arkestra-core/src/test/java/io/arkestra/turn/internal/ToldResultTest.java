package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.guard.internal.GuardSettings;
import io.arkestra.guard.internal.PatternGuard;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a model is shown of a result whose data repeat its text. */
class ToldResultTest {
    private static final String LONG =
            "The meeting is on the fifth of May in the small room on the second floor, at ten.";

    private final ToldResult told = new ToldResult(new Seams(new PatternGuard(GuardSettings.defaults())));

    private static Json message(String text, Json data) {
        return Json.object()
                .put("status", "ok")
                .put("text", text)
                .put("data", data)
                .build();
    }

    @Test
    void of_contentThatIsTheText_isToldOnce() {
        Json shown = told.of(message(
                LONG + "\n[cut here: go on with from: 3]",
                Json.object().put("path", "a.txt").put("content", LONG).build()));
        assertEquals(LONG + "\n[cut here: go on with from: 3]", shown.text("text"));
        Json data = shown.get("data").orElseThrow();
        assertEquals("a.txt", data.text("path"));
        assertEquals("The meeting is on the fi… [as in text]", data.text("content"));
    }

    @Test
    void of_passagesInTheText_keepsWhatTellsThemApart() {
        String other = "Another one, about the car that was sold to a neighbour in the autumn of 2019.";
        Json passages = Json.array(List.of(
                Json.object().put("id", "m1").put("text", LONG).build(),
                Json.object().put("id", "m2").put("text", other).build()));
        Json shown = told.of(message(
                "1 May, Ann: " + LONG + "\n2 May, Bob: " + other,
                Json.object()
                        .put("ids", Json.strings(List.of("m1", "m2")))
                        .put("passages", passages)
                        .build()));
        Json data = shown.get("data").orElseThrow();
        assertEquals("[\"m1\",\"m2\"]", data.get("ids").orElseThrow().toString());
        assertEquals("m1", data.at("/passages/0/id").orElseThrow().asString());
        assertEquals(
                "The meeting is on the fi… [as in text]",
                data.at("/passages/0/text").orElseThrow().asString());
        assertTrue(data.at("/passages/1/text").orElseThrow().asString().startsWith("Another one, about"));
    }

    @Test
    void of_bodyWhoseWordsAreTheText_isToldOnce() {
        Json body = Json.object().put("name", "Ann").put("about", LONG).build();
        Json shown = told.of(message(
                body.toString(),
                Json.object().put("status", 200).put("body", body).build()));
        assertEquals(
                "{\"status\":200,\"body\":\"[as in text]\"}",
                shown.get("data").orElseThrow().toString());
    }

    @Test
    void of_whatTheTextDoesNotHave_staysWhole() {
        Json message = message(
                "It was read.",
                Json.object().put("content", LONG).put("sha256", "a".repeat(64)).build());
        assertSame(message, told.of(message));
    }

    @Test
    void of_shortValues_stayWhole() {
        Json message = message(
                "- Buy milk (t1)",
                Json.object().put("id", "t1").put("title", "Buy milk").build());
        assertSame(message, told.of(message));
    }

    @Test
    void of_failures_stayAsTheyAre() {
        Json message = Json.object().put("status", "error").put("message", LONG).build();
        assertSame(message, told.of(message));
    }

    @Test
    void of_anAccountNumberAtTheCut_isNotTakenInHalf() {
        String text = "Pay to DE89 3704 0044 0532 0130 00, that is the account of the landlord in town.";
        Json shown = told.of(message(text, Json.object().put("content", text).build()));
        assertEquals("Pay to … [as in text]", shown.get("data").orElseThrow().text("content"));
    }

    @Test
    void of_aCharacterOfTwoHalvesAtTheCut_isNotCut() {
        String text = "x".repeat(23) + "😀" + LONG;
        Json shown = told.of(message(text, Json.object().put("content", text).build()));
        assertEquals(
                "x".repeat(23) + "… [as in text]",
                shown.get("data").orElseThrow().text("content"));
    }
}
