package io.arkestra.tool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps of a call: what is asked, shown, stored and tried, and in which order. */
@Timeout(60)
class ToolRunnerTest {
    private final CallBench bench = new CallBench();
    private final List<String> written = new ArrayList<>();
    /** What the tool would change, as it is now. */
    private final AtomicReference<String> world = new AtomicReference<>("as it was");

    @AfterEach
    void close() {
        bench.close();
    }

    private final class Write implements Tool {
        private final ToolSpec spec;
        private Function<ToolContext, ToolResult> work = context -> ToolResult.text("written");

        Write(ToolSpec.Builder builder) {
            spec = builder.description("Writes a text")
                    .arguments("""
                            {"type":"object","additionalProperties":false,"required":["text"],
                             "properties":{"text":{"type":"string","maxLength":20}}}
                            """)
                    .timeout(Duration.ofSeconds(10))
                    .build();
        }

        @Override
        public ToolSpec spec() {
            return spec;
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            if (call.arguments().text("text").equals("nowhere")) {
                throw new ToolException(ToolException.Reason.INVALID_ARGUMENTS, "that leads nowhere");
            }
            return List.of(Target.changed(Target.PATH, "/" + call.arguments().text("text")));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("writes " + call.arguments().text("text")).withStateDigest(world.get());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            ToolResult result = work.apply(context);
            written.add(call.arguments().text("text"));
            return result;
        }
    }

    private static ToolSpec.Builder writes() {
        return ToolSpec.builder("text.write").sideEffect(ToolSpec.SideEffect.LOCAL);
    }

    private Write tool(ToolSpec.Builder builder) {
        Write tool = new Write(builder);
        bench.add(tool);
        return tool;
    }

    private ToolRunner.Done write(String text) {
        return bench.run("text.write", CallBench.text(text).toString());
    }

    private void asks() {
        bench.policy = (action, scope) -> Decision.ask("test.ask", "a person has to agree");
    }

    // ---- approval

    @Test
    void ask_agreedTo_isMadeAfterThePreviewWasShown() {
        tool(writes());
        asks();
        List<String> shown = new ArrayList<>();
        bench.approver = (place, call, prepared, action, decision) -> {
            shown.addAll(prepared.effects());
            assertTrue(written.isEmpty());
            assertTrue(bench.recorded().isEmpty(), "nothing is taken down before somebody agreed");
            return new Approver.Agreed("approval-1");
        };
        assertEquals("ok", write("hello").status());
        assertEquals(List.of("writes hello"), shown);
        assertEquals(List.of("hello"), written);
    }

    @Test
    void ask_refused_isNotMadeAndTheModelLearnsWhy() {
        tool(writes());
        asks();
        bench.approver = (place, call, prepared, action, decision) -> new Approver.Refused("not today");
        ToolRunner.Done done = write("hello");
        assertEquals("denied", done.status());
        assertTrue(CallBench.told(done).contains("not today"));
        assertTrue(written.isEmpty());
        assertTrue(bench.recorded().isEmpty());
    }

    @Test
    void ask_agreedToAfterTheWorldChanged_isNotMade() {
        tool(writes());
        asks();
        bench.approver = (place, call, prepared, action, decision) -> {
            world.set("changed meanwhile");
            return new Approver.Agreed("approval-1");
        };
        ToolRunner.Done done = write("hello");
        assertEquals("tool.conflict", done.status());
        assertTrue(written.isEmpty());
        assertTrue(bench.recorded().isEmpty());
    }

    @Test
    void ask_parked_isNotMadeAndNamesTheApproval() {
        tool(writes());
        asks();
        bench.approver = (place, call, prepared, action, decision) -> new Approver.Parked("approval-7");
        ToolRunner.Done done = write("hello");
        assertEquals("parked", done.status());
        assertEquals("approval-7", done.approval().orElseThrow());
        assertTrue(written.isEmpty());
    }

    @Test
    void ask_editedWithinWhatWasAgreed_isMadeWithTheNewArguments() {
        tool(writes());
        asks();
        AtomicInteger asked = new AtomicInteger();
        bench.approver = (place, call, prepared, action, decision) -> {
            asked.incrementAndGet();
            return new Approver.Edited("approval-1", CallBench.text("edited"));
        };
        ToolRunner.Done done = write("hello");
        assertEquals("ok", done.status());
        assertEquals(List.of("edited"), written);
        assertEquals(1, asked.get());
        assertEquals(List.of("writes edited"), done.facts().prepared().effects());
    }

