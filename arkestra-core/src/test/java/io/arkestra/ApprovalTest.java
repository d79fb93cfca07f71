package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.audit.AuditQuery;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.common.VisibleText;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Grant;
import io.arkestra.policy.Remember;
import io.arkestra.schedule.DueReminder;
import io.arkestra.testkit.FilePut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that wait for a person, and agreements that are remembered. */
@Timeout(240)
class ApprovalTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String ARGUMENTS = "{\"name\":\"a.txt\",\"text\":\"new\"}";

    @TempDir
    Path directory;

    @TempDir
    Path home;

    private static ArkestraBuilder asking(Path directory, Decision decision) {
        return Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("file.put", ARGUMENTS)))
                .tools(t -> t.add(new FilePut(directory)))
                .policy(p -> p.allow("file.put")
                        .add((action, scope) -> action.name().equals("file.put") ? decision : Decision.abstain()));
    }

    private static Decision ask() {
        return Decision.ask("test.ask", "a person decides");
    }

    private static Outcome after(Arkestra engine, String approval) {
        return engine.afterApproval(ALICE, approval)
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void answer_afterARestart_runsTheCallOnceAndDeliversTheReply() throws IOException {
        try (Arkestra engine =
                asking(directory, ask()).home(home).policy(p -> p.park()).build()) {
            Reply reply = engine.session(ALICE).ask("write it");
            assertEquals(Outcome.Kind.NEEDS_APPROVAL, reply.outcome());
            assertTrue(reply.text().contains("file.put"), reply.text());
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
        try (Arkestra engine =
                asking(directory, ask()).home(home).policy(p -> p.park()).build()) {
            ApprovalRequest request = engine.approvals().pending(ALICE).get(0);
            assertEquals(List.of("Writes a.txt"), request.effects());
            assertEquals("+ new", request.prepared().preview());
            assertTrue(engine.approvals().pending(UserId.of("bob")).isEmpty());
            engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.approve(request));
            Outcome outcome = after(engine, request.id());
            assertEquals(Outcome.Kind.COMPLETED, outcome.kind());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
            assertEquals("ok", outcome.reply().toolUses().get(0).status());
            List<DueReminder> delivered = engine.deliveries().pending(Scope.of(ALICE));
            assertEquals("approval/" + request.id(), delivered.get(0).id());
            assertEquals("Done.", delivered.get(0).text());
            assertTrue(engine.approvals().pending(ALICE).isEmpty());
        }
        try (Arkestra engine =
                asking(directory, ask()).home(home).policy(p -> p.park()).build()) {
            assertEquals(1, engine.tools().calls(Scope.of(ALICE), 10).size(), "it is not made again");
        }
    }

    @Test
    void answer_no_isToldToTheSenior() {
        try (Arkestra engine = asking(directory, ask()).policy(p -> p.park()).build()) {
            engine.session(ALICE).ask("write it");
            String id = engine.approvals().pending(ALICE).get(0).id();
            engine.approvals().answer(ALICE, id, ApprovalOutcome.deny("not today"));
            Outcome outcome = after(engine, id);
            assertEquals("denied", outcome.reply().toolUses().get(0).status());
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }

    @Test
    void approver_thatAnswersLate_goesOnInAnotherTurn() throws IOException {
        CompletableFuture<ApprovalOutcome> late = new CompletableFuture<>();
        CompletableFuture<ApprovalRequest> asked = new CompletableFuture<>();
        try (Arkestra engine = asking(directory, ask())
                .policy(p -> p.approvalWait(Duration.ofMillis(200)).approver(request -> {
                    asked.complete(request);
                    return late;
                }))
                .build()) {
            assertEquals(
                    Outcome.Kind.NEEDS_APPROVAL,
                    engine.session(ALICE).ask("write it").outcome());
            ApprovalRequest request = asked.join();
            late.complete(ApprovalOutcome.approve(request));
            assertEquals(Outcome.Kind.COMPLETED, after(engine, request.id()).kind());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
        }
    }

    @Test
    void cancel_whileATurnWaits_endsTheQuestion() {
        CompletableFuture<ApprovalRequest> asked = new CompletableFuture<>();
        try (Arkestra engine = asking(directory, ask())
                .policy(p -> p.approver(request -> {
                    asked.complete(request);
                    return new CompletableFuture<>();
                }))
                .build()) {
            Turn turn = engine.session(ALICE).turn("write it").start();
            asked.join();
            turn.cancel();
            assertEquals(Outcome.Kind.CANCELLED, turn.await().kind());
            assertTrue(engine.approvals().pending(ALICE).isEmpty());
        }
    }

    @Test
    void approver_none_refuses() {
        try (Arkestra engine = asking(directory, ask()).build()) {
            Reply reply = engine.session(ALICE).ask("write it");
            assertEquals("denied", reply.toolUses().get(0).status());
            assertTrue(engine.approvals().pending(ALICE).isEmpty());
        }
    }

    @Test
    void remember_asFarAsTheRuleLets_isUsedCountedAndRevoked() {
        AtomicInteger asked = new AtomicInteger();
        Decision decision = ask().withRemember(
                        new Remember(Remember.Scope.USER, Duration.ofHours(8), List.of("args.name", "path")));
        try (Arkestra engine = asking(directory, decision)
                .policy(p -> p.approver(request -> {
                    asked.incrementAndGet();
                    return CompletableFuture.completedFuture(ApprovalOutcome.approveAndRemember(request));
                }))
                .build()) {
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        "ok",
                        engine.session(ALICE).ask("write it").toolUses().get(0).status());
            }
            assertEquals(1, asked.get());
            Grant grant = engine.approvals().grants(ALICE).get(0);
            assertEquals(2, grant.uses());
            assertEquals("a.txt", grant.bound().text("args.name"));
            assertFalse(engine.approvals().revoke(UserId.of("bob"), grant.id()));
            assertTrue(engine.approvals().revoke(ALICE, grant.id()));
            engine.session(ALICE).ask("write it");
            assertEquals(2, asked.get());
            assertEquals(
                    List.of("made", "revoked", "used", "used", "made"),
                    engine.audit().entries(ALICE, AuditQuery.latest(100).ofKinds("grant")).stream()
                            .map(entry -> entry.outcome())
                            .toList());
        }
    }

    @Test
    void remember_whereARuleForbidsIt_asksEveryTime() {
        AtomicInteger asked = new AtomicInteger();
        Decision decision = ask().withRemember(
                        new Remember(Remember.Scope.USER, Duration.ofHours(8), List.of("args.name")))
                .withObligation(Decision.NO_REMEMBER);
        try (Arkestra engine = asking(directory, decision)
                .policy(p -> p.approver(request -> {
                    asked.incrementAndGet();
                    return CompletableFuture.completedFuture(ApprovalOutcome.approveAndRemember(request));
                }))
                .build()) {
            engine.session(ALICE).ask("write it");
            engine.session(ALICE).ask("write it");
            assertEquals(2, asked.get());
            assertTrue(engine.approvals().grants(ALICE).isEmpty());
        }
    }

    @Test
    void shown_controlsAndBidi_asCodePoints() {
        assertEquals("a\\u{1b}[31mb\\u{202e}c\\u{200b}", VisibleText.of("a\u001b[31mb\u202ec\u200b"));
        assertEquals("a\n\tb", VisibleText.of("a\n\tb"));
        assertEquals("a\\u{a}b", VisibleText.line("a\nb"));
    }

    /** The process that is killed between the answer and the effect: the tool hangs where it would write. */
    static final class Stopped {
        private Stopped() {}

        public static void main(String[] args) {
            Path directory = Path.of(args[1]);
            FilePut hanging = new FilePut(directory) {
                @Override
                public io.arkestra.tool.ToolResult call(
                        io.arkestra.tool.ToolCall call,
                        io.arkestra.tool.Prepared prepared,
                        io.arkestra.tool.ToolContext context) {
                    System.out.println("before");
                    System.out.flush();
                    new CompletableFuture<Void>().join();
                    return super.call(call, prepared, context);
                }
            };
            try (Arkestra engine = Arkestra.builder()
                    .home(Path.of(args[0]))
                    .senior(Llm.client(ToolScripts.onceCalling("file.put", ARGUMENTS)))
                    .tools(t -> t.add(hanging))
                    .policy(p -> p.allow("file.put")
                            .approver(request -> CompletableFuture.completedFuture(ApprovalOutcome.approve(request)))
                            .add((action, scope) -> action.name().equals("file.put") ? ask() : Decision.abstain()))
                    .build()) {
                engine.session(ALICE).ask("write it");
            } catch (CompletionException e) {
                System.exit(1);
            }
        }
    }

    @Test
    void kill_betweenApprovalAndEffect_runsExactlyOnceAfterReopening() throws Exception {
        assertEquals("before", ChildJava.killedAfterLine(Stopped.class, home, directory));
        assertFalse(Files.exists(directory.resolve("a.txt")));
        AtomicInteger calls = new AtomicInteger();
        FilePut counting = new FilePut(directory) {
            @Override
            public io.arkestra.tool.ToolResult call(
                    io.arkestra.tool.ToolCall call,
                    io.arkestra.tool.Prepared prepared,
                    io.arkestra.tool.ToolContext context) {
                calls.incrementAndGet();
                return super.call(call, prepared, context);
            }
        };
        for (int opening = 0; opening < 2; opening++) {
            CompletableFuture<String> delivered = new CompletableFuture<>();
            try (Arkestra engine = Arkestra.builder()
                    .home(home)
                    .senior(Llm.client(ToolScripts.onceCalling("file.put", ARGUMENTS)))
                    .tools(t -> t.add(counting))
                    .policy(p -> p.allow("file.put")
                            .add((action, scope) -> action.name().equals("file.put") ? ask() : Decision.abstain()))
                    .build()) {
                if (opening == 0) {
                    try (var channel = engine.deliveries()
                            .deliverTo(Scope.of(ALICE), due -> delivered.complete(due.id() + " " + due.text()))) {
                        String reply = delivered.orTimeout(60, TimeUnit.SECONDS).join();
                        assertTrue(reply.startsWith("approval/") && reply.endsWith("Done."), reply);
                    }
                }
                assertEquals("text new", Files.readString(directory.resolve("a.txt")));
                assertTrue(
                        engine.audit().verify().intact(),
                        engine.audit().verify().describe());
            }
        }
        assertEquals(1, calls.get());
    }

    @Test
    void edit_ofACallWhoseTargetChangedMeanwhile_isNotMade() throws IOException {
        Path file = directory.resolve("a.txt");
        try (Arkestra engine = asking(directory, ask())
                .policy(p -> p.approver(request -> {
                    try {
                        Files.writeString(file, "of somebody else");
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                    return CompletableFuture.completedFuture(
                            ApprovalOutcome.edit(request, Json.parse("{\"name\":\"a.txt\",\"text\":\"mine\"}")));
                }))
                .build()) {
            Reply reply = engine.session(ALICE).ask("write it");
            assertEquals("tool.conflict", reply.toolUses().get(0).status());
            assertEquals("of somebody else", Files.readString(file));
        }
    }

    @Test
    void edit_ofAParkedCallWhoseTargetChangedMeanwhile_isAskedAgain() throws IOException {
        Path file = directory.resolve("a.txt");
        try (Arkestra engine = asking(directory, ask()).policy(p -> p.park()).build()) {
            engine.session(ALICE).ask("write it");
            ApprovalRequest request = engine.approvals().pending(ALICE).get(0);
            Files.writeString(file, "of somebody else");
            engine.approvals()
                    .answer(
                            ALICE,
                            request.id(),
                            ApprovalOutcome.edit(request, Json.parse("{\"name\":\"a.txt\",\"text\":\"mine\"}")));
            assertEquals(
                    Outcome.Kind.NEEDS_APPROVAL, after(engine, request.id()).kind());
            assertEquals("of somebody else", Files.readString(file));
        }
    }

    @Test
    void chain_whoseStepIsToBeAgreedTo_leavesNoQuestionBehindWhenItFails() {
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("put.both", "{}")))
                .tools(t -> t.add(new FilePut(directory)))
                .policy(p -> p.park()
                        .allow("put.both")
                        .add((action, scope) -> action.name().equals("file.put") ? ask() : Decision.abstain()))
                .build()) {
            DeclaredTool chain = engine.tools().declared().add("""
                    kind: chain
                    name: put.both
                    description: Puts.
                    steps:
                      - {tool: file.put, arguments: {name: a.txt, text: new}}
                    """);
            engine.tools().declared().pin("put.both", chain.digest());
            Reply reply = engine.session(ALICE).ask("write it");
            assertEquals("tool.failed", reply.toolUses().get(0).status(), reply.toString());
            assertTrue(engine.approvals().pending(ALICE).isEmpty(), "who agrees now would make half of it");
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }

    @Test
    void answers_atTheSameTime_oneCountsAndTheCallIsMadeOnceAtMost() throws Exception {
        java.util.concurrent.ExecutorService people = java.util.concurrent.Executors.newFixedThreadPool(8);
        try (Arkestra engine = asking(directory, ask()).policy(p -> p.park()).build()) {
            engine.session(ALICE).ask("write it");
            ApprovalRequest request = engine.approvals().pending(ALICE).get(0);
            java.util.concurrent.CountDownLatch together = new java.util.concurrent.CountDownLatch(1);
            AtomicInteger taken = new AtomicInteger();
            List<java.util.concurrent.Future<?>> all = new java.util.ArrayList<>();
            for (int i = 0; i < 16; i++) {
                ApprovalOutcome outcome = i % 2 == 0 ? ApprovalOutcome.approve(request) : ApprovalOutcome.deny("no");
                UserId who = i % 4 == 3 ? UserId.of("mallory") : ALICE;
                all.add(people.submit(() -> {
                    together.await();
                    try {
                        engine.approvals().answer(who, request.id(), outcome);
                        assertEquals(ALICE, who);
                        taken.incrementAndGet();
                    } catch (io.arkestra.common.InvalidInputException e) {
                        // somebody was first
                    }
                    return null;
                }));
            }
            together.countDown();
            for (java.util.concurrent.Future<?> one : all) {
                one.get(60, TimeUnit.SECONDS);
            }
            assertEquals(1, taken.get());
            String status =
                    after(engine, request.id()).reply().toolUses().get(0).status();
            boolean made = Files.exists(directory.resolve("a.txt"));
            assertEquals(made ? "ok" : "denied", status);
            assertEquals(made ? 1 : 0, engine.tools().calls(Scope.of(ALICE), 10).size());
        } finally {
            people.shutdownNow();
        }
    }

    @Test
    void tool_replacedWhileItsCallWaits_isNotMadeByTheOldAgreement() {
        String greet = """
                kind: chain
                name: put.one
                description: Puts.
                steps:
                  - {tool: note.create, arguments: {text: seen}}
                """;
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("put.one", "{}")))
                .policy(p -> p.park()
                        .allow("put.one")
                        .add((action, scope) -> action.name().equals("put.one") ? ask() : Decision.abstain()))
                .build()) {
            engine.tools().declared().add(greet);
            engine.session(ALICE).ask("write it");
            ApprovalRequest request = engine.approvals().pending(ALICE).get(0);
            engine.tools().declared().remove("put.one");
            engine.tools().declared().add(greet.replace("seen", "unseen"));
            engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.approve(request));
            assertEquals(
                    Outcome.Kind.NEEDS_APPROVAL, after(engine, request.id()).kind());
            assertTrue(engine.memory()
                    .list(Scope.of(ALICE), io.arkestra.memory.MemoryKind.NOTE, 10)
                    .isEmpty());
        }
    }

    @Test
    void approved_whileANewRuleWantsToKnow_isAskedAboutThatToo() throws IOException {
        try (Arkestra engine = asking(directory, ask()).policy(p -> p.park()).build()) {
            engine.session(ALICE).ask("write it");
            ApprovalRequest first = engine.approvals().pending(ALICE).get(0);
            engine.policy().userRules(ALICE, """
                    version: 1
                    rules:
                      - { id: careful, match: { tool: file.put }, effect: ask, obligations: [show_full_args] }
                    """);
            engine.approvals().answer(ALICE, first.id(), ApprovalOutcome.approve(first));

            assertEquals(Outcome.Kind.NEEDS_APPROVAL, after(engine, first.id()).kind());
            assertFalse(Files.exists(directory.resolve("a.txt")));
            ApprovalRequest second = engine.approvals().pending(ALICE).get(0);
            assertTrue(
                    second.why().rules().toString().contains("careful"),
                    second.why().toString());
            engine.approvals().answer(ALICE, second.id(), ApprovalOutcome.approve(second));
            assertEquals(Outcome.Kind.COMPLETED, after(engine, second.id()).kind());
            assertEquals("text new", Files.readString(directory.resolve("a.txt")));
        }
    }

    @Test
    void edited_whileANewRuleWantsToKnow_isAskedAboutThatToo() {
        try (Arkestra engine = asking(directory, ask()).policy(p -> p.park()).build()) {
            engine.session(ALICE).ask("write it");
            ApprovalRequest first = engine.approvals().pending(ALICE).get(0);
            engine.policy().userRules(ALICE, """
                    version: 1
                    rules:
                      - { id: careful, match: { tool: file.put }, effect: ask }
                    """);
            Json mine = Json.parse("{\"name\":\"a.txt\",\"text\":\"mine\"}");
            engine.approvals().answer(ALICE, first.id(), ApprovalOutcome.edit(first, mine));

            assertEquals(Outcome.Kind.NEEDS_APPROVAL, after(engine, first.id()).kind());
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }

    @Test
    void approved_afterItWasAnswered_cannotBeAnsweredAgainNorByAnother() {
        try (Arkestra engine = asking(directory, ask()).policy(p -> p.park()).build()) {
            engine.session(ALICE).ask("write it");
            ApprovalRequest request = engine.approvals().pending(ALICE).get(0);
            UserId bob = UserId.of("bob");
            assertTrue(engine.approvals().find(bob, request.id()).isEmpty());
            org.junit.jupiter.api.Assertions.assertThrows(
                    io.arkestra.common.InvalidInputException.class,
                    () -> engine.approvals().answer(bob, request.id(), ApprovalOutcome.approve(request)));
            engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.deny(""));
            org.junit.jupiter.api.Assertions.assertThrows(
                    io.arkestra.common.InvalidInputException.class,
                    () -> engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.approve(request)));
            assertEquals(
                    "denied",
                    after(engine, request.id()).reply().toolUses().get(0).status());
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }
}
