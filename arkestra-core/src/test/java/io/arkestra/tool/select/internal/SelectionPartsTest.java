package io.arkestra.tool.select.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionPartsTest {
    @Test
    void words_camelAndSnakeCaseAndEndings_areTheSame() {
        assertEquals(ToolWords.of("get_user_infos"), ToolWords.of("getUserInfo"));
        assertEquals(ToolWords.of("translations"), ToolWords.of("translate"));
        assertEquals(ToolWords.of("напоминания"), ToolWords.of("напоминание"));
        assertEquals(ToolWords.of("погоду"), ToolWords.of("погода"));
    }

    @Test
    void clauses_twoWishes_areTwo() {
        assertEquals(
                List.of("Book a flight to Oslo", "tell me the weather there"),
                Clauses.of("Book a flight to Oslo and tell me the weather there"));
        assertEquals(List.of(), Clauses.of("salt and pepper"));
    }

    @Test
    void fuse_secondInBothRankings_beatsFirstInOneAndLastInTheOther() {
        double[] fused = Fusion.fuse(new double[] {10, 9, 0}, new double[] {0.1, 0.58, 0.6});

        assertEquals(1, Fusion.order(fused).get(0));
    }

    @Test
    void fuse_withoutVectors_isTheOrderOfWords() {
        assertEquals(List.of(2, 0, 1), Fusion.order(Fusion.fuse(new double[] {2, 1, 3}, new double[0])));
    }

    @Test
    void filled_missingVectors_areAsNearAsWordsSay() {
        double[] words = {4, 2, 0, 0, 0};
        double[] cosines = {Double.NaN, Double.NaN, Double.NaN, 0.2, 0.6};

        assertArrayEquals(new double[] {0.6, 0.6, 0.6, 0.2, 0.6}, StandIns.filled(words, cosines), 1e-9);
        cosines[2] = 0.1;
        assertArrayEquals(new double[] {0.6, 0.4, 0.1, 0.2, 0.6}, StandIns.filled(words, cosines), 1e-9);
        assertEquals(0, StandIns.filled(new double[1], new double[] {Double.NaN}).length);
    }

    @Test
    void scores_parameterWord_findsTheTool() {
        WordIndex index = new WordIndex(List.of(
                words("a.one", "Counts things", ""),
                words("a.two", "Counts things", "{\"properties\":{\"latitude\":{\"type\":\"number\"}}}")));

        double[] scores = index.scores(ToolWords.of("what is at latitude 5"));

        assertEquals(0, scores[0]);
        assertTrue(scores[1] > 0);
    }

    @Test
    void scores_valueThatAnArgumentMayHave_findsTheTool() {
        WordIndex index = new WordIndex(List.of(
                words("a.one", "Tells the weather", "{\"properties\":{\"unit\":{\"enum\":[\"kelvin\"]}}}"),
                words(
                        "a.two",
                        "Tells the weather",
                        "{\"properties\":{\"unit\":{\"items\":{\"enum\":[\"Fahrenheit\",null,7]}}}}")));

        double[] scores = index.scores(ToolWords.of("in fahrenheit please"));

        assertEquals(0, scores[0]);
        assertTrue(scores[1] > 0);
    }

    @Test
    void scores_repeatedWord_countsOnce() {
        WordIndex index =
                new WordIndex(List.of(words("a.one", "Counts apples", ""), words("a.two", "Sorts pears", "")));

        assertArrayEquals(index.scores(List.of("appl")), index.scores(List.of("appl", "appl", "appl")));
    }

    @Test
    void of_numbers_areLeftOutUnlessTheyAreOfAName() {
        assertEquals(List.of("convert", "km"), ToolWords.of("convert 10km 5 3.7"));
        assertEquals(ToolWords.of("utf8"), ToolWords.of("UTF8"));
        assertEquals(List.of("utf8"), ToolWords.of("utf8"));
    }

    @Test
    void spokenName_numbers_areLeftOutUnlessTheyAreOfAWord() {
        assertEquals("weather get", spoken("weather_1.get_2"));
        assertEquals("base64 decode", spoken("base64.decode"));
        assertEquals("get user", spoken("get_user"));
    }

    private static String spoken(String name) {
        return ToolText.of(ToolSpec.builder(name).description("Does it").build())
                .spokenName();
    }

    @Test
    void numbers_ofMessagesAndSchemas_areCounted() {
        assertEquals(3, Numbers.in("From 12:30 add two and 3.5 but not x7"));
        assertEquals(2, Numbers.in("сложи два и 3"));
        assertEquals(0, Numbers.in("how are you"));
        assertEquals(
                1,
                Numbers.requiredBy(Json.parse(
                        "{\"properties\":{\"a\":{\"type\":\"number\"},\"b\":{\"type\":\"integer\"},\"c\":{\"type\":\"string\"}},"
                                + "\"required\":[\"a\",\"c\",\"d\"]}")));
        assertEquals(0, Numbers.requiredBy(Json.parse("{\"required\":7}")));
        assertEquals(0, Numbers.requiredBy(Json.parse("true")));
    }

    private static WordIndex.Words words(String name, String description, String schema) {
        ToolSpec.Builder spec = ToolSpec.builder(name).description(description);
        return IndexedTool.of((schema.isEmpty() ? spec : spec.arguments(schema)).build())
                .words();
    }

    @Test
    void abstention_betterToolNotOffered_saysThatNoneFits() {
        double[] words = {0, 8};
        double[] cosines = {0.2, 0.7};

        assertFalse(Abstention.judge(words, cosines, List.of(0)).fits());
        assertTrue(Abstention.judge(words, cosines, List.of(0, 1)).fits());
        assertFalse(
                Abstention.judge(new double[2], new double[0], List.of(0, 1)).fits());
    }

    @Test
    void prior_badCalls_isBoundedAndLowers() {
        CallFigures bad = CallFigures.NONE;
        CallFigures good = CallFigures.NONE;
        for (int i = 0; i < 1_000; i++) {
            bad = bad.with("tool.failed", 5);
            good = good.with("ok", 5);
        }

        assertEquals(0, Prior.of(CallFigures.NONE, CostClass.FREE));
        assertTrue(Prior.of(bad, CostClass.HIGH) >= -Prior.MOST);
        assertTrue(Prior.of(bad, CostClass.FREE) < -0.9 * Prior.MOST);
        assertTrue(Prior.of(CallFigures.NONE, CostClass.HIGH) < Prior.of(CallFigures.NONE, CostClass.LOW));
        assertTrue(Prior.of(good, CostClass.FREE) > 0);
    }

    @Test
    void figures_deniedCall_saysNothingAboutTheTool() {
        CallFigures figures = CallFigures.NONE.with("denied", 1).with("ok", 30).with("tool.timeout", 50);

        assertEquals(2, figures.made());
        assertEquals(1, figures.refused());
        assertEquals("tool.timeout", figures.commonest().orElseThrow().getKey());
        assertEquals(figures, CallFigures.read(figures.toJson()));
    }
}
