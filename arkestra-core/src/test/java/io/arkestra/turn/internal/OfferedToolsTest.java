package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.tool.ToolChoice;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OfferedToolsTest {
    /** Tools t.n00 to t.n23. */
    private static final List<ToolSpec> MANY = tools(0, 24);

    private static List<ToolSpec> tools(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(
                        i -> ToolSpec.builder(name(i)).description("Does " + i).build())
                .toList();
    }

    private static String name(int number) {
        return "t.n%02d".formatted(number);
    }

    private static List<String> names(int... numbers) {
        return IntStream.of(numbers).mapToObj(OfferedToolsTest::name).toList();
    }

    private static List<String> names(OfferedTools offered) {
        return offered.tools().stream().map(ToolSpec::name).toList();
    }

    /** All tools, the given ones first with these scores, the others far behind by name. */
    private static ToolSelection ranked(boolean fits, List<ToolSpec> tools, List<String> first, double... scores) {
        List<ToolChoice> choices = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            choices.add(new ToolChoice(first.get(i), scores[i], List.of("fits")));
        }
        tools.stream()
                .filter(tool -> !first.contains(tool.name()))
                .forEach(tool -> choices.add(new ToolChoice(tool.name(), 0.1, List.of("company"))));
        return new ToolSelection(choices, fits, 0.9, List.of("a note"));
    }

    private static final List<String> FIRST_TWELVE = names(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    @Test
    void of_notMoreThanFit_offersAllWithoutRanking() {
        OfferedTools offered = OfferedTools.of(tools(0, 12), names(7), List.of(), () -> {
            throw new AssertionError("nothing is to be ranked");
        });

        assertEquals(12, offered.tools().size());
        assertEquals(name(7), names(offered).get(0));
    }

    @Test
    void of_notMoreThanFitAndANewOne_keepsTheOrderAndAppends() {
        OfferedTools offered = OfferedTools.of(tools(0, 4), names(3), names(2, 0, 1), () -> {
            throw new AssertionError("nothing is to be ranked");
        });

        assertEquals(names(2, 0, 1, 3), names(offered));
    }

    @Test
    void of_firstPrompt_offersHintsThenTheBestTwelve() {
        OfferedTools offered = OfferedTools.of(
                MANY, List.of(name(20), "not.there"), List.of(), () -> ranked(true, MANY, names(22, 5), 0.9, 0.5));

        assertEquals(OfferedTools.MOST, offered.tools().size());
        assertEquals(names(20, 22, 5, 0), names(offered).subList(0, 4));
    }

    @Test
    void of_theFittingAreThere_keepsThePromptAsItWas() {
        OfferedTools offered =
                OfferedTools.of(MANY, names(3), FIRST_TWELVE, () -> ranked(true, MANY, names(11, 4), 0.9, 0.85));

        assertEquals(FIRST_TWELVE, names(offered));
        assertEquals(", the same as before", offered.why());
    }

    @Test
    void of_theBestIsNotThere_replacesTheWorstAndKeepsTheOthersInTheirPlaces() {
        OfferedTools offered =
                OfferedTools.of(MANY, List.of(), FIRST_TWELVE, () -> ranked(true, MANY, names(23, 11), 0.9, 0.3));

        assertEquals(names(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 23), names(offered));
    }

    @Test
    void of_toolsAddedWhileTheConversationGoesOn_offersTheOneThatFits() {
        List<ToolSpec> more = tools(0, 26);

        List<String> names = names(OfferedTools.of(
                more, List.of(), FIRST_TWELVE, () -> ranked(true, more, names(25, 0, 24), 0.9, 0.8, 0.75)));

        assertTrue(names.contains(name(25)), names.toString());
        assertFalse(names.contains(name(24)), names.toString());
        assertEquals(names(0, 1, 2), names.subList(0, 3));
    }

    @Test
    void of_worseThanThoseOffered_doesNotChangeThePrompt() {
        OfferedTools offered = OfferedTools.of(
                MANY, List.of(), FIRST_TWELVE, () -> ranked(true, MANY, names(1, 23, 22), 0.9, 0.6, 0.6));

        assertEquals(FIRST_TWELVE, names(offered));
    }

    @Test
    void of_noneIsMeant_keepsThePromptAndSaysSo() {
        OfferedTools offered =
                OfferedTools.of(MANY, List.of(), FIRST_TWELVE, () -> ranked(false, MANY, names(23), 0.2));

        assertEquals(FIRST_TWELVE, names(offered));
        assertEquals(", the same as before; none seems to be meant", offered.why());
    }

    @Test
    void of_aToolHasGone_isReplacedByTheBestThatIsLeft() {
        List<ToolSpec> fewer =
                MANY.stream().filter(tool -> !tool.name().equals(name(4))).toList();

        List<String> names = names(
                OfferedTools.of(fewer, List.of(), FIRST_TWELVE, () -> ranked(true, fewer, names(0, 19), 0.9, 0.6)));

        assertEquals(names(0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 19), names);
    }

    @Test
    void of_rankingThatFailed_offersTwelveByName() {
        OfferedTools offered = OfferedTools.of(
                MANY, List.of(), List.of(), () -> new ToolSelection(List.of(), false, 0, List.of("no")));

        assertEquals(FIRST_TWELVE, names(offered));
    }

    @Test
    void of_hintThatIsNotThere_isAddedWithItsReason() {
        OfferedTools offered = OfferedTools.of(MANY, names(17), FIRST_TWELVE, () -> ranked(true, MANY, names(0), 0.9));

        assertEquals(name(17), names(offered).get(11));
        assertTrue(
                offered.detail().toString().contains("the junior thinks of it"),
                offered.detail().toString());
    }
}
