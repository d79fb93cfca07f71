package io.arkestra.policy.rules.internal;

import static io.arkestra.policy.rules.internal.Judging.SCOPE;
import static io.arkestra.policy.rules.internal.Judging.call;
import static io.arkestra.policy.rules.internal.Judging.decide;
import static io.arkestra.policy.rules.internal.Judging.file;
import static io.arkestra.policy.rules.internal.Judging.host;
import static io.arkestra.policy.rules.internal.Judging.read;
import static io.arkestra.policy.rules.internal.Judging.tool;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Decision.Effect;
import io.arkestra.policy.Policy;
import io.arkestra.policy.internal.NamedToolsPolicy;
import io.arkestra.tool.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How layers, the host's policies and rules come together. */
class LayeredPolicyTest {
    private static final Action CALL = call("a.b");

    private static RuleSet saying(Layer layer, String effect) {
        return effect.equals("-")
                ? RuleSet.none(layer)
                : read(layer, file("{ id: r, match: { tool: a.b }, effect: " + effect + " }"));
    }

    @ParameterizedTest
    @CsvSource({
        // host, admin, user, project, session, verdict
        "-, -, -, -, -, DENY",
        "allow, -, -, -, -, ALLOW",
        "ask, -, -, -, -, ASK",
        "deny, allow, allow, allow, allow, DENY",
        "allow, deny, allow, allow, allow, DENY",
        "allow, -, deny, -, -, DENY",
        "allow, -, -, deny, -, DENY",
        "allow, -, -, -, deny, DENY",
        "allow, ask, -, -, -, ASK",
        "allow, -, ask, -, -, ASK",
        "allow, -, -, -, ask, ASK",
        "ask, allow, allow, allow, allow, ASK",
        "-, allow, allow, allow, allow, DENY",
        "-, ask, ask, ask, ask, DENY",
        "allow, allow, allow, allow, allow, ALLOW"
    })
    void decide_layers_onlyTightenAndOpenNothing(
            String host, String admin, String user, String project, String session, Effect verdict) {
        assertEquals(
                verdict,
                Judging.effect(
                        CALL,
                        saying(Layer.HOST, host),
                        saying(Layer.ADMIN, admin),
                        saying(Layer.USER, user),
                        saying(Layer.PROJECT, project),
                        saying(Layer.SESSION, session)));
    }

    /** What a rule about paths comes to is not known before there are arguments, in whichever of a host's files it stands. */
    @ParameterizedTest
    @CsvSource({
        "ask, -, ASK",
        "-, ask, ASK",
        "allow, -, ALLOW",
        "-, allow, ALLOW",
        "allow, ask, ALLOW",
        "ask, allow, ALLOW",
        "deny, -, DENY",
        "-, -, DENY"
    })
    void decide_offerUnderSeveralFilesOfTheHost_isTheMildestThatItMayComeTo(String one, String other, Effect verdict) {
        assertEquals(verdict, Judging.effect(Action.offer(tool("a.b")), aboutPaths(one), aboutPaths(other)));
    }

    private static RuleSet aboutPaths(String effect) {
        return effect.equals("-")
                ? RuleSet.none(Layer.HOST)
                : host("{ id: r, match: { tool: a.b, path: /data/** }, effect: " + effect + " }");
    }

    @Test
    void decide_namedToolsAndFile_theStricterWins() {
        Policy named = new NamedToolsPolicy(Set.of("note.create"), Set.of("a.b"), Set.of("x.y"));
        RuleSet file = host(
                "{ id: ask, match: { tool: note.* }, effect: ask }",
                "{ id: open, match: { tool: x.y }, effect: allow }");
        LayeredPolicy policy = new LayeredPolicy(List.of(named), List.of(), Layers.fixed(file));
        assertEquals(Effect.ASK, policy.decide(call("note.create"), SCOPE).effect());
        assertEquals(Effect.DENY, policy.decide(call("x.y"), SCOPE).effect());
        assertEquals(Effect.ALLOW, policy.decide(call("a.b"), SCOPE).effect());
        assertEquals(Effect.DENY, policy.decide(call("other.tool"), SCOPE).effect());
    }

