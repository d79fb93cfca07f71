package io.arkestra.tool.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Risk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A call that a person is asked about: what is shown, what an answer holds for, what an edit may change. */
@Timeout(60)
class ToolRunnerApprovalTest extends WritingFixture {
    private void asks() {
        bench.policy = (action, scope) -> Decision.ask("test.ask", "a person has to agree");
    }

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
        assertTrue(
                CallBench.told(done).contains("not today; it was asked because a person has to agree"),
                CallBench.told(done));
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
}
