package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.audit.AuditQuery;
import io.arkestra.audit.AuditReport;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.policy.ApprovalHandler;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.testkit.CaseTable;
import io.arkestra.testkit.FilePut;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Case 64 of the security suite: attacks on approvals and on the audit. */
@Timeout(180)
class Case64Test {
    @RegisterExtension
    static final CaseTable CASES = CaseTable.titled("Approvals and audit");

    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    Path directory;

    @TempDir
    Path home;

    private ArkestraBuilder asking(Llm senior) {
        return Arkestra.builder()
                .senior(senior)
                .tools(t -> t.add(new FilePut(directory)))
                .policy(p -> p.allow("file.put")
                        .add((action, scope) -> action.name().equals("file.put")
                                ? action.arguments()
                                                .string("name")
                                                .filter("denied.txt"::equals)
                                                .isPresent()
                                        ? Decision.deny("test.denied", "not this file")
                                        : Decision.ask("test.ask", "a person decides")
                                : Decision.abstain()));
    }

    private static Llm writing(String name) {
        return Llm.client(ToolScripts.onceCalling("file.put", "{\"name\":\"" + name + "\",\"text\":\"new\"}"));
    }

    private static ApprovalHandler answering(java.util.function.Function<ApprovalRequest, ApprovalOutcome> answer) {
        return request -> CompletableFuture.completedFuture(answer.apply(request));
    }

    @Test
    void case64_approvalFlooding_refused() throws IOException {
        List<String> tools = List.of("file.put", "file.put", "file.put", "file.put", "file.put");
        List<String> arguments = List.of("a", "b", "c", "d", "e").stream()
                .map(name -> "{\"name\":\"" + name + ".txt\",\"text\":\"new\"}")
                .toList();
        try (Arkestra engine = asking(Llm.client(ToolScripts.calling(tools, arguments)))
                .policy(p -> p.park())
                .build()) {
            Session session = engine.session(ALICE);
            List<String> statuses = new ArrayList<>();
            for (int turn = 0; turn < 3; turn++) {
                session.ask("write them").toolUses().forEach(use -> statuses.add(use.status()));
            }
            assertEquals(3, engine.approvals().pending(ALICE).size(), statuses.toString());
            assertTrue(statuses.contains("denied"), statuses.toString());
            assertEquals(3, statuses.stream().filter("parked"::equals).count(), statuses.toString());
            assertTrue(engine.audit().entries(ALICE, AuditQuery.latest(100)).stream()
                    .anyMatch(entry -> entry.outcome().equals("flooded")));
            try (var files = Files.list(directory)) {
                assertEquals(0, files.count(), "nothing was written");
            }
        }
    }

    @Test
    void case64_expiredApproval_refused() {
        ManualClock clock = ManualClock.at("2026-03-01T10:00:00Z");
        try (Arkestra engine =
                asking(writing("a.txt")).clock(clock).policy(p -> p.park()).build()) {
            Session session = engine.session(ALICE);
            assertEquals(Outcome.Kind.NEEDS_APPROVAL, session.ask("write it").outcome());
            ApprovalRequest request = engine.approvals().pending(ALICE).get(0);
            clock.advance(Duration.ofHours(24));
            assertTrue(engine.approvals().pending(ALICE).isEmpty());
            InvalidInputException refused = assertThrows(
                    InvalidInputException.class,
                    () -> engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.approve(request)));
            assertTrue(String.valueOf(refused.getMessage()).contains("expired"), refused.getMessage());
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }

