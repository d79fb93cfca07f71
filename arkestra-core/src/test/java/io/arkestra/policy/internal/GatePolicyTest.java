package io.arkestra.policy.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Gate;
import io.arkestra.policy.Trust;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GatePolicyTest {
    private static final Scope ALICE = Scope.of(UserId.of("alice"));
    private static final ToolSpec SEND = ToolSpec.builder("mail.send")
            .description("Sends")
            .sideEffect(ToolSpec.SideEffect.OUTWARD)
            .build();
    private static final ToolSpec NOTE = ToolSpec.builder("note.create")
            .description("Notes")
            .capability("memory.write")
            .sideEffect(ToolSpec.SideEffect.OWN_DATA)
            .build();

    private static Action.Builder tainted(ToolSpec spec) {
        return Action.toolCall(spec, Json.emptyObject()).toBuilder().taints(Set.of(Taint.of("web", "a.example")));
    }

    private static Decision decided(Action action, Gate... gates) {
        return new GatePolicy(gates.length == 0 ? Gate.standard() : Set.of(gates)).decide(action, ALICE);
    }

    @Test
    void decide_nothingUntrusted_noOpinion() {
        assertEquals(
                Decision.Effect.ABSTAIN,
                decided(Action.toolCall(SEND, Json.emptyObject())).effect());
        assertEquals(
                Decision.Effect.ABSTAIN,
                decided(Action.llmEgress("openai", "m", "senior")).effect());
    }

    @Test
    void decide_allThreeLegs_asksForAllArgumentsEachTime() {
        Decision decision =
                decided(tainted(SEND).privateRead(true).offPlan(true).build());
        assertEquals(Decision.Effect.ASK, decision.effect());
        assertTrue(
                decision.rules().contains("gate.rule-of-two"), decision.rules().toString());
        assertEquals(Set.of(Decision.NO_REMEMBER, Decision.SHOW_FULL_ARGUMENTS), decision.obligations());
    }

    @Test
    void decide_allThreeLegsButDirectedByTheUser_onlyTheStrictGateAsks() {
        Action action = tainted(SEND).privateRead(true).build();
        assertEquals(Decision.Effect.ABSTAIN, decided(action).effect());
        assertEquals(
                List.of("gate.strict-rule-of-two"),
                decided(action, Gate.STRICT_RULE_OF_TWO).rules());
    }

    @Test
    void decide_untrustedDestination_namesIt() {
        Decision decision =
                decided(tainted(SEND).untrustedValues(List.of("evil@e.org")).build(), Gate.DESTINATION);
        assertEquals(List.of("gate.destination"), decision.rules());
        assertTrue(decision.reasons().get(0).contains("'evil@e.org'"));
        assertFalse(decision.obligations().contains(Decision.NO_REMEMBER));
    }

    @Test
    void decide_offPlan_namesTheSource() {
        Decision decision = decided(tainted(SEND).offPlan(true).build(), Gate.PLAN_LOCK);
        assertEquals(List.of("gate.plan-lock"), decision.rules());
        assertTrue(decision.reasons().get(0).contains("web:a.example"));
    }

    @Test
    void decide_ownDataThatOnlyGrows_noOpinion() {
        assertEquals(
                Decision.Effect.ABSTAIN,
                decided(tainted(NOTE).privateRead(true).offPlan(true).build()).effect());
    }

    @Test
    void decide_toolNobodyVouchesFor_asksAboutEffects() {
        Action action = Action.toolCall(SEND, Json.emptyObject()).toBuilder()
                .trust(Trust.UNKNOWN)
                .build();
        assertEquals(List.of("gate.unknown-tools"), decided(action).rules());
    }

    @Test
    void decide_withOthers_neverLoosens() {
        Action action = tainted(SEND).offPlan(true).build();
        PolicyChain denied = new PolicyChain(List.of(
                new NamedToolsPolicy(Set.of(), Set.of(), Set.of("mail.send")), new GatePolicy(Gate.standard())));
        assertEquals(Decision.Effect.DENY, denied.decide(action, ALICE).effect());
        PolicyChain nobody = new PolicyChain(List.of(new GatePolicy(Gate.standard())));
        assertEquals(
                Decision.Effect.DENY,
                nobody.decide(Action.toolCall(SEND, Json.emptyObject()), ALICE).effect());
    }
}
