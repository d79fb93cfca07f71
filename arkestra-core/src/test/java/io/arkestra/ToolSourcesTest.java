package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Citation;
import io.arkestra.memory.Passage;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.testkit.FilePut;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tools found is named as the sources of a reply, whichever way the calls went. */
@Timeout(120)
class ToolSourcesTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String LOOK_UP = "{\"text\":\"\",\"tool_calls\":[{\"name\":\"look.up\",\"arguments\":{}}]}";
    private static final String SEND = "{\"name\":\"file.put\",\"arguments\":{\"name\":\"a.txt\",\"text\":\"new\"}}";

    @TempDir
    Path home;

    @TempDir
    Path files;

    private final List<String> answers = new ArrayList<>();
    private final RecordingLlm senior = RecordingLlm.writing(
            (request, cancel) -> answers.isEmpty() ? "{\"text\":\"That is what it says.\"}" : answers.remove(0));

    /** Finds passages in a handbook. */
    private record LookUp(String name, int passages) implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder(name).description("Looks it up").build();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return ToolResult.text("Found in the handbook.")
                    .citing(IntStream.rangeClosed(1, passages)
                            .mapToObj(page -> Passage.builder(
                                            (name.equals("look.up") ? "handbook-" : "archive-") + page,
                                            Passage.Kind.DOCUMENT,
                                            "page " + page + " \u001b[31mof the handbook",
                                            Instant.parse("2026-05-05T09:00:00Z"))
                                    .speaker("Handbook")
                                    .citation(Citation.of("handbook", "Handbook", 0, 10)
                                            .under("Leave")
                                            .onPages(page, page)
                                            .inLines(7, 9))
                                    .build())
                            .toList());
        }
    }

    private Arkestra open(Path directory) {
        return Arkestra.builder()
                .home(directory)
                .senior(Llm.client(senior))
                .tools(t -> t.add(new LookUp("look.up", 2))
                        .add(new LookUp("look.far", 70))
                        .add(new FilePut(files)))
                .policy(p -> p.allow("look.up", "look.far", "look.both", "file.put")
                        .park()
                        .add((action, scope) -> action.name().equals("file.put")
                                ? Decision.ask("test.ask", "a person decides")
                                : Decision.abstain()))
                .build();
    }

    private Arkestra open() {
        return Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(new LookUp("look.up", 2)).add(new LookUp("look.far", 70)))
                .policy(p -> p.allow("look.up", "look.far", "look.both"))
                .build();
    }

    private static List<String> ids(Reply reply) {
        return reply.sources().stream().map(Source::id).toList();
    }

    private Reply ask(Arkestra engine, String... written) {
        answers.addAll(List.of(written));
        return engine.session(ALICE).ask("How many days of leave are there?");
    }

    @Test
    void reply_afterAToolThatCites_namesItsSources() {
        try (Arkestra engine = open()) {
            Reply reply = ask(engine, LOOK_UP);
            assertEquals(List.of("handbook-1", "handbook-2"), ids(reply));
            Source second = reply.sources().get(1);
            assertEquals("document", second.kind());
            assertEquals("Handbook", second.speaker());
            Citation citation = second.citation().orElseThrow();
            assertEquals("Handbook", citation.title());
            assertEquals("Leave", citation.heading());
            assertEquals(2, citation.page());
            assertEquals(7, citation.line());
            assertTrue(second.quote().startsWith("page 2"), second.quote());
        }
    }

    @Test
    void reply_whoseModelCitesSomeOfThem_namesThoseAlone() {
        try (Arkestra engine = open()) {
            Reply reply = ask(engine, LOOK_UP, "{\"text\":\"Thirty.\",\"sources\":[\"handbook-2\",\"made-up\"]}");
            assertEquals(List.of("handbook-2"), ids(reply));
        }
    }

    @Test
    void reply_laterInTheConversation_namesAnEarlierSourceThatItCites() {
        try (Arkestra engine = open()) {
            Session session = engine.session(ALICE);
            answers.add(LOOK_UP);
            session.ask("How many days of leave are there?");
            answers.add("{\"text\":\"As I said.\",\"sources\":[\"handbook-2\"]}");
            Reply reply = session.ask("Are you sure?");
            assertEquals(List.of("handbook-2"), ids(reply));
            assertEquals(2, reply.sources().get(0).citation().orElseThrow().page());
            assertEquals(List.of(), ids(session.ask("Good.")), "what nobody cites again is no source of a later reply");
        }
    }

    @Test
    void reply_afterAChainThatCites_namesTheSourcesOfItsSteps() {
        try (Arkestra engine = open()) {
            engine.tools().declared().add("""
                    kind: chain
                    name: look.both
                    description: Looks it up everywhere.
                    steps:
                      - {tool: look.up}
                      - {tool: look.far}
                    """);
            Reply reply = ask(engine, LOOK_UP.replace("look.up", "look.both"));
            assertEquals("ok", reply.toolUses().get(0).status(), reply.text());
            assertEquals(
                    List.of("handbook-1", "handbook-2", "archive-1"), ids(reply).subList(0, 3));
            assertEquals(50, ids(reply).size(), "no more than a result may bring");
        }
    }

    @Test
    void reply_ofTheTurnThatGoesOnAfterAnApproval_namesWhatWasFoundBefore() {
        String approval;
        try (Arkestra engine = open(home)) {
            Reply reply = ask(engine, LOOK_UP, "{\"text\":\"\",\"tool_calls\":[" + SEND + "]}");
            assertEquals(Outcome.Kind.NEEDS_APPROVAL, reply.outcome());
            assertEquals(List.of("handbook-1", "handbook-2"), ids(reply));
            approval = reply.pendingApprovals().get(0);
        }
        try (Arkestra engine = open(home)) {
            ApprovalRequest request = engine.approvals().pending(ALICE).get(0);
            engine.approvals().answer(ALICE, approval, ApprovalOutcome.approve(request));
            Outcome outcome = engine.afterApproval(ALICE, approval)
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertEquals(Outcome.Kind.COMPLETED, outcome.kind());
            assertEquals(List.of("handbook-1", "handbook-2"), ids(outcome.reply()));
            assertEquals(
                    1, outcome.reply().sources().get(0).citation().orElseThrow().page());
        }
    }

    @Test
    void reply_thatSearchedTheMemoryByATool_namesWhatWasFound() {
        try (Arkestra engine = open()) {
            engine.session(ALICE).ask("My car is a red Volvo.");
            Reply reply = ask(
                    engine,
                    "{\"text\":\"\",\"tool_calls\":[{\"name\":\"memory.search\",\"arguments\":{\"query\":\"red Volvo\"}}]}");
            assertEquals("ok", reply.toolUses().get(0).status(), reply.text());
            assertTrue(
                    reply.sources().stream().anyMatch(source -> source.quote().contains("red Volvo")),
                    reply.sources().toString());
        }
    }

    @Test
    void prompt_afterAToolThatCites_isTheSameAsWithoutSources() {
        try (Arkestra engine = open()) {
            ask(engine, LOOK_UP);
            LlmMessage told = senior.requests().get(1).lastMessage().orElseThrow();
            assertEquals(
                    Json.parse("{\"status\":\"ok\",\"text\":\"Found in the handbook.\",\"data\":{}}"),
                    Json.parse(told.text()));
        }
    }
}
