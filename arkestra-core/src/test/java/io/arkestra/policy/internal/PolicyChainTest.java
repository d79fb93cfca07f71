package io.arkestra.policy.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Decision.Effect;
import io.arkestra.policy.Policy;
import io.arkestra.tool.ToolSpec;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyChainTest {
    private static final Scope SCOPE = Scope.of(UserId.of("alice"));
    private static final Action ACTION = action("mail.send");

    @ParameterizedTest
    @CsvSource({
        "ALLOW, ALLOW, ALLOW",
        "ALLOW, ABSTAIN, ALLOW",
        "ABSTAIN, ABSTAIN, DENY",
        "ASK, ALLOW, ASK",
        "DENY, ALLOW, DENY",
        "DENY, ASK, DENY",
        "ASK, ABSTAIN, ASK"
    })
    void decide_twoPolicies_theStricterWinsInAnyOrder(Effect one, Effect other, Effect expected) {
        assertEquals(expected, chain(saying(one), saying(other)).effect());
        assertEquals(expected, chain(saying(other), saying(one)).effect());
    }

    @Test
    void decide_noPolicies_deniesAndSaysWhy() {
        Decision decision = chain();
        assertEquals(Effect.DENY, decision.effect());
        assertEquals(List.of("default.deny"), decision.rules());
        assertEquals(List.of("no rule allows 'mail.send'"), decision.reasons());
    }

    @Test
    void decide_policyThatFails_deniesWhateverOthersAllow() {
        Policy throwing = (action, scope) -> {
            throw new IllegalStateException("bug");
        };
        Policy linking = (action, scope) -> {
            throw new NoClassDefFoundError("gone");
        };
        for (Policy broken : List.of(throwing, linking)) {
            Decision decision = chain(saying(Effect.ALLOW), broken);
            assertEquals(Effect.DENY, decision.effect());
            assertEquals(List.of("policy.error"), decision.rules());
        }
    }

    @Test
    void decide_policyFromAJarThatFails_isNamedInTheReason() {
        Policy broken = new RestrictingPolicy(new Broken());
        Decision decision = chain(saying(Effect.ALLOW), broken);
        assertEquals(Effect.DENY, decision.effect());
        assertEquals(List.of("policy " + Broken.class.getName() + " failed"), decision.reasons());
    }

    @Test
    void decide_policyThatKeepsFailing_isReportedOncePerToolWithoutItsMessage() {
        PolicyChain chain = new PolicyChain(List.of(new Broken(), new RestrictingPolicy(new Broken())));
        PrintStream before = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try {
            for (int i = 0; i < 3; i++) {
                chain.decide(action("mail.send"), SCOPE);
                chain.decide(action("mail.read"), SCOPE);
            }
        } finally {
            System.setErr(before);
        }
        List<String> lines = logged.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.get(0).contains("mail.send") && lines.get(1).contains("mail.read"), lines.toString());
        assertFalse(lines.toString().contains("what the user wrote"), lines.toString());
    }

    private static final class Broken implements Policy {
        @Override
        public Decision decide(Action action, Scope scope) {
            throw new IllegalStateException("what the user wrote");
        }
    }

    @Test
    void decide_namedTools_denyBeatsAllowBeatsBuiltIn() {
        NamedToolsPolicy policy =
                new NamedToolsPolicy(Set.of("note.create"), Set.of("mail.send", "x.y"), Set.of("x.y"));
        assertEquals(Effect.ALLOW, policy.decide(action("note.create"), SCOPE).effect());
        assertEquals(Effect.ALLOW, policy.decide(action("mail.send"), SCOPE).effect());
        assertEquals(Effect.DENY, policy.decide(action("x.y"), SCOPE).effect());
        assertEquals(Effect.ABSTAIN, policy.decide(action("other.tool"), SCOPE).effect());
    }

    private static Decision chain(Policy... policies) {
        return new PolicyChain(List.of(policies)).decide(ACTION, SCOPE);
    }

    private static Policy saying(Effect effect) {
        Decision decision = Stream.of(
                        Decision.allow("r", "a"), Decision.ask("r", "b"), Decision.deny("r", "c"), Decision.abstain())
                .filter(candidate -> candidate.effect() == effect)
                .findFirst()
                .orElseThrow();
        return (action, scope) -> decision;
    }

    private static Action action(String tool) {
        return Action.toolCall(ToolSpec.builder(tool).description("d").build(), Json.emptyObject());
    }
}