    @Test
    void decide_policyThatWasFound_opensNothingAndCloses() {
        for (Decision said : List.of(Decision.allow("f", "x"), Decision.ask("f", "x"))) {
            LayeredPolicy alone = new LayeredPolicy(List.of(), List.of((action, scope) -> said), Layers.fixed());
            assertEquals(Effect.DENY, alone.decide(CALL, SCOPE).effect(), said.toString());
        }
        LayeredPolicy both = new LayeredPolicy(
                List.of(),
                List.of((action, scope) -> Decision.ask("f", "x")),
                Layers.fixed(saying(Layer.HOST, "allow")));
        assertEquals(Effect.ASK, both.decide(CALL, SCOPE).effect());
    }

    @Test
    void decide_policyOfTheHostThatFails_denies() {
        Policy broken = (action, scope) -> {
            throw new IllegalStateException("bug");
        };
        LayeredPolicy policy = new LayeredPolicy(List.of(broken), List.of(), Layers.fixed(saying(Layer.HOST, "allow")));
        assertEquals(Effect.DENY, policy.decide(CALL, SCOPE).effect());
    }

    @Test
    void decide_userWithAllowList_isDeniedWhatItDoesNotName() {
        RuleSet open = host("{ id: all, match: { tool: \"*\" }, effect: allow }");
        RuleSet mine = read(
                Layer.USER,
                "version: 1\ndefaults: { effect: deny }\nrules:\n"
                        + "  - { id: mine, match: { tool: [a.b, c.d] }, effect: allow }\n");
        assertEquals(Effect.ALLOW, Judging.effect(call("a.b"), open, mine));
        Decision other = decide(call("e.f"), open, mine);
        assertEquals(Effect.DENY, other.effect());
        assertEquals(List.of("default.user.deny"), other.rules());
        assertTrue(other.reasons().get(0).contains("test.yaml"), other.reasons().toString());
    }

    @Test
    void decide_hostThatAsksByDefault_asksOnlyAboutWhatNobodyJudged() {
        RuleSet asking = read(
                Layer.HOST,
                "version: 1\ndefaults: { effect: ask }\nrules:\n"
                        + "  - { id: r, match: { tool: a.b }, effect: allow }\n");
        assertEquals(Effect.ALLOW, Judging.effect(call("a.b"), asking));
        assertEquals(Effect.ASK, Judging.effect(call("c.d"), asking));
        Policy named = new NamedToolsPolicy(Set.of(), Set.of("c.d"), Set.of());
        assertEquals(
                Effect.ALLOW,
                new LayeredPolicy(List.of(named), List.of(), Layers.fixed(asking))
                        .decide(call("c.d"), SCOPE)
                        .effect());
    }

    @Test
    void decide_otherKindOfAction_isNotWhatRulesAreAbout() {
        Action egress = Action.llmEgress("openai", "m", "senior");
        RuleSet open = host("{ id: all, match: { tool: \"*\" }, effect: allow }");
        RuleSet shut = read(Layer.USER, "version: 1\ndefaults: { effect: deny }\n");
        assertEquals(Effect.DENY, Judging.effect(egress, open));
        LayeredPolicy letting = new LayeredPolicy(
                List.of((action, scope) -> Decision.allow("host", "x")), List.of(), Layers.fixed(open, shut));
        assertEquals(Effect.ALLOW, letting.decide(egress, SCOPE).effect());
    }

    @Test
    void decide_severalReasons_namesAllRulesOfTheVerdict() {
        Decision decision = decide(
                CALL,
                host(
                        "{ id: yes, match: { tool: a.b }, effect: allow }",
                        "{ id: one, match: { tool: a.* }, effect: deny }",
                        "{ id: two, match: { tool: \"*\" }, effect: deny }"));
        assertEquals(Set.of("host:one", "host:two"), Set.copyOf(decision.rules()));
        assertTrue(decision.reasons().stream().allMatch(reason -> reason.contains("test.yaml:")), decision.toString());
    }

