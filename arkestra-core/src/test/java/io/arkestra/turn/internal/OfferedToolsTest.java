package io.arkestra.turn.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.TokenCount;
import io.arkestra.persona.internal.ToolBlock;
import io.arkestra.tool.ToolChoice;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OfferedToolsTest {
    /** As it is when a conversation begins. */
    private static final OfferedTools.Before NOTHING =
            new OfferedTools.Before(List.of(), Map.of(), List.of(), false, Long.MAX_VALUE, UnaryOperator.identity());

    /** Tools t.n00 to t.n23. */
    private static final List<ToolSpec> MANY = tools(0, 24);

    private static final List<String> FIRST_TWELVE = names(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    private static final long ROOM = 1_000;
    private static final Supplier<ToolSelection> UNASKED = () -> {
        throw new AssertionError("nothing is to be ranked");
    };

    private static List<ToolSpec> tools(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> tool(i, "Does " + i)).toList();
    }

    private static ToolSpec tool(int number, String description) {
        return ToolSpec.builder(name(number)).description(description).build();
    }

    private static String name(int number) {
        return "t.n%02d".formatted(number);
    }

    private static List<String> names(int... numbers) {
        return IntStream.of(numbers).mapToObj(OfferedToolsTest::name).toList();
    }

    private static List<String> rules(OfferedTools offered) {
        return offered.names();
    }

    private static List<String> more(OfferedTools offered) {
        return offered.more().stream().map(ToolSpec::name).toList();
    }

    /** A conversation whose rules describe these. */
    private static OfferedTools.Before before(List<String> rules) {
        return before(rules, List.of(), List.of(), false);
    }

    private static OfferedTools.Before before(
            List<String> rules, List<ToolSpec> inMessages, List<String> called, boolean cut) {
        Map<String, Json> described = new LinkedHashMap<>();
        inMessages.forEach(tool -> described.put(tool.name(), ToolBlock.description(tool)));
        return new OfferedTools.Before(rules, described, called, cut, ROOM, UnaryOperator.identity());
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

    private static String from(OfferedTools offered, String name) {
        return offered.detail().list("tools").stream()
                .filter(tool -> tool.text("name").equals(name))
                .map(tool -> tool.text("from"))
                .findFirst()
                .orElse("");
    }

    @Test
    void of_notMoreThanTheRulesHold_offersAllWithoutRanking() {
        OfferedTools offered = OfferedTools.of(tools(0, 12), names(7), NOTHING, UNASKED);

        assertEquals(12, offered.tools().size());
        assertEquals(12, offered.count());
        assertEquals(name(7), rules(offered).get(0));
        assertEquals(List.of(), more(offered));
    }

    @Test
    void of_notMoreThanTheRulesHoldAndANewOne_leavesTheRulesAndDescribesItBesideTheMessage() {
        OfferedTools offered = OfferedTools.of(tools(0, 4), names(3), before(names(2, 0, 1)), UNASKED);

        assertEquals(names(2, 0, 1), rules(offered));
        assertEquals(names(3), more(offered));
        assertFalse(offered.anew());
    }

    @Test
    void of_firstPrompt_describesHintsThenTheBestTwelveInTheRules() {
        OfferedTools offered = OfferedTools.of(
                MANY, List.of(name(20), "not.there"), NOTHING, () -> ranked(true, MANY, names(22, 5), 0.9, 0.5));

        assertEquals(OfferedTools.MOST, offered.tools().size());
        assertEquals(names(20, 22, 5, 0), rules(offered).subList(0, 4));
        assertEquals(List.of(), more(offered));
        assertEquals("conversation", from(offered, name(22)));
    }

    @Test
    void of_theFittingAreInTheRules_addsNothing() {
        OfferedTools offered = OfferedTools.of(
                MANY, names(3), before(FIRST_TWELVE), () -> ranked(true, MANY, names(11, 4), 0.9, 0.85));

        assertEquals(FIRST_TWELVE, rules(offered));
        assertEquals(List.of(), more(offered));
        assertEquals(List.of(), offered.again());
        assertEquals(", the same as before", offered.why());
    }

    @Test
    void of_twoThatFitAreNotThere_describesBothAndLeavesTheRules() {
        OfferedTools offered = OfferedTools.of(
                MANY, List.of(), before(FIRST_TWELVE), () -> ranked(true, MANY, names(23, 11, 15), 0.9, 0.7, 0.6));

        assertEquals(FIRST_TWELVE, rules(offered));
        assertEquals(names(23, 15), more(offered));
        assertEquals(14, offered.count());
        assertEquals("this message", from(offered, name(23)));
        assertEquals("conversation", from(offered, name(11)));
        assertEquals(", 2 of them for this message", offered.why());
    }

    @Test
    void of_describedInAnEarlierMessage_isNamedOnly() {
        OfferedTools offered = OfferedTools.of(
                MANY,
                List.of(),
                before(FIRST_TWELVE, tools(20, 23), List.of(), false),
                () -> ranked(true, MANY, names(21, 23), 0.9, 0.8));

        assertEquals(names(23), more(offered));
        assertEquals(names(21), offered.again());
        assertEquals(16, offered.count());
        assertEquals("an earlier message", from(offered, name(20)));
    }

    @Test
    void of_halfAsGoodAsTheBestOrTheEleventh_isNotNeeded() {
        double[] scores = {0.9, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8};
        List<String> eleven = names(13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);

        assertEquals(
                eleven.subList(0, 10),
                more(OfferedTools.of(MANY, List.of(), before(FIRST_TWELVE), () -> ranked(true, MANY, eleven, scores))));
        assertEquals(
                names(13, 14),
                more(OfferedTools.of(
                        MANY,
                        List.of(),
                        before(FIRST_TWELVE),
                        () -> ranked(true, MANY, names(13, 14, 15), 0.9, 0.46, 0.44))));
    }

    @Test
    void of_noRoomForAll_describesTheBestAndThoseThatThereIsRoomFor() {
        List<ToolSpec> tools = new ArrayList<>(tools(0, 20));
        tools.add(tool(20, "Long. ".repeat(200)));
        tools.add(tool(21, "Long. ".repeat(200)));
        tools.addAll(tools(22, 24));
        long two = 2
                * TokenCount.estimate(ToolBlock.description(tool(22, "Does 22")).toString())
                        .tokens();

        OfferedTools.Before little =
                new OfferedTools.Before(FIRST_TWELVE, Map.of(), List.of(), false, two, UnaryOperator.identity());
        Supplier<ToolSelection> short22 = () -> ranked(true, tools, names(22, 20, 23, 21), 0.9, 0.8, 0.7, 0.6);
        Supplier<ToolSelection> long20 = () -> ranked(true, tools, names(20, 22), 0.9, 0.8);

        assertEquals(names(22, 23), more(OfferedTools.of(tools, List.of(), little, short22)));
        assertEquals(names(20), more(OfferedTools.of(tools, List.of(), little, long20)));
    }

    @Test
    void of_wordsThatTellMoreThanTheDefinition_countTowardsTheRoom() {
        UnaryOperator<ToolSpec> told = tool -> tool.withDescription(tool.description() + " Not for more.".repeat(25));
        long two = 2
                * TokenCount.estimate(ToolBlock.description(tool(20, "Does 20")).toString())
                        .tokens();
        OfferedTools.Before little = new OfferedTools.Before(FIRST_TWELVE, Map.of(), List.of(), false, two, told);

        assertEquals(
                names(20),
                more(OfferedTools.of(MANY, List.of(), little, () -> ranked(true, MANY, names(20, 21), 0.9, 0.8))));
    }

    @Test
    void of_toolsAddedWhileTheConversationGoesOn_describesThoseThatFit() {
        List<ToolSpec> more = tools(0, 26);

        OfferedTools offered = OfferedTools.of(
                more, List.of(), before(FIRST_TWELVE), () -> ranked(true, more, names(25, 0, 24), 0.9, 0.8, 0.75));

        assertEquals(FIRST_TWELVE, rules(offered));
        assertEquals(names(25, 24), more(offered));
    }

    @Test
    void of_noneIsMeant_addsOnlyWhatTheJuniorThinksOf() {
        OfferedTools offered =
                OfferedTools.of(MANY, names(17), before(FIRST_TWELVE), () -> ranked(false, MANY, names(23), 0.2));

        assertEquals(FIRST_TWELVE, rules(offered));
        assertEquals(names(17), more(offered));
        assertEquals(", 1 of them for this message; none seems to be meant", offered.why());
        assertTrue(
                offered.detail().toString().contains("the junior thinks of it"),
                offered.detail().toString());
    }

    @Test
    void of_aToolOfTheRulesHasGone_isLaidOutAnewWithTheBestThatIsLeft() {
        List<ToolSpec> fewer =
                MANY.stream().filter(tool -> !tool.name().equals(name(4))).toList();

        OfferedTools offered = OfferedTools.of(
                fewer,
                List.of(),
                before(FIRST_TWELVE, tools(18, 20), List.of(), false),
                () -> ranked(true, fewer, names(0, 19), 0.9, 0.6));

        assertTrue(offered.anew());
        assertEquals(names(0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 19), rules(offered));
        assertEquals(List.of(), more(offered));
        assertEquals(12, offered.count());
    }

    @Test
    void of_aToolThatAMessageDescribesHasGoneOrChanged_isLaidOutAnew() {
        List<ToolSpec> without20 =
                MANY.stream().filter(tool -> !tool.name().equals(name(20))).toList();
        OfferedTools.Before gone = before(FIRST_TWELVE, tools(20, 21), List.of(), false);
        OfferedTools.Before changed = before(FIRST_TWELVE, List.of(tool(20, "Did 20")), List.of(), false);

        OfferedTools first = OfferedTools.of(without20, List.of(), gone, () -> ranked(true, without20, names(0), 0.9));
        OfferedTools second = OfferedTools.of(MANY, List.of(), changed, () -> ranked(true, MANY, names(0), 0.9));

        assertTrue(first.anew());
        assertEquals(", laid out anew: a tool may not be offered any more", first.why());
        assertTrue(second.anew());
        assertEquals(", laid out anew: a tool has changed", second.why());
    }

    @Test
    void of_theConversationWasTrimmed_movesWhatWasCalledIntoTheRules() {
        OfferedTools offered = OfferedTools.of(
                MANY,
                List.of(),
                before(FIRST_TWELVE, tools(18, 22), List.of(name(21), "not.there"), true),
                () -> ranked(true, MANY, names(23, 19), 0.9, 0.8));

        assertTrue(offered.anew());
        assertEquals(names(0, 1, 2, 3, 4, 5, 6, 7, 8, 23, 19, 21), rules(offered));
        assertEquals(List.of(), more(offered));
        assertEquals(", laid out anew: the conversation was trimmed", offered.why());
        assertTrue(
                offered.detail().toString().contains("it was called in this conversation"),
                offered.detail().toString());
    }

    @Test
    void of_tooManyInMessages_isLaidOutAnew() {
        List<ToolSpec> tools = tools(0, 60);
        OfferedTools.Before full =
                before(FIRST_TWELVE, tools(12, 12 + OfferedTools.MOST_IN_MESSAGES), List.of(), false);

        OfferedTools same = OfferedTools.of(tools, List.of(), full, () -> ranked(true, tools, names(12, 47), 0.9, 0.8));
        OfferedTools another = OfferedTools.of(tools, List.of(), full, () -> ranked(true, tools, names(48), 0.9));

        assertFalse(same.anew());
        assertEquals(OfferedTools.MOST + OfferedTools.MOST_IN_MESSAGES, same.count());
        assertTrue(another.anew());
        assertTrue(rules(another).contains(name(48)), rules(another).toString());
        assertEquals(OfferedTools.MOST, another.count());
    }

    @Test
    void of_rankingThatFailed_offersTwelveByName() {
        OfferedTools offered =
                OfferedTools.of(MANY, List.of(), NOTHING, () -> new ToolSelection(List.of(), false, 0, List.of("no")));

        assertEquals(FIRST_TWELVE, rules(offered));
    }

    @Test
    void before_ofAConversation_knowsWhatItsMessagesDescribe() {
        LlmMessage asked = ToolBlock.beside(LlmMessage.user("Do it"), tools(3, 5), List.of());
        List<String> called = names(7);

        OfferedTools.Before before = OfferedTools.Before.of(
                names(0), new SentPrompts.View(List.of(asked), Set.of(), called, true), ROOM, UnaryOperator.identity());

        assertEquals(Set.copyOf(names(3, 4)), before.messages().keySet());
        assertEquals(called, before.called());
        assertTrue(before.cut());
    }
}