    @Test
    void case64_editedArguments_judgedAgain() throws IOException {
        List<String> asked = new ArrayList<>();
        try (Arkestra engine = asking(writing("a.txt"))
                .policy(p -> p.approver(answering(request -> {
                    asked.add(request.call().arguments().text("name"));
                    return ApprovalOutcome.edit(request, Json.parse("{\"name\":\"denied.txt\",\"text\":\"other\"}"));
                })))
                .build()) {
            Reply reply = engine.session(ALICE).ask("write it");
            assertEquals("denied", reply.toolUses().get(0).status());
            assertEquals(List.of("a.txt"), asked);
            assertFalse(Files.exists(directory.resolve("denied.txt")));
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }

    @Test
    void case64_editedArguments_runAsEdited() throws IOException {
        try (Arkestra engine = asking(writing("a.txt"))
                .policy(p -> p.approver(answering(request ->
                        ApprovalOutcome.edit(request, Json.parse("{\"name\":\"b.txt\",\"text\":\"mine\"}")))))
                .build()) {
            assertEquals(
                    "ok",
                    engine.session(ALICE).ask("write it").toolUses().get(0).status());
            assertEquals("text mine", Files.readString(directory.resolve("b.txt")));
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }

    @Test
    void case64_forgedDigest_denied() {
        try (Arkestra engine = asking(writing("a.txt"))
                .policy(p -> p.approver(answering(request -> new ApprovalOutcome.Approved("0".repeat(64), true))))
                .build()) {
            assertEquals(
                    "denied",
                    engine.session(ALICE).ask("write it").toolUses().get(0).status());
            assertFalse(Files.exists(directory.resolve("a.txt")));
            assertTrue(engine.approvals().grants(ALICE).isEmpty());
        }
    }

    @Test
    void case64_targetChangedAfterTheApproval_askedAnew() throws IOException {
        Path file = directory.resolve("a.txt");
        try (Arkestra engine = asking(writing("a.txt")).policy(p -> p.park()).build()) {
            engine.session(ALICE).ask("write it");
            ApprovalRequest first = engine.approvals().pending(ALICE).get(0);
            Files.writeString(file, "text of somebody else");
            engine.approvals().answer(ALICE, first.id(), ApprovalOutcome.approve(first));
            Outcome outcome = engine.afterApproval(ALICE, first.id())
                    .toCompletableFuture()
                    .orTimeout(30, java.util.concurrent.TimeUnit.SECONDS)
                    .join();
            assertEquals(Outcome.Kind.NEEDS_APPROVAL, outcome.kind());
            assertEquals("text of somebody else", Files.readString(file));
            ApprovalRequest second = engine.approvals().pending(ALICE).get(0);
            assertFalse(second.digest().equals(first.digest()));
        }
    }

    private Path audited() throws IOException {
        try (Arkestra engine = asking(writing("a.txt"))
                .home(home)
                .policy(p -> p.approver(answering(ApprovalOutcome::approve)))
                .build()) {
            engine.session(ALICE).ask("write it");
        }
        AuditReport report = Arkestra.builder().home(home).verifyAudit();
        assertTrue(report.intact(), report.describe());
        assertTrue(report.entries() >= 4, report.describe());
        assertTrue(report.checkpoints() >= 1, report.describe());
        return home.resolve("audit").resolve("audit.jsonl");
    }

    @Test
    void case64_auditLineChanged_detected() throws IOException {
        Path file = audited();
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(1, lines.get(1).replaceFirst("\"outcome\":\"[a-zA-Z]+\"", "\"outcome\":\"other\""));
        Files.writeString(file, String.join("\n", lines) + "\n");
        AuditReport report = Arkestra.builder().home(home).verifyAudit();
        assertEquals(2, report.broken().orElseThrow().line(), report.describe());
        assertEquals(1, report.entries());
    }

    @Test
    void case64_auditLineRemoved_detected() throws IOException {
        Path file = audited();
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.remove(1);
        Files.writeString(file, String.join("\n", lines) + "\n");
        AuditReport report = Arkestra.builder().home(home).verifyAudit();
        assertEquals(2, report.broken().orElseThrow().line(), report.describe());
    }

    @Test
    void case64_auditCutShort_detected() throws IOException {
        Path file = audited();
        List<String> lines = Files.readAllLines(file);
        Files.writeString(file, String.join("\n", lines.subList(0, lines.size() - 1)) + "\n");
        AuditReport report = Arkestra.builder().home(home).verifyAudit();
        assertEquals(lines.size(), report.broken().orElseThrow().line(), report.describe());
        assertTrue(report.describe().contains("cut off"), report.describe());
    }

    @Test
    void case64_auditWithoutTexts_keptWhenForgotten() throws IOException {
        Path file = audited();
        String text = Files.readString(file, StandardCharsets.UTF_8);
        assertFalse(text.contains("alice"), text);
        assertFalse(text.contains("a.txt"), text);
        try (Arkestra engine = Arkestra.builder().home(home).build()) {
            assertFalse(engine.audit().entries(ALICE, AuditQuery.latest(10)).isEmpty());
            engine.people().forget(ALICE);
            assertTrue(engine.audit().entries(ALICE, AuditQuery.latest(10)).isEmpty());
            assertTrue(engine.audit().verify().intact());
        }
    }
}