    @Test
    void ask_editedToWhatDoesNotFitTheSchema_isNotMade() {
        tool(writes());
        asks();
        bench.approver = (place, call, prepared, action, decision) ->
                new Approver.Edited("approval-1", Json.object().put("text", 5).build());
        assertEquals("tool.invalid-arguments", write("hello").status());
        assertTrue(written.isEmpty());
    }

    @Test
    void ask_editedToWhatIsDenied_isDenied() {
        tool(writes());
        bench.policy = (action, scope) -> action.arguments().text("text").equals("secret")
                ? Decision.deny("test.deny", "not that")
                : Decision.ask("test.ask", "a person has to agree");
        bench.approver = (place, call, prepared, action, decision) ->
                new Approver.Edited("approval-1", CallBench.text("secret"));
        assertEquals("denied", write("hello").status());
        assertTrue(written.isEmpty());
    }

    @Test
    void ask_editedToWhatAnotherRuleStandsAgainst_isAskedAgain() {
        tool(writes());
        for (Decision stricter : List.of(
                Decision.ask("test.other", "another reason"),
                Decision.ask("test.ask", "obliging").withObligation(Decision.NO_REMEMBER))) {
            written.clear();
            bench.policy = (action, scope) -> action.arguments().text("text").equals("more")
                    ? stricter
                    : Decision.ask("test.ask", "a person has to agree");
            List<String> asked = new ArrayList<>();
            bench.approver = (place, call, prepared, action, decision) -> {
                asked.add(call.arguments().text("text"));
                return asked.size() == 1
                        ? new Approver.Edited("approval-1", CallBench.text("more"))
                        : new Approver.Agreed("approval-2");
            };
            assertEquals("ok", write("hello").status());
            assertEquals(List.of("hello", "more"), asked);
            assertEquals(List.of("more"), written);
        }
    }

    @Test
    void ask_editedToWhatIsRiskier_isAskedAgain() {
        tool(writes());
        bench.provenance = tainting(action ->
                action.arguments().text("text").equals("more") ? Set.of(Taint.of("web", "docs.rs")) : Set.of());
        bench.policy = (action, scope) -> Decision.ask("test.ask", "a person has to agree");
        List<Risk.Level> asked = new ArrayList<>();
        bench.approver = (place, call, prepared, action, decision) -> {
            asked.add(decision.risk().level());
            return asked.size() == 1
                    ? new Approver.Edited("approval-1", CallBench.text("more"))
                    : new Approver.Agreed("approval-2");
        };
        assertEquals("ok", write("hello").status());
        assertEquals(List.of(Risk.Level.MEDIUM, Risk.Level.HIGH), asked);
        assertEquals(List.of("more"), written);
    }

    /** Knows of each action what untrusted sources were seen before it. */
    private static Provenance tainting(Function<Action, Set<Taint>> taints) {
        return new Provenance() {
            @Override
            public Action observed(Action action, ToolRunner.Place place) {
                return action.toBuilder().taints(taints.apply(action)).build();
            }

            @Override
            public void saw(ToolRunner.Place place, ToolSpec spec, ToolResult result) {}
        };
    }

    @Test
    void ask_editedAgainAndAgain_endsDenied() {
        tool(writes());
        AtomicInteger rule = new AtomicInteger();
        bench.policy = (action, scope) -> Decision.ask("rule-" + rule.incrementAndGet(), "a new reason each time");
        bench.approver =
                (place, call, prepared, action, decision) -> new Approver.Edited("approval", CallBench.text("again"));
        assertEquals("denied", write("hello").status());
        assertTrue(written.isEmpty());
    }

    // ---- what policies see, what is taken down

    @Test
    void policy_seesTargetsAndProvenance() {
        tool(writes());
        AtomicReference<Action> seen = new AtomicReference<>();
        bench.provenance = new Provenance() {
            @Override
            public Action observed(Action action, ToolRunner.Place place) {
                return action.toBuilder()
                        .taints(Set.of(Taint.of("web", "evil.example")))
                        .build();
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
            public Action observed(Action action, ToolRunner.Place place) {
                return action;
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
    void failure_whenTheTimeOfTheToolIsUp_isNotTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        tool(writes().idempotent()).work = context -> {
            bench.passes(Duration.ofMillis(9_950));
            return failing(tries, 99, ToolException.Reason.TEMPORARY);
        };
        assertEquals("tool.temporary", write("hello").status());
        assertEquals(1, tries.get());
    }
}
