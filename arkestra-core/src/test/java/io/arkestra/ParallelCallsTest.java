package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Budget;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of one message run at the same time where their effects do not meet. */
@Timeout(60)
class ParallelCallsTest {
    private static final UserId ALICE = UserId.of("alice");

    /** Touches the path that it is told, and does what a test wants meanwhile. */
    private static final class Touch implements Tool {
        private final ToolSpec spec;
        private final Consumer<String> work;

        Touch(ToolSpec.SideEffect effect, Consumer<String> work) {
            this.spec = ToolSpec.builder("touch.path")
                    .description("Touches something")
                    .arguments("""
                            {"type":"object","additionalProperties":false,"required":["path"],
                             "properties":{"path":{"type":"string"}}}
                            """)
                    .capability("fs.write")
                    .sideEffect(effect)
                    .build();
            this.work = work;
        }

        @Override
        public ToolSpec spec() {
            return spec;
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            String path = call.arguments().text("path");
            boolean changes = spec.sideEffect() != ToolSpec.SideEffect.NONE;
            return path.equals("unknown") ? List.of() : List.of(new Target(Target.PATH, path, changes));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return spec.sideEffect() == ToolSpec.SideEffect.NONE ? Prepared.nothing() : Prepared.effect("touches");
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            String path = call.arguments().text("path");
            work.accept(path);
            return ToolResult.of(path, Json.object().put("path", path).build());
        }
    }

    /** What ran, and how many of it at the same time. */
    private static final class Watch implements Consumer<String> {
        private final CountDownLatch together;
        private final AtomicInteger running = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final List<String> ended = Collections.synchronizedList(new ArrayList<>());

        /** @param expected how many run at the same time: each waits for the others as long as that can happen */
        Watch(int expected) {
            together = new CountDownLatch(expected);
        }

        @Override
        public void accept(String path) {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            together.countDown();
            try {
                together.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            running.decrementAndGet();
            ended.add(path);
        }
    }

    private static Arkestra engine(Tool tool, RecordingLlm senior) {
        return Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(tool))
                .policy(p -> p.allow("touch.path"))
                .build();
    }

    private static RecordingLlm calling(String... paths) {
        List<String> arguments = new ArrayList<>();
        for (String path : paths) {
            arguments.add(Json.object().put("path", path).build().toString());
        }
        return ToolScripts.calling(Collections.nCopies(paths.length, "touch.path"), arguments);
    }

    private static List<String> told(RecordingLlm senior) {
        LlmRequest second = senior.requests().get(1);
        return second.messages().stream()
                .filter(message -> message.role() == LlmMessage.Role.TOOL)
                .map(message -> Json.parse(message.text()).text("text"))
                .toList();
    }

    private static void assertAtOnce(ToolSpec.SideEffect effect, int expected, String... paths) {
        Watch watch = new Watch(expected);
        RecordingLlm senior = calling(paths);
        try (Arkestra engine = engine(new Touch(effect, watch), senior)) {
            Reply reply = engine.session(ALICE).ask("touch");
            assertEquals(paths.length, reply.toolUses().size());
            reply.toolUses().forEach(use -> assertEquals("ok", use.status()));
            assertEquals(expected, watch.most.get());
            assertEquals(List.of(paths), told(senior), "results stay in the order of the calls");
        }
    }

    @Test
    void calls_withoutEffects_runAtOnceFourAtATime() {
        assertAtOnce(ToolSpec.SideEffect.NONE, 4, "/a", "/a", "/b", "/c", "/d", "/e");
    }

    @Test
    void calls_withEffectsThatDoNotMeet_runAtOnce() {
        assertAtOnce(ToolSpec.SideEffect.LOCAL, 3, "/a/one", "/a/two", "/b");
    }

    @Test
    void calls_withEffectsOnTheSame_runOneAfterTheOther() {
        assertAtOnce(ToolSpec.SideEffect.LOCAL, 1, "/a", "/a", "/a");
    }

    @Test
    void calls_withEffectsOnADirectoryAndAFileInIt_runOneAfterTheOther() {
        assertAtOnce(ToolSpec.SideEffect.LOCAL, 1, "/a", "/a/one", "/");
    }

    @Test
    void calls_withEffectsOnNobodyKnowsWhat_runOneAfterTheOther() {
        assertAtOnce(ToolSpec.SideEffect.LOCAL, 1, "unknown", "/a", "unknown");
    }

    @Test
    void calls_ofWhichOneNeedsTheOther_runOneAfterTheOther() {
        Watch watch = new Watch(1);
        RecordingLlm senior = calling("/a", "${1.data.path}/b");
        try (Arkestra engine = engine(new Touch(ToolSpec.SideEffect.NONE, watch), senior)) {
            engine.session(ALICE).ask("touch");
            assertEquals(List.of("/a", "/a/b"), watch.ended);
            assertEquals(1, watch.most.get());
        }
    }

    @Test
    void calls_overTheBudget_areNotMade() {
        Watch watch = new Watch(2);
        RecordingLlm senior = calling("/a", "/b", "/c");
        try (Arkestra engine = engine(new Touch(ToolSpec.SideEffect.NONE, watch), senior)) {
            Reply reply = engine.session(ALICE)
                    .turn("touch")
                    .budget(Budget.perTurn().toolCalls(2))
                    .start()
                    .await()
                    .reply();
            assertEquals(Outcome.Kind.OVER_BUDGET, reply.outcome());
            assertEquals(2, reply.toolUses().size());
            assertEquals(2, watch.ended.size());
        }
    }

    @Test
    void cancel_stopsAllOfThem() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(3);
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        CountDownLatch stopped = new CountDownLatch(3);
        RecordingLlm senior = calling("/a", "/b", "/c");
        try (Arkestra engine = engine(
                new Touch(ToolSpec.SideEffect.NONE, path -> {
                    running.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                        stopped.countDown();
                        Thread.currentThread().interrupt();
                    }
                }),
                senior)) {
            Turn turn = engine.session(ALICE).turn("touch").start();
            assertTrue(running.await(20, TimeUnit.SECONDS));
            long start = System.nanoTime();
            turn.cancel();
            assertEquals(Outcome.Kind.CANCELLED, turn.await().kind());
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(millis < 2_000, millis + " ms");
            assertTrue(stopped.await(20, TimeUnit.SECONDS));
            assertEquals(3, interrupted.get());
        }
    }
}
