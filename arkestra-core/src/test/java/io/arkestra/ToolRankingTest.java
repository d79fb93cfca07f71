package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolChoice;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What decides between tools besides how well they fit: the network, a reranker, how calls went and what they cost. */
@Timeout(120)
class ToolRankingTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope SCOPE = Scope.of(ALICE);
    private static final String WHALES = "count the whales";

    @TempDir
    Path home;

    private record Counter(ToolSpec spec, boolean fails, AtomicInteger made) implements Tool {
        Counter(ToolSpec spec, boolean fails) {
            this(spec, fails, new AtomicInteger());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            made.incrementAndGet();
            if (fails) {
                throw new ToolException(ToolException.Reason.FAILED, "no whales");
            }
            return ToolResult.text("three");
        }
    }

    private static ToolSpec.Builder counts(String name) {
        return ToolSpec.builder(name).description("Counts whales");
    }

    /** Turns the order around. */
    private static final class Backwards implements Reranker {
        private final List<Integer> asked = Collections.synchronizedList(new ArrayList<>());

        @Override
        public String id() {
            return "backwards";
        }

        @Override
        public List<RerankScore> rerank(
                String query, List<RerankCandidate> candidates, Duration deadline, Cancellation cancel) {
            asked.add(candidates.size());
            return IntStream.range(0, candidates.size())
                    .map(i -> candidates.size() - 1 - i)
                    .mapToObj(i -> RerankScore.of(candidates.get(i).id(), i))
                    .toList();
        }

        @Override
        public boolean understands(String text) {
            return true;
        }

        @Override
        public void close() {}
    }

    private void settings(String yaml) throws IOException {
        Files.writeString(home.resolve("arkestra.yaml"), yaml);
    }

    private static List<String> chosen(Arkestra engine, int most) {
        return engine.tools().select(SCOPE, WHALES, most).choices().stream()
                .map(ToolChoice::name)
                .toList();
    }

    private Arkestra open(RecordingLlm senior, Tool... tools) {
        return Arkestra.builder()
                .home(home)
                .senior(Llm.client(senior))
                .tools(t -> List.of(tools).forEach(t::add))
                .policy(p -> List.of(tools).forEach(tool -> p.allow(tool.spec().name())))
                .build();
    }

    private static String called(Arkestra engine) {
        return engine.session(ALICE).ask("please do it").toolUses().get(0).status();
    }

    @Test
    void network_switchedOff_leavesOutToolsThatNeedItAndDeniesTheirCalls() throws IOException {
        for (boolean network : List.of(true, false)) {
            settings("tools: {network: " + network + "}\n");
            Counter tool =
                    new Counter(counts("net.whales").capability("net.read").build(), false);
            RecordingLlm senior = ToolScripts.calling(List.of("net.whales"), List.of("{}"));
            try (Arkestra engine = open(senior, tool)) {
                assertEquals(network, chosen(engine, 100).contains("net.whales"));
                assertEquals(network ? "ok" : "denied", called(engine));
                assertEquals(network ? 1 : 0, tool.made().get());
                String told = senior.lastMessage(senior.requests().size() - 1).text();
                assertEquals(!network, told.contains("tools.network"), told);
            }
        }
    }

    private List<String> ordered(Backwards judge) {
        Tool[] tools = IntStream.range(0, 30)
                .mapToObj(i -> new Counter(
                        counts("sea.w" + (char) ('a' + i / 10) + i % 10).build(), false))
                .toArray(Tool[]::new);
        try (Arkestra engine = Arkestra.builder()
                .home(home)
                .memory(m -> m.reranker(judge))
                .tools(t -> List.of(tools).forEach(t::add))
                .policy(p -> List.of(tools).forEach(tool -> p.allow(tool.spec().name())))
                .build()) {
            return chosen(engine, 30);
        }
    }

    @Test
    void rerank_switchedOn_obeysTheRerankerForTheBestTwentyAndAsksItOnlyThen() throws IOException {
        Backwards idle = new Backwards();
        List<String> plain = ordered(idle);
        assertEquals(List.of(), idle.asked);
        settings("tools: {rerank: true}\n");
        Backwards judge = new Backwards();

        List<String> judged = ordered(judge);

        assertEquals(List.of(20), judge.asked);
        List<String> expected = new ArrayList<>(plain.subList(0, 20));
        Collections.reverse(expected);
        expected.addAll(plain.subList(20, plain.size()));
        assertEquals(30, plain.size());
        assertEquals(expected, judged);
    }

    @Test
    void select_twoEqualTools_putsTheOneWhoseCallsFailedSecond() {
        RecordingLlm senior = ToolScripts.calling(List.of("ocean.whales"), List.of("{}"));
        try (Arkestra engine = open(
                senior,
                new Counter(counts("ocean.whales").build(), true),
                new Counter(counts("river.whales").build(), false))) {
            assertEquals(List.of("ocean.whales", "river.whales"), chosen(engine, 2));

            assertFalse(called(engine).equals("ok"));
            assertTrue(senior.requests().size() > 1);

            assertEquals(List.of("river.whales", "ocean.whales"), chosen(engine, 2));
        }
    }

    @Test
    void select_twoEqualTools_putsTheCostlierOneSecond() {
        RecordingLlm senior = ToolScripts.calling(List.of(), List.of());
        for (CostClass cost : List.of(CostClass.FREE, CostClass.MEDIUM, CostClass.HIGH)) {
            try (Arkestra engine = open(
                    senior,
                    new Counter(counts("ocean.whales").cost(cost).build(), false),
                    new Counter(counts("river.whales").build(), false))) {
                assertEquals(
                        cost == CostClass.FREE
                                ? List.of("ocean.whales", "river.whales")
                                : List.of("river.whales", "ocean.whales"),
                        chosen(engine, 2));
            }
        }
    }

    @Test
    void select_toolsThatFitExactlyAlike_putsTheCheaperFirstWhateverTheirNames() {
        RecordingLlm senior = ToolScripts.calling(List.of(), List.of());
        List<CostClass> costs = List.of(CostClass.values());
        for (int cheap = 0; cheap < costs.size(); cheap++) {
            for (CostClass dear : costs.subList(cheap + 1, costs.size())) {
                try (Arkestra engine = open(
                        senior,
                        new Counter(counts("ocean.whales").cost(dear).build(), false),
                        new Counter(
                                counts("river.whales").cost(costs.get(cheap)).build(), false))) {
                    assertEquals(
                            List.of("river.whales", "ocean.whales"), chosen(engine, 2), costs.get(cheap) + ", " + dear);
                }
            }
        }
    }

    @Test
    void select_manyToolsThatFitExactlyAlike_putsTheCheapestFirst() {
        Counter[] tools = IntStream.range(0, 20)
                .mapToObj(i -> new Counter(
                        counts("sea" + (char) ('a' + i) + ".whales")
                                .cost(i == 19 ? CostClass.LOW : CostClass.HIGH)
                                .build(),
                        false))
                .toArray(Counter[]::new);
        try (Arkestra engine = open(ToolScripts.calling(List.of(), List.of()), tools)) {
            assertEquals(List.of("seat.whales", "seaa.whales", "seab.whales"), chosen(engine, 3));
        }
    }
}
