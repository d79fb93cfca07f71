package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.audit.AuditQuery;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.testkit.FilePut;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers that come at the same moment as something else. */
@Timeout(180)
class ApprovalRaceTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String ARGUMENTS = "{\"name\":\"a.txt\",\"text\":\"new\"}";

    @TempDir
    Path directory;

    @TempDir
    Path home;

    private static ArkestraBuilder asking(Path directory) {
        return Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("file.put", ARGUMENTS)))
                .tools(t -> t.add(new FilePut(directory)))
                .policy(p -> p.allow("file.put")
                        .add((action, scope) -> action.name().equals("file.put")
                                ? Decision.ask("test.ask", "a person decides")
                                : Decision.abstain()));
    }

    /** Keeps what it is asked, and answers when a test says so. */
    private static final class LateHandler {
        final CompletableFuture<ApprovalOutcome> answer = new CompletableFuture<>();
        private final CompletableFuture<ApprovalRequest> asked = new CompletableFuture<>();

        CompletableFuture<ApprovalOutcome> ask(ApprovalRequest request) {
            asked.complete(request);
            return answer;
        }

        ApprovalRequest asked() {
            return asked.orTimeout(60, TimeUnit.SECONDS).join();
        }
    }

    private static void onState(Arkestra engine, String state, java.util.function.Consumer<String> what) {
        engine.events().subscribe(Set.of(Topic.POLICY), Delivery.sync(), event -> {
            if (event instanceof Events.ApprovalChanged changed
                    && changed.state().equals(state)) {
                what.accept(changed.approval());
            }
        });
    }

    private static List<String> states(Arkestra engine) {
        List<String> states = new CopyOnWriteArrayList<>();
        engine.events().subscribe(Set.of(Topic.POLICY), Delivery.sync(), event -> {
            if (event instanceof Events.ApprovalChanged changed) {
                states.add(changed.state());
            }
        });
        return states;
    }

    private static List<String> audited(Arkestra engine) {
        return engine.audit().entries(ALICE, AuditQuery.latest(100).ofKinds("approval")).stream()
                .map(entry -> entry.outcome())
                .toList();
    }

    @Test
    void listener_thatAnswersAtOnce_doesNotStallTheTurn() throws IOException {
        try (Arkestra engine = asking(directory)
                .policy(p -> p.approvalWait(Duration.ofSeconds(60)).approver(request -> new CompletableFuture<>()))
                .build()) {
            onState(engine, "WAITING", id -> {
                ApprovalRequest request = engine.approvals().find(ALICE, id).orElseThrow();
                engine.approvals().answer(ALICE, id, ApprovalOutcome.approve(request));
            });
            CompletableFuture<Reply> reply =
                    CompletableFuture.supplyAsync(() -> engine.session(ALICE).ask("write it"));

            assertEquals(
                    "ok",
                    reply.orTimeout(30, TimeUnit.SECONDS)
                            .join()
                            .toolUses()
                            .get(0)
                            .status());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
        }
    }

    @Test
    void handler_thatSaysNoWhenSomebodySaidYesAlready_changesNothing() throws IOException {
        LateHandler handler = new LateHandler();
        try (Arkestra engine = asking(directory)
                .policy(p -> p.approvalWait(Duration.ofSeconds(60)).approver(handler::ask))
                .build()) {
            // The answer is stored and not yet told to the turn.
            onState(engine, "APPROVED", id -> handler.answer.complete(ApprovalOutcome.deny("too late")));
            Turn turn = engine.session(ALICE).turn("write it").start();
            ApprovalRequest request = handler.asked();
            engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.approve(request));

            assertEquals("ok", turn.await().reply().toolUses().get(0).status());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
            assertFalse(audited(engine).contains("DENIED"));
        }
    }

    @Test
    void handler_thatGivesUpWhenSomebodySaidYesAlready_changesNothing() throws IOException {
        LateHandler handler = new LateHandler();
        try (Arkestra engine = asking(directory)
                .policy(p -> p.approvalWait(Duration.ofSeconds(60)).approver(handler::ask))
                .build()) {
            onState(engine, "APPROVED", id -> handler.answer.complete(new ApprovalOutcome.Expired()));
            Turn turn = engine.session(ALICE).turn("write it").start();
            ApprovalRequest request = handler.asked();
            engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.approve(request));

            assertEquals("ok", turn.await().reply().toolUses().get(0).status());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
        }
    }

    @Test
    void answer_storedAtTheMomentOfExpiry_counts() throws IOException {
        ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
        LateHandler handler = new LateHandler();
        try (Arkestra engine = asking(directory)
                .clock(clock)
                .policy(p -> p.approvalWait(Duration.ofSeconds(3)).approver(handler::ask))
                .build()) {
            CompletableFuture<Turn> started = new CompletableFuture<>();
            onState(engine, "APPROVED", id -> {
                clock.advance(Duration.ofHours(1));
                started.join().await(); // who waits hears nothing of the answer
            });
            started.complete(engine.session(ALICE).turn("write it").start());
            ApprovalRequest request = handler.asked();
            engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.approve(request));

            assertEquals("ok", started.join().await().reply().toolUses().get(0).status());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
        }
    }

    @Test
    void handler_thatSaysYesWhenSomebodySaidNoAlready_doesNotMakeTheCall() {
        LateHandler handler = new LateHandler();
        try (Arkestra engine = asking(directory)
                .policy(p -> p.approvalWait(Duration.ofSeconds(60)).approver(handler::ask))
                .build()) {
            onState(engine, "DENIED", id -> handler.answer.complete(ApprovalOutcome.approve(handler.asked())));
            Turn turn = engine.session(ALICE).turn("write it").start();
            engine.approvals().answer(ALICE, handler.asked().id(), ApprovalOutcome.deny("rather not"));

            assertEquals("denied", turn.await().reply().toolUses().get(0).status());
            assertFalse(audited(engine).contains("APPROVED"));
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }

    @Test
    void answer_withADigestThatWasNotShown_isRefusedAndOnRecord() {
        try (Arkestra engine = asking(directory).policy(p -> p.park()).build()) {
            engine.session(ALICE).ask("write it");
            String id = engine.approvals().pending(ALICE).get(0).id();

            assertThrows(
                    InvalidInputException.class,
                    () -> engine.approvals().answer(ALICE, id, new ApprovalOutcome.Approved("forged", false)));

            assertTrue(audited(engine).contains("forged"), audited(engine).toString());
            assertEquals(1, engine.approvals().pending(ALICE).size(), "it still waits for whom it was shown to");
        }
    }

    @Test
    void handler_withADigestThatWasNotShown_refusesAndSaysSo() {
        try (Arkestra engine = asking(directory)
                .policy(p -> p.approver(
                        request -> CompletableFuture.completedFuture(new ApprovalOutcome.Approved("forged", true))))
                .build()) {
            List<String> states = states(engine);
            Reply reply = engine.session(ALICE).ask("write it");

            assertEquals("denied", reply.toolUses().get(0).status());
            assertFalse(Files.exists(directory.resolve("a.txt")));
            assertTrue(audited(engine).contains("forged"), audited(engine).toString());
            assertEquals(List.of("WAITING", "CANCELLED"), states);
        }
    }

    @Test
    void question_thatCannotWait_isClosedOnRecord() throws IOException {
        Files.writeString(home.resolve("guard.yaml"), "actions: {toStore: {PII: mask}}\n");
        Files.writeString(home.resolve("arkestra.yaml"), "guard: {file: guard.yaml}\n");
        try (Arkestra engine = asking(directory)
                .home(home)
                .senior(Llm.client(
                        ToolScripts.onceCalling("file.put", "{\"name\":\"a.txt\",\"text\":\"to ann@example.org\"}")))
                .policy(p -> p.approver(Approvers.parking()))
                .build()) {
            List<String> states = states(engine);
            Reply reply = engine.session(ALICE).ask("write it");

            assertEquals("denied", reply.toolUses().get(0).status());
            assertEquals(List.of("WAITING", "CANCELLED"), states);
            assertEquals("cancelled", audited(engine).get(0));
        }
    }

    /** A process that is killed while a turn waits for an answer. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] args) {
            try (Arkestra engine = asking(Path.of(args[1]))
                    .home(Path.of(args[0]))
                    .policy(p -> p.approver(request -> {
                        System.out.println(request.id() + " " + request.digest());
                        System.out.flush();
                        return new CompletableFuture<>();
                    }))
                    .build()) {
                engine.session(ALICE).ask("write it");
            }
        }
    }

    private String killedWhileWaiting() throws Exception {
        return ChildJava.killedAfterLine(Waiting.class, home, directory);
    }

    @Test
    void question_thatExpiredWhileNothingRan_doesNotComeBackToLife() throws Exception {
        String[] asked = killedWhileWaiting().split(" ");
        try (Arkestra engine = asking(directory)
                .home(home)
                .clock(Clock.offset(Clock.systemUTC(), Duration.ofHours(1)))
                .policy(p -> p.park())
                .build()) {
            assertEquals(List.of(), engine.approvals().pending(ALICE));
            assertThrows(
                    InvalidInputException.class,
                    () -> engine.approvals().answer(ALICE, asked[0], new ApprovalOutcome.Approved(asked[1], false)));
            assertTrue(audited(engine).contains("EXPIRED"), audited(engine).toString());
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }

    @Test
    void question_thatHadTimeLeftWhenItsProcessDied_isParked() throws Exception {
        String[] asked = killedWhileWaiting().split(" ");
        try (Arkestra engine =
                asking(directory).home(home).policy(p -> p.park()).build()) {
            assertEquals(asked[0], engine.approvals().pending(ALICE).get(0).id());
            engine.approvals().answer(ALICE, asked[0], new ApprovalOutcome.Approved(asked[1], false));
            engine.afterApproval(ALICE, asked[0])
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
        }
    }
}
