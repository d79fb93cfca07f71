package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Principal;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.llm.OutputQuality;
import io.arkestra.policy.Action;
import io.arkestra.policy.CallCounts;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Policy;
import io.arkestra.policy.Trust;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every policy has to keep to: a pure function of action and scope, quick, thread-safe, with no opinion on what it does not know. A
 * host's policy extends it.
 */
@Timeout(60)
public abstract class PolicyContract {
    private static final Instant NOW = Instant.parse("2026-03-09T09:00:00Z");
    private static final int TEXT = 200_000;
    private static final int TARGETS = 5_000;
    private static final Duration QUICK = Duration.ofMillis(50);
    private static final ToolSpec TOOL = tool("contract.known", "fs.write", "net.send");

    /** The policy; called once for each test. */
    protected abstract Policy policy();

    /** Actions that the policy is made for, so that the contract looks at more than its own. */
    protected List<Action> actions() {
        return List.of();
    }

    private static ToolSpec tool(String name, String... capabilities) {
        ToolSpec.Builder tool =
                ToolSpec.builder(name).description("Stands for any tool").sideEffect(ToolSpec.SideEffect.OUTWARD);
        for (String capability : capabilities) {
            tool.capability(capability);
        }
        return tool.build();
    }

    private List<Action> all() {
        List<Action> actions = new ArrayList<>(actions());
        actions.add(Action.offer(TOOL));
        actions.add(Action.toolCall(TOOL, Json.emptyObject()));
        actions.add(ordinary());
        actions.addAll(extreme());
        actions.add(Action.llmEgress("provider", "model", "host.example", "senior"));
        return actions;
    }

    private static Action ordinary() {
        return Action.toolCall(TOOL, Json.parse("{\"path\":\"/work/a\",\"to\":\"bob@example.org\"}")).toBuilder()
                .targets(List.of(
                        Target.changed(Target.PATH, "/work/a"), Target.changed(Target.RECIPIENT, "bob@example.org")))
                .at(NOW.atZone(ZoneId.of("UTC")))
                .build();
    }

    private static List<Action> extreme() {
        Json deep = Json.of(1);
        for (int i = 0; i < 200; i++) {
            deep = Json.array(deep);
        }
        Json big = Json.object()
                .put("path", "a".repeat(TEXT))
                .put("to", Json.array(Collections.nCopies(TARGETS, Json.of("bob@example.org"))))
                .put("deep", deep)
                .put("", "no name")
                .put("odd \u0000\uD83D\uDE00 key", Json.NULL)
                .build();
        Action many = Action.toolCall(TOOL, big).toBuilder()
                .targets(Collections.nCopies(TARGETS, Target.changed(Target.PATH, "/work/" + "d/".repeat(50) + "f")))
                .taints(Set.of(Taint.of("web", "evil.example"), Taint.of("email", "")))
                .untrustedValues(List.of("eve@evil.example"))
                .privateRead(true)
                .offPlan(true)
                .firstUse(true)
                .trust(Trust.UNKNOWN)
                .sandbox("S1")
                .calls(CallCounts.of(NOW, Collections.nCopies(TARGETS, NOW.minusSeconds(5))))
                .at(NOW.atZone(ZoneId.of("Pacific/Kiritimati")))
                .build();
        Action odd = Action.toolCall(TOOL, Json.emptyObject()).toBuilder()
                .targets(List.of(
                        Target.read(Target.PATH, ""),
                        Target.read(Target.PATH, "../.."),
                        Target.read(Target.DOMAIN, ""),
                        Target.read(Target.PORT, "x"),
                        Target.read("kind.of.its.own", "\u0000")))
                .build();
        return List.of(many, odd);
    }

    private static List<Scope> scopes() {
        Scope alice = Scope.of(UserId.of("alice"));
        return List.of(
                alice,
                alice.withSession(SessionId.of("s")).withProject(ProjectId.of("p")),
                alice.withPrincipal(Principal.model("senior")),
                alice.withPrincipal(Principal.SYSTEM),
                alice.withPrincipal(new Principal(Principal.Kind.EXTENSION, "")));
    }