    @Test
    void decide_offer_isDeniedOnlyWhenNoArgumentsCouldBeAllowed() {
        LayeredPolicy policy = new LayeredPolicy(
                List.of(),
                List.of(),
                Layers.fixed(host(
                        "{ id: in, match: { tool: fs.read, path: \"/work/**\" }, effect: allow }",
                        "{ id: never, match: { tool: fs.delete }, effect: deny }",
                        "{ id: some, match: { tool: fs.delete, path: \"/work/**\" }, effect: allow }",
                        "{ id: out, match: { tool: fs.*, path: \"/work/.git/**\" }, effect: deny }")));
        assertEquals(
                Effect.ALLOW,
                policy.decide(Action.offer(tool("fs.read")), SCOPE).effect());
        assertEquals(
                Effect.DENY,
                policy.decide(Action.offer(tool("fs.delete")), SCOPE).effect());
        assertEquals(
                Effect.DENY,
                policy.decide(Action.offer(tool("fs.write")), SCOPE).effect());
        assertEquals(Effect.DENY, policy.decide(call("fs.read"), SCOPE).effect(), "a call without a path");
        assertEquals(
                Effect.DENY,
                policy.decide(Action.offer(tool("fs.read")), SCOPE, View.STRICTEST)
                        .effect());
    }

    /** The same verdict, rules and obligations in every order of the rules. */
    @Test
    void decide_rulesInAnyOrder_sayTheSame() {
        Random random = new Random(42);
        String[] effects = {"allow", "ask", "deny"};
        String[] keys = {
            "tool: \"%s\"",
            "capability: [fs.read, net.send]",
            "path: [\"/work/**\"]",
            "path: [\"**/secret*\"]",
            "tool: \"%s\", taint: { any: [web] }",
            "tool: \"%s\", risk: { gte: medium }",
            "agent: user"
        };
        for (int round = 0; round < 200; round++) {
            List<String> rules = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                String effect = effects[random.nextInt(3)];
                String key = keys[random.nextInt(keys.length)].formatted(random.nextBoolean() ? "a.*" : "a.b");
                String remember = effect.equals("ask") && random.nextBoolean()
                        ? ", remember: { scope: session, max: " + (1 + random.nextInt(5)) + "h, bind: [path] }"
                        : "";
                rules.add("{ id: r" + i + ", match: { " + key + " }, effect: " + effect + remember + " }");
            }
            Action action = call(tool("a.b", "fs.read"), "{}")
                    .targets(List.of(
                            Target.read(Target.PATH, random.nextBoolean() ? "/work/a" : "/work/secret"),
                            Target.read(Target.PATH, random.nextBoolean() ? "/work/b" : "/etc/b")))
                    .taints(random.nextBoolean() ? List.of(Taint.of("web", "")) : List.of())
                    .build();
            Decision before = decide(action, host(rules.toArray(String[]::new)));
            Collections.shuffle(rules, random);
            Decision after = decide(action, host(rules.toArray(String[]::new)));
            assertEquals(before.effect(), after.effect());
            assertEquals(Set.copyOf(before.rules()), Set.copyOf(after.rules()));
            assertEquals(before.obligations(), after.obligations());
            assertEquals(before.remember(), after.remember());
        }
    }

    /** A layer more can only make a verdict stricter. */
    @Test
    void decide_moreLayers_neverAllowMore() {
        Random random = new Random(7);
        String[] words = {"-", "allow", "ask", "deny"};
        for (int round = 0; round < 300; round++) {
            List<RuleSet> sets = new ArrayList<>();
            sets.add(saying(Layer.HOST, words[random.nextInt(4)]));
            Effect before = Judging.effect(CALL, sets.toArray(RuleSet[]::new));
            for (Layer layer : List.of(Layer.ADMIN, Layer.USER, Layer.PROJECT, Layer.SESSION)) {
                sets.add(saying(layer, words[random.nextInt(4)]));
                Effect after = Judging.effect(CALL, sets.toArray(RuleSet[]::new));
                assertTrue(after.compareTo(before) >= 0, before + " became " + after);
                before = after;
            }
        }
    }

    @Test
    void index_manyRules_looksOnlyAtThoseOfTheTool() {
        List<String> rules = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            rules.add("{ id: r" + i + ", match: { tool: t.t" + i % 500 + " }, effect: allow }");
        }
        rules.add("{ id: any, match: { capability: shell }, effect: deny }");
        RuleIndex index = new RuleIndex(host(rules.toArray(String[]::new)));
        assertEquals(4, index.candidates("t.t7", Set.of()));
        assertEquals(5, index.candidates("t.t7", Set.of("shell")));
        assertEquals(0, index.candidates("u.u", Set.of()));
    }
}
