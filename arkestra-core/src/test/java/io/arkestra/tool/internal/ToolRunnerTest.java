package io.arkestra.tool.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Risk;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import io.arkestra.tool.Artifact;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps of a call: what is seen, stored and tried, and in which order. */
@Timeout(60)
class ToolRunnerTest extends WritingFixture {
    // ---- what policies see, what is taken down

    @Test
    void policy_seesTargetsAndProvenance() {
        tool(writes());
        AtomicReference<Action> seen = new AtomicReference<>();
        bench.provenance = new Provenance() {
            @Override
            public Observed observed(Action action, ToolRunner.Place place) {
                return Observed.of(action.toBuilder()
                        .taints(Set.of(Taint.of("web", "evil.example")))
                        .build());
            }

            @Override
            public void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result) {}
        };
        bench.policy = (action, scope) -> {
            seen.set(action);
            return Decision.allow("test.allow", "tests may");
        };
        assertEquals("ok", write("hello").status());
        assertEquals(List.of(Target.changed(Target.PATH, "/hello")), seen.get().targets());
        assertEquals(Set.of(Taint.of("web", "evil.example")), seen.get().taints());
        assertTrue(seen.get().at().isPresent());
    }

    @Test
    void targets_thatCannotBeResolved_refuseTheCall() {
        tool(writes());
        ToolRunner.Done done = write("nowhere");
        assertEquals("tool.invalid-arguments", done.status());
        assertTrue(CallBench.told(done).contains("leads nowhere"));
        assertTrue(written.isEmpty());
    }

    @Test
    void result_ofAToolThatPassesOnOthersWords_isTainted() {
        ToolSpec.Builder builder = ToolSpec.builder("text.write").untrusted("web");
        Write tool = tool(builder);
        tool.work = context -> ToolResult.text("words").tainted(Taint.of("email", "bob"));
        AtomicReference<ToolResult> saw = new AtomicReference<>();
        bench.provenance = new Provenance() {
            @Override
            public Observed observed(Action action, ToolRunner.Place place) {
                return Observed.of(action);
            }

            @Override
            public void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result) {
                saw.set(result);
            }
        };
        assertEquals("ok", write("hello").status());
        assertEquals(
                Set.of(Taint.of("web", "text.write"), Taint.of("email", "bob")),
                saw.get().taints());
    }

    @Test
    void ledger_takesDownEveryDecisionAndEveryCall() {
        tool(writes());
        write("hello");
        write("nowhere");
        bench.run("no.such.tool", "{}");
        bench.policy = (action, scope) -> Decision.deny("test.deny", "no");
        write("denied");
        assertEquals(
                List.of(
                        "decision text.write ALLOW",
                        "call text.write ok",
                        "call text.write tool.invalid-arguments",
                        "call unknown tool.unknown",
                        "decision text.write DENY",
                        "call text.write denied"),
                bench.ledger);
    }

    @Test
    void ledger_thatCannotTakeDownADecision_stopsTheCall() {
        tool(writes());
        bench.taking = (kind, scope, subject, outcome, rules, detail) -> {
            if (kind.equals("decision")) {
                throw new StoreException("disk-full", "the disk is full");
            }
        };
        assertEquals("store.disk-full", write("hello").status());
        assertTrue(written.isEmpty());
    }

    // ---- one effect for one id

    private ToolRunner.Done again() {
        return bench.runner()
                .run(
                        LlmToolCall.of(
                                "call-1", "text.write", CallBench.text("hello").toString()),
                        CallBench.place());
    }

    @Test
    void call_ofAnIdThatIsDone_isNotMadeAgain() {
        tool(writes());
        assertEquals("ok", again().status());
        ToolRunner.Done second = again();
        assertEquals("ok", second.status());
        assertTrue(second.message().text("text").contains("not done again"));
        assertEquals(List.of("hello"), written);
    }

    @Test
    void call_ofAnIdThatFailed_isMadeAgain() {
        Write tool = tool(writes());
        AtomicInteger tries = new AtomicInteger();
        tool.work = context -> failing(tries, 1, ToolException.Reason.FAILED);
        assertEquals("tool.failed", again().status());
        assertEquals("ok", again().status());
        assertEquals(List.of("hello"), written);
        assertEquals(StoredCall.State.DONE, bench.recorded().get(0).state());
    }

    @Test
    void call_ofAnIdWhoseEndNobodySaw_isNotMade() {
        Write tool = tool(writes());
        tool.work = context -> failing(new AtomicInteger(), 1, ToolException.Reason.TIMEOUT);
        assertEquals("tool.timeout", again().status());
        assertEquals(StoredCall.State.PREPARED, bench.recorded().get(0).state());
        tool.work = context -> ToolResult.text("written");
        assertEquals("tool.conflict", again().status());
        assertTrue(written.isEmpty());
    }

    @Test
    void call_withEffects_isOnRecordWithWhatWasDecided() {
        Set<Taint> taints = Set.of(Taint.of("web", "docs.rs"), Taint.of("email", ""));
        bench.provenance = tainting(action -> taints);
        List<Risk> risks = new ArrayList<>();
        bench.policy = (action, scope) -> {
            risks.add(action.risk());
            return Decision.allow("host:writes", "may write");
        };
        tool(writes());
        assertEquals("ok", write("hello").status());
        assertEquals(
                Optional.of(new StoredVerdict(
                        Decision.Effect.ALLOW,
                        List.of("host:writes"),
                        risks.get(0).score(),
                        taints)),
                bench.recorded().get(0).verdict());
        assertTrue(risks.get(0).score() > 0);
    }

    @Test
    void record_ofAnEarlierVersion_hasNoVerdict_andOneThatIsDamagedIsRefused() {
        tool(writes());
        write("hello");
        String collection = CallRecords.COLLECTION.name();
        Doc doc = bench.store
                .inTransaction(tx -> tx.find(collection, Owner.of(CallBench.ALICE), DocQuery.all()))
                .docs()
                .get(0);
        for (String damaged : List.of(
                "{\"effect\":\"PERHAPS\"}",
                "{}",
                "{\"effect\":\"ALLOW\",\"risk\":101}",
                "{\"effect\":\"ALLOW\",\"rules\":[1]}")) {
            Json body = doc.body().with("verdict", Json.parse(damaged));
            assertThrows(InvalidInputException.class, () -> StoredVerdict.in(body), damaged);
        }
        bench.store.inTransaction(
                tx -> tx.put(collection, DocWrite.update(doc, doc.body().without("verdict"))));
        assertEquals(Optional.empty(), bench.recorded().get(0).verdict());
        assertEquals(StoredCall.State.DONE, bench.recorded().get(0).state());
    }

    // ---- results and tries

    @Test
    void result_thatIsNotWhatWasPromised_isAnErrorAfterTheEffect() {
        Write tool = tool(writes().result("""
                {"type":"object","required":["id"],"properties":{"id":{"type":"string"}}}
                """));
        ToolRunner.Done done = write("hello");
        assertEquals("tool.invalid-result", done.status());
        assertTrue(CallBench.told(done).contains("has done its work"), CallBench.told(done));
        assertEquals(StoredCall.State.DONE, bench.recorded().get(0).state(), "the effect is there and can be found");
        tool.work =
                context -> ToolResult.of("written", Json.object().put("id", "1").build());
        assertEquals("ok", write("again").status());
    }

    private static ToolResult failing(AtomicInteger tries, int until, ToolException.Reason reason) {
        if (tries.incrementAndGet() <= until) {
            throw new ToolException(reason, "it failed");
        }
        return ToolResult.text("written");
    }

    @Test
    void failure_thatMayPass_isTriedAgainWithLongerPausesWhereThatDoesNoHarm() {
        AtomicInteger tries = new AtomicInteger();
        tool(writes().idempotent()).work = context -> failing(tries, 2, ToolException.Reason.TEMPORARY);
        assertEquals("ok", write("hello").status());
        assertEquals(3, tries.get());
        assertEquals(List.of(Duration.ofMillis(75), Duration.ofMillis(150)), bench.pauses);
        assertEquals(1, bench.recorded().size(), "one record under one key");
    }

    @Test
    void failure_thatDoesNotPass_isGivenUpAfterThreeTries() {
        AtomicInteger tries = new AtomicInteger();
        tool(writes().idempotent()).work = context -> failing(tries, 99, ToolException.Reason.TEMPORARY);
        assertEquals("tool.temporary", write("hello").status());
        assertEquals(3, tries.get());
    }

    @Test
    void failure_ofAToolThatIsNotIdempotentOrThatWillNotPass_isNotTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        Write tool = tool(writes());
        tool.work = context -> failing(tries, 99, ToolException.Reason.TEMPORARY);
        assertEquals("tool.temporary", write("hello").status());
        assertEquals(1, tries.get());
        bench.registry.remove("text.write");
        tool(writes().idempotent()).work = context -> failing(tries, 99, ToolException.Reason.FAILED);
        assertEquals("tool.failed", write("hello").status());
        assertEquals(2, tries.get());
    }

    @Test
    void laterTry_thatTakesTooLong_isToldTheTimeThatItHad() {
        AtomicInteger tries = new AtomicInteger();
        tool(writes().idempotent()).work = context -> {
            if (tries.incrementAndGet() == 1) {
                bench.passes(Duration.ofMillis(9_700));
                throw new ToolException(ToolException.Reason.TEMPORARY, "it failed");
            }
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ToolResult.text("too late");
        };
        ToolRunner.Done done = write("hello");
        assertEquals("tool.timeout", done.status());
        assertTrue(CallBench.told(done).contains("took longer than "), CallBench.told(done));
        assertFalse(CallBench.told(done).contains("took longer than 10000 ms"), CallBench.told(done));
    }

    @Test
    void failure_whenTheTimeOfTheToolIsUp_isNotTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        tool(writes().idempotent()).work = context -> {
            bench.passes(Duration.ofMillis(9_950));
            return failing(tries, 99, ToolException.Reason.TEMPORARY);
        };
        assertEquals("tool.temporary", write("hello").status());
        assertEquals(1, tries.get());
    }

    // ---- when it cannot be found out where words come from

    /** Cannot note down what was seen, the first time. */
    private void provenanceFailsOnce(List<Set<Taint>> saw) {
        AtomicInteger times = new AtomicInteger();
        bench.provenance = new Provenance() {
            @Override
            public Observed observed(Action action, ToolRunner.Place place) {
                return Observed.of(action);
            }

            @Override
            public void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result) {
                if (times.getAndIncrement() == 0) {
                    throw new StoreException("disk-full", "the disk is full");
                }
                saw.add(result.taints());
            }
        };
    }

    @Test
    void result_whoseOriginCannotBeFoundOut_isWithheldAndTheCallIsDone() {
        Write tool = tool(writes());
        tool.work = context -> ToolResult.text("words of a stranger");
        provenanceFailsOnce(new ArrayList<>());
        ToolRunner.Done done = write("hello");
        assertEquals("store.disk-full", done.status());
        assertTrue(CallBench.told(done).contains("has done its work"), CallBench.told(done));
        assertTrue(
                !done.message().toString().contains("stranger"), done.message().toString());
        assertEquals(List.of("hello"), written);
        assertEquals(StoredCall.State.DONE, bench.recorded().get(0).state());
    }

    @Test
    void failure_whoseOriginCannotBeFoundOut_isToldAsAStrangersAndOnRecord() {
        Write tool = tool(writes());
        tool.work = context -> {
            throw new ToolException(ToolException.Reason.CONFLICT, "somebody was here");
        };
        List<Set<Taint>> saw = new ArrayList<>();
        provenanceFailsOnce(saw);
        ToolRunner.Done done = write("hello");
        assertEquals("tool.conflict", done.status());
        assertTrue(CallBench.told(done).contains("somebody was here"), CallBench.told(done));
        assertEquals(List.of(Set.of(Taint.of("file.tainted", ""))), saw);
        assertEquals(StoredCall.State.FAILED, bench.recorded().get(0).state());
    }

    // ---- files of a call

    @Test
    void artifact_ofACallThatFails_isMarkedFromTheMomentThatItIsKept() {
        Write tool = tool(writes());
        Taint page = Taint.of("web", "page.example");
        bench.provenance = new Provenance() {
            @Override
            public Observed observed(Action action, ToolRunner.Place place) {
                return Observed.of(action);
            }

            @Override
            public void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result) {}

            @Override
            public Set<Taint> taints(ToolRunner.Place place) {
                return Set.of(page);
            }
        };
        List<Set<Taint>> known = new ArrayList<>();
        tool.work = context -> {
            Artifact kept = context.artifacts()
                    .write("a.txt", "text/plain", new ByteArrayInputStream("words of a page".getBytes(UTF_8)));
            known.add(known(kept));
            throw new ToolException(ToolException.Reason.CONFLICT, "it broke");
        };
        ToolRunner.Done done = write("hello");
        assertEquals("tool.conflict", done.status());
        assertTrue(known.get(0).contains(page), "a process that is killed now leaves a marked file: " + known);
        assertTrue(known(done.facts().artifacts().get(0)).contains(page));
    }

    @Test
    void artifact_ofACallThatFailsAfterItReadAMarkedFile_isMarked() {
        Write tool = tool(writes().untrusted("web"));
        List<Artifact> kept = new ArrayList<>();
        tool.work = context -> {
            kept.add(context.artifacts()
                    .write("a.txt", "text/plain", new ByteArrayInputStream("words of a page".getBytes(UTF_8))));
            throw new ToolException(ToolException.Reason.FAILED, "it broke");
        };
        assertEquals("tool.failed", write("hello").status());
        assertTrue(
                known(kept.get(0)).contains(Taint.of("web", "text.write")),
                known(kept.get(0)).toString());
    }

    private Set<Taint> known(Artifact artifact) {
        String file;
        try {
            file = artifact.file().toRealPath().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bench.records.marks().of(CallBench.ALICE, List.of(Target.read(Target.PATH, file)), Instant.MAX);
    }
}