    private static void assertSame(Decision first, Decision second, Object about) {
        assertEquals(first.effect(), second.effect(), "effect about " + about);
        assertEquals(first.rules(), second.rules(), "rules about " + about);
        assertEquals(first.reasons(), second.reasons(), "reasons about " + about);
        assertEquals(first.obligations(), second.obligations(), "obligations about " + about);
        assertEquals(first.remember(), second.remember(), "remember about " + about);
    }

    @Test
    public void decide_anything_givesADecision() {
        Policy policy = policy();
        for (Action action : all()) {
            for (Scope scope : scopes()) {
                Decision decision = assertDoesNotThrow(() -> policy.decide(action, scope), () -> action + " " + scope);
                assertNotNull(decision, () -> "no decision about " + action + " for " + scope);
                if (decision.effect() != Decision.Effect.ABSTAIN) {
                    assertTrue(!decision.rules().isEmpty(), () -> "no rule named for " + action);
                    assertTrue(!decision.reasons().isEmpty(), () -> "no reason given for " + action);
                }
            }
        }
    }

    @Test
    public void decide_theSameAgain_saysTheSame() {
        Policy policy = policy();
        for (Action action : all()) {
            for (Scope scope : scopes()) {
                Decision first = policy.decide(action, scope);
                for (int i = 0; i < 3; i++) {
                    assertSame(first, policy.decide(action, scope), action);
                }
                assertSame(first, policy().decide(action, scope), action + " by another instance");
            }
        }
    }

    @Test
    public void decide_onManyThreads_saysTheSame() throws Exception {
        Policy policy = policy();
        List<Action> actions = all();
        Scope scope = scopes().get(2);
        List<Decision> expected =
                actions.stream().map(action -> policy.decide(action, scope)).toList();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<List<Decision>>> work = Collections.nCopies(
                    16,
                    () -> actions.stream()
                            .map(action -> policy.decide(action, scope))
                            .toList());
            for (Future<List<Decision>> result : threads.invokeAll(work)) {
                List<Decision> decisions = result.get();
                for (int i = 0; i < actions.size(); i++) {
                    assertSame(expected.get(i), decisions.get(i), actions.get(i));
                }
            }
        } finally {
            threads.shutdownNow();
            assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS));
        }
    }

    @Test
    public void decide_kindThatIsNotATool_isNotAllowedByChance() {
        // Later releases add kinds; one who allows what they never heard of opens them unseen.
        Decision decision = policy().decide(Action.llmEgress("provider", "model", "host", "senior"), scopes().get(0));
        assertNotEquals(Decision.Effect.ALLOW, decision.effect());
    }

    @Test
    public void decide_toolThatNobodyHeardOf_isNotAllowed() {
        ToolSpec stranger = tool("zz-contract.never-heard-of", "zz.capability");
        for (Scope scope : scopes()) {
            assertNotEquals(
                    Decision.Effect.ALLOW,
                    policy().decide(Action.toolCall(stranger, Json.emptyObject()), scope)
                            .effect());
        }
    }

    @Test
    public void decide_anythingOrdinary_isQuick() {
        Policy policy = policy();
        List<Action> actions = new ArrayList<>(actions());
        actions.add(ordinary());
        Scope scope = scopes().get(2);
        for (Action action : actions) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 20; i++) { // the best of many: the machine may be busy
                long start = System.nanoTime();
                policy.decide(action, scope);
                best = Math.min(best, System.nanoTime() - start);
            }
            long micros = best / 1_000;
            assertTrue(best < QUICK.toNanos(), () -> action + " took " + micros + " µs at best");
        }
    }

    @Test
    public void decide_callInAnAnswerThatWasMended_isDecidedToo() {
        for (OutputQuality quality : OutputQuality.values()) {
            assertNotNull(policy().decide(Action.toolCall(TOOL, Json.emptyObject(), quality), scopes().get(0)));
        }
    }
}
