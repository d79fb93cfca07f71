package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.policy.Decision;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import io.arkestra.testkit.FilePut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A rehearsed turn shows what it would do and changes nothing. */
@Timeout(60)
class DryRunTest {
    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    Path directory;

    private Map<String, Long> documents(Arkestra engine) {
        Map<String, Long> counts = new TreeMap<>();
        for (String collection : engine.store().collections()) {
            if (collection.equals("audit_people")) {
                continue; // the audit takes rehearsals down too, under a name of its own for the user
            }
            long count = engine.store()
                    .inTransaction(tx -> tx.find(collection, Owner.of(ALICE), DocQuery.all()))
                    .docs()
                    .size();
            if (count > 0) {
                counts.put(collection, count);
            }
        }
        return counts;
    }

    private static Reply rehearse(Arkestra engine, String message) {
        return engine.session(ALICE).turn(message).dryRun().start().await().reply();
    }

    @Test
    void dryRun_ofACallWithEffects_showsThemAndChangesNothing() throws IOException {
        RecordingLlm senior = ToolScripts.onceCalling("file.put", "{\"name\":\"a.txt\",\"text\":\"new\"}");
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(senior))
                .tools(t -> t.add(new FilePut(directory)))
                .policy(p -> p.allow("file.put"))
                .build()) {
            Map<String, Long> before = documents(engine);
            Reply reply = rehearse(engine, "write it");
            assertEquals(Outcome.Kind.COMPLETED, reply.outcome());
            assertEquals("Done.", reply.text());
            assertEquals(List.of(new ToolUse("file.put", "would")), reply.toolUses());
            CallPreview preview = reply.previews().get(0);
            assertEquals(List.of("Writes a.txt"), preview.effects());
            assertEquals("+ new", preview.preview());
            assertEquals(Decision.Effect.ALLOW, preview.decision().effect());
            assertFalse(Files.exists(directory.resolve("a.txt")));
            assertEquals(
                    "would",
                    Json.parse(senior.lastMessage(1).text()).text("status"),
                    "the model is told the difference");
            before.merge("traces", 1L, Long::sum);
            assertEquals(before, documents(engine), "only the explanation is kept");
            assertTrue(engine.explain(Scope.of(ALICE), reply.turn()).isPresent());
            assertTrue(engine.tools().calls(Scope.of(ALICE), 10).isEmpty());
        }
    }

    @Test
    void dryRun_ofWhatAPersonWouldHaveToAgreeTo_saysSoAndAsksNobody() {
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("file.put", "{\"name\":\"a.txt\",\"text\":\"new\"}")))
                .tools(t -> t.add(new FilePut(directory)))
                .policy(p -> p.add((action, scope) -> Decision.ask("test.ask", "a file is written")))
                .build()) {
            Reply reply = rehearse(engine, "write it");
            assertEquals(List.of(new ToolUse("file.put", "would-ask")), reply.toolUses());
            assertEquals(Decision.Effect.ASK, reply.previews().get(0).decision().effect());
            assertTrue(reply.pendingApprovals().isEmpty());
            assertFalse(Files.exists(directory.resolve("a.txt")));
        }
    }

    @Test
    void dryRun_ofWhatIsDenied_isDenied() {
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("file.put", "{\"name\":\"a.txt\",\"text\":\"new\"}")))
                .tools(t -> t.add(new FilePut(directory)))
                .build()) {
            Reply reply = rehearse(engine, "write it");
            assertEquals(List.of(new ToolUse("file.put", "denied")), reply.toolUses());
            assertTrue(reply.previews().isEmpty());
        }
    }

    @Test
    void dryRun_ofAToolWithoutEffects_reallyRuns() {
        try (Arkestra engine = Arkestra.builder().build()) {
            engine.memory().remember(Scope.of(ALICE), MemoryDraft.note("buy milk"));
            Map<String, Long> before = documents(engine);
            Reply reply = rehearse(engine, "Show my notes");
            assertEquals(List.of(new ToolUse("note.list", "ok")), reply.toolUses());
            assertTrue(reply.text().contains("buy milk"), reply.text());
            before.merge("traces", 1L, Long::sum);
            assertEquals(before, documents(engine));
        }
    }

    @Test
    void dryRun_byRules_remembersNothing() {
        try (Arkestra engine = Arkestra.builder().build()) {
            engine.session(ALICE).ask("Hello");
            Map<String, Long> before = documents(engine);
            Reply reply = rehearse(engine, "Note: buy milk");
            assertEquals(List.of(new ToolUse("note.create", "would")), reply.toolUses());
            rehearse(engine, "Remember that my car is a Volvo");
            before.merge("traces", 2L, Long::sum);
            assertEquals(before, documents(engine));
        }
    }

    @Test
    void dryRun_ofAReadThatAPersonWouldHaveToAgreeTo_asksNobodyAndParksNothing() {
        try (Arkestra engine = Arkestra.builder()
                .policy(p -> p.park()
                        .add((action, scope) -> action.name().equals("note.list")
                                ? Decision.ask("test.ask", "notes are private")
                                : Decision.abstain()))
                .build()) {
            Reply reply = rehearse(engine, "Show my notes");
            assertEquals(List.of(new ToolUse("note.list", "would-ask")), reply.toolUses());
            assertTrue(engine.approvals().pending(ALICE).isEmpty());
        }
    }

    @Test
    void dryRun_ofAChainWhoseStepGainedEffectsSince_makesNoneOfThem() {
        String inner = """
                kind: chain
                name: look.inner
                description: Looks.
                steps:
                  - {tool: note.list, arguments: {}}
                """;
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(ToolScripts.onceCalling("look.outer", "{}")))
                .policy(p -> p.allow("look.inner", "look.outer"))
                .build()) {
            engine.tools().declared().add(inner);
            engine.tools()
                    .declared()
                    .add(inner.replace("look.inner", "look.outer").replace("tool: note.list", "tool: look.inner"));
            engine.tools()
                    .declared()
                    .edit(inner.replace(
                            "tool: note.list, arguments: {}", "tool: note.create, arguments: {text: made}"));
            Reply reply = rehearse(engine, "look");
            assertEquals(1, reply.toolUses().size());
            assertTrue(engine.memory()
                    .list(Scope.of(ALICE), io.arkestra.memory.MemoryKind.NOTE, 10)
                    .isEmpty());
        }
    }
}
