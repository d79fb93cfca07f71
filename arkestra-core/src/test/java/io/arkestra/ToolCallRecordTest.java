package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What stays on record of a call that did not go well. */
@Timeout(60)
class ToolCallRecordTest {
    private static final UserId ALICE = UserId.of("alice");

    private record Sender(Duration timeout, Supplier<Prepared> plan, Supplier<ToolResult> work) implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("mail.send")
                    .description("Sends a mail")
                    .sideEffect(ToolSpec.SideEffect.OUTWARD)
                    .timeout(timeout)
                    .build();
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return plan.get();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return work.get();
        }
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ToolException(ToolException.Reason.FAILED, "no such box"), "tool.failed"),
                Arguments.of(new IllegalStateException("bug"), "tool.failed"),
                Arguments.of(new NoClassDefFoundError("missing/Thing"), "engine.failed"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void call_thatFails_isRecordedAsFailedWithTheCode(Throwable failure, String code) {
        Sender tool = sender(() -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        });
        try (Arkestra engine = engine(tool)) {
            engine.session(ALICE).ask("send it");
            Json call = onlyCall(engine);
            assertEquals("FAILED", call.text("state"));
            assertEquals(code, call.text("error"));
            assertEquals("sends a mail", call.list("effects").get(0).asString());
        }
    }

    @Test
    void prepare_thatFails_recordsNothing() {
        Sender tool = new Sender(
                Duration.ofSeconds(20),
                () -> {
                    throw new ToolException(ToolException.Reason.FAILED, "no address");
                },
                () -> ToolResult.text("sent"));
        try (Arkestra engine = engine(tool)) {
            engine.session(ALICE).ask("send it");
            assertTrue(calls(engine).isEmpty());
        }
    }

    @Test
    void call_thatIsGivenUp_mayHaveHappenedAndStaysPrepared() {
        CountDownLatch never = new CountDownLatch(1);
        Sender tool = new Sender(Duration.ofMillis(200), () -> Prepared.effect("sends a mail"), () -> await(never));
        try (Arkestra engine = engine(tool)) {
            assertEquals(
                    List.of(new ToolUse("mail.send", "tool.timeout")),
                    engine.session(ALICE).ask("send it").toolUses());
            assertEquals("PREPARED", onlyCall(engine).text("state"));
        }
    }

    @Test
    void call_inACancelledTurn_mayHaveHappenedAndStaysPrepared() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Sender tool = sender(() -> {
            running.countDown();
            return await(never);
        });
        try (Arkestra engine = engine(tool)) {
            Turn turn = engine.session(ALICE).turn("send it").start();
            assertTrue(running.await(20, TimeUnit.SECONDS));
            turn.cancel();
            assertEquals(Outcome.Kind.CANCELLED, turn.await().kind());
            assertEquals("PREPARED", onlyCall(engine).text("state"));
        }
    }

    private static ToolResult await(CountDownLatch latch) {
        try {
            latch.await();
            return ToolResult.text("sent");
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static Sender sender(Supplier<ToolResult> work) {
        return new Sender(Duration.ofSeconds(20), () -> Prepared.effect("sends a mail"), work);
    }

    private static Arkestra engine(Tool tool) {
        RecordingLlm senior = RecordingLlm.writing(
                (request, cancel) -> request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL
                        ? "{\"text\":\"Sorry.\"}"
                        : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"mail.send\",\"arguments\":{}}]}");
        return Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(tool))
                .policy(p -> p.allow("mail.send"))
                .build();
    }

    private static Json onlyCall(Arkestra engine) {
        List<Json> calls = calls(engine);
        assertEquals(1, calls.size(), calls.toString());
        return calls.get(0);
    }

    private static List<Json> calls(Arkestra engine) {
        return engine
                .store()
                .inTransaction(tx -> tx.find("tool_calls", Owner.of(ALICE), DocQuery.all()))
                .docs()
                .stream()
                .map(Doc::body)
                .toList();
    }
}
