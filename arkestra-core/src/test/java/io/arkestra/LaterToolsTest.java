package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.testkit.ManualClock;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a later message needs besides the conversation's tools is described beside it, and the prompt still begins as the one before. */
@Timeout(300)
class LaterToolsTest {
    private static final UserId ANN = UserId.of("ann");
    private static final SessionId TALK = SessionId.of("talk");

    /** What users say, by the tool that it is for. */
    private static final Map<String, String> SAID = new TreeMap<>(Map.ofEntries(
            Map.entry("kettle.boil", "boil water in the kettle"),
            Map.entry("lamp.dim", "dim the lamp over the sofa"),
            Map.entry("garage.open", "open the garage door"),
            Map.entry("rose.sprinkle", "sprinkle the roses on the balcony"),
            Map.entry("invoice.print", "print the invoice for the plumber"),
            Map.entry("violin.tune", "tune the violin to concert pitch"),
            Map.entry("flight.book", "book a flight to Lisbon"),
            Map.entry("pizza.order", "order a pizza with mushrooms"),
            Map.entry("chess.play", "play chess against the computer"),
            Map.entry("horse.saddle", "saddle the horse in the stable"),
            Map.entry("drone.land", "land the drone on the roof"),
            Map.entry("currency.convert", "convert euros to yen"),
            Map.entry("parcel.track", "track the parcel from the courier"),
            Map.entry("sauna.heat", "heat the sauna to eighty degrees"),
            Map.entry("ballot.count", "count the ballots of the election"),
            Map.entry("fossil.date", "date the fossil with carbon")));

    private final ManualClock clock = ManualClock.at(Instant.parse("2026-05-05T09:00:00Z"));
    private final Set<String> denied = ConcurrentHashMap.newKeySet();
    private final RecordingLlm senior = RecordingLlm.writing((request, cancel) -> {
        LlmMessage last = request.lastMessage().orElseThrow();
        return SAID.keySet().stream()
                .filter(tool -> last.text().contains("use " + tool))
                .findFirst()
                .map(tool -> "{\"text\":\"\",\"tool_calls\":[{\"name\":\"" + tool + "\",\"arguments\":{}}]}")
                .orElse("{\"text\":\"Done.\"}");
    });

    /** A tool whose description holds a word that nobody says, so that it can be found in a prompt. */
    private static Tool tool(String name) {
        ToolSpec spec = ToolSpec.builder(name)
                .description("Can " + SAID.get(name) + ". " + mark(name))
                .build();
        return new Tool() {
            @Override
            public ToolSpec spec() {
                return spec;
            }

            @Override
            public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                return ToolResult.text("done");
            }
        };
    }

    private static String mark(String tool) {
        return "qq" + tool.replace('.', 'q') + "qq";
    }

    private Arkestra open() {
        Policy policy = (action, scope) ->
                denied.contains(action.name()) ? Decision.deny("test", "Not now") : Decision.abstain();
        return Arkestra.builder()
                .clock(clock)
                .senior(Llm.client(senior))
                .tools(tools -> SAID.keySet().forEach(name -> tools.add(tool(name))))
                .policy(rules -> {
                    rules.add(policy);
                    SAID.keySet().forEach(rules::allow);
                    rules.allow("harp.polish");
                })
                .build();
    }

    private Reply say(Session session, String text) {
        Reply reply = session.ask(text);
        clock.advance(Duration.ofMinutes(1));
        return reply;
    }

    private LlmRequest last() {
        return senior.requests().get(senior.requests().size() - 1);
    }

    /** The first two tools that the last prompt does not describe. */
    private List<String> twoNew() {
        List<String> described = RecordingLlm.offeredTools(last());
        return SAID.keySet().stream()
                .filter(tool -> !described.contains(tool))
                .limit(2)
                .toList();
    }

    private static String both(List<String> tools) {
        return "Please " + SAID.get(tools.get(0)) + ", and then " + SAID.get(tools.get(1));
    }

    private static String rendered(LlmRequest request) {
        return request.messages().stream()
                .map(message -> message.role() + ":" + message.rendered() + "\n")
                .collect(Collectors.joining());
    }

    private void assertEachBeginsAsTheOneBefore() {
        String before = "";
        for (LlmRequest request : senior.requests()) {
            String prompt = rendered(request);
            assertTrue(prompt.startsWith(before), "changed what was sent before:\n" + before + "\n---\n" + prompt);
            before = prompt;
        }
    }

    @Test
    void laterMessage_thatNeedsTwoNewTools_hasBothDescribedWhileThePromptBeginsAsBefore() {
        Explanation explanation;
        List<String> rules;
        List<String> needed;
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            say(session, "Please boil water in the kettle");
            rules = RecordingLlm.toolsInRules(last());
            assertEquals(12, rules.size());
            assertTrue(rules.contains("kettle.boil"), rules.toString());
            needed = twoNew();
            Reply reply = say(session, both(needed));
            explanation = arkestra.explain(Scope.of(ANN), reply.turn()).orElseThrow();
            List<String> described = RecordingLlm.described(last().lastMessage().orElseThrow());
            assertTrue(described.containsAll(needed), described + " lacks some of " + needed);

            say(session, "Once more: " + both(needed));
            LlmMessage again = last().lastMessage().orElseThrow();
            assertFalse(RecordingLlm.described(again).stream().anyMatch(needed::contains), again.rendered());
            List<String> named = again.data("tools").orElseThrow().list("again").stream()
                    .map(Json::asString)
                    .toList();
            assertTrue(named.containsAll(needed), named.toString());

            List<String> others = twoNew();
            say(session, both(others));
            List<String> all = RecordingLlm.offeredTools(last());
            assertTrue(all.containsAll(others) && all.containsAll(needed), all.toString());
            assertEquals(all.size(), Set.copyOf(all).size(), "described once each: " + all);
        }
        assertEachBeginsAsTheOneBefore();
        senior.requests().forEach(request -> {
            assertEquals(rules, RecordingLlm.toolsInRules(request));
            assertTrue(request.tools().isEmpty(), "tools stand in the prompt, for every kind of backend");
        });
        List<Json> reasons = explanation.steps().stream()
                .filter(step -> step.stage().equals("select"))
                .findFirst()
                .orElseThrow()
                .detail()
                .list("tools");
        Map<String, String> from =
                reasons.stream().collect(Collectors.toMap(tool -> tool.text("name"), tool -> tool.text("from")));
        assertEquals("this message", from.get(needed.get(0)));
        assertEquals("this message", from.get(needed.get(1)));
        assertEquals("conversation", from.get("kettle.boil"));
        reasons.stream()
                .filter(tool -> needed.contains(tool.text("name")))
                .forEach(tool ->
                        assertTrue(tool.list("reasons").toString().contains("words in common"), tool.toString()));
    }

    @Test
    void call_ofAToolThatOnlyAMessageDescribes_isMade() {
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            say(session, "Please boil water in the kettle");
            String needed = twoNew().get(0);
            Reply reply = say(session, "Please " + SAID.get(needed) + ", use " + needed);
            assertEquals(List.of(new ToolUse(needed, "ok")), reply.toolUses());
            assertTrue(RecordingLlm.toolsInMessages(last()).contains(needed));
        }
        assertEachBeginsAsTheOneBefore();
    }

    @Test
    void tool_thatIsDenied_isDescribedNowhereFromThenOn() {
        denied.add("lamp.dim");
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            say(session, "Please dim the lamp over the sofa");
            List<String> needed =
                    twoNew().stream().filter(tool -> !tool.equals("lamp.dim")).toList();
            String inMessage = needed.get(0);
            say(session, "Please " + SAID.get(inMessage));
            assertTrue(rendered(last()).contains(mark(inMessage)));

            denied.add(inMessage);
            say(session, "Please " + SAID.get(inMessage));
            assertFalse(rendered(last()).contains(mark(inMessage)), rendered(last()));
            int anew = senior.requests().size() - 1;

            say(session, "Please dim the lamp over the sofa");
            assertTrue(rendered(last()).startsWith(rendered(senior.requests().get(anew))), rendered(last()));
            String inRules = SAID.keySet().stream()
                    .filter(RecordingLlm.toolsInRules(last())::contains)
                    .findFirst()
                    .orElseThrow();
            denied.add(inRules);
            say(session, "Please " + SAID.get(inRules));
            assertFalse(rendered(last()).contains(mark(inRules)), rendered(last()));
        }
        senior.requests().forEach(request -> assertFalse(rendered(request).contains(mark("lamp.dim"))));
    }

    @Test
    void tool_thatWasRemovedWhileTheConversationGoesOn_isDescribedNowhereFromThenOn() {
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            say(session, "Please boil water in the kettle");
            DeclaredTool added = arkestra.tools().declared().add("""
                    kind: chain
                    name: harp.polish
                    description: Can polish the harp in the hall. qqharpqq
                    steps:
                      - {tool: note.list, arguments: {}}
                    """);
            arkestra.tools().declared().pin("harp.polish", added.digest());
            say(session, "Please polish the harp in the hall");
            assertEquals(
                    List.of("harp.polish"),
                    RecordingLlm.described(last().lastMessage().orElseThrow()).subList(0, 1));
            arkestra.tools().declared().remove("harp.polish");
            say(session, "Please polish the harp in the hall once more");
            assertFalse(rendered(last()).contains("qqharpqq"), rendered(last()));
        }
    }

    @Test
    void conversation_thatIsTrimmed_takesWhatItCalledIntoTheRules() {
        String padding = " and so on".repeat(1_500);
        try (Arkestra arkestra = open()) {
            Session session = arkestra.session(ANN, TALK);
            say(session, "Please boil water in the kettle" + padding);
            List<String> rules = RecordingLlm.toolsInRules(last());
            String needed = twoNew().get(0);
            say(session, "Please " + SAID.get(needed) + ", use " + needed);
            assertFalse(RecordingLlm.toolsInRules(last()).contains(needed));
            assertTrue(RecordingLlm.toolsInMessages(last()).contains(needed));

            for (int i = 0; i < 8 && RecordingLlm.toolsInRules(last()).equals(rules); i++) {
                say(session, "Story number " + i + padding);
            }
            assertTrue(last().messages().get(1).data("earlier").isPresent(), "the conversation was trimmed");
            assertTrue(
                    RecordingLlm.toolsInRules(last()).contains(needed),
                    RecordingLlm.toolsInRules(last()).toString());
            assertEquals(List.of(), RecordingLlm.toolsInMessages(last()));
        }
    }
}
