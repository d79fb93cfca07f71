package io.arkestra.policy.rules.internal;

import static io.arkestra.policy.rules.internal.Judging.MONDAY;
import static io.arkestra.policy.rules.internal.Judging.SCOPE;
import static io.arkestra.policy.rules.internal.Judging.call;
import static io.arkestra.policy.rules.internal.Judging.decide;
import static io.arkestra.policy.rules.internal.Judging.effect;
import static io.arkestra.policy.rules.internal.Judging.host;
import static io.arkestra.policy.rules.internal.Judging.tool;
import static io.arkestra.policy.rules.internal.Judging.touching;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Principal;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.CallCounts;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Decision.Effect;
import io.arkestra.policy.Risk;
import io.arkestra.policy.Trust;
import io.arkestra.tool.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each key of the rule language. */
class RuleKeysTest {
    private static String allow(String match) {
        return "{ id: r, match: " + match + ", effect: allow }";
    }

    private static String deny(String match) {
        return "{ id: d, match: " + match + ", effect: deny }";
    }

    private static boolean allows(Action action, String match) {
        return effect(action, host(allow(match))) == Effect.ALLOW;
    }

    @ParameterizedTest
    @CsvSource({
        "fs.read, fs.read, true",
        "fs.*, fs.read, true",
        "fs.*, fsx.read, false",
        "'*', fs.read, true",
        "'*.read', fs.read, true",
        "fs.rea?, fs.read, true",
        "fs.read, fs.reader, false",
        "fs.read, xfs.read, false"
    })
    void tool_glob_fitsWholeNames(String pattern, String name, boolean fits) {
        assertEquals(fits, allows(call(name), "{ tool: \"" + pattern + "\" }"));
    }

    @Test
    void capability_allowRule_needsAllOfTheToolsCapabilities() {
        Action both = call(tool("a.b", "fs.read", "net.send"), "{}").build();
        assertEquals(false, allows(both, "{ capability: fs.read }"));
        assertEquals(true, allows(both, "{ capability: [net.send, fs.read] }"));
        assertEquals(false, allows(call("a.b"), "{ capability: fs.read }"));
    }

    @Test
    void capability_denyRule_needsOneOfThem() {
        Action both = call(tool("a.b", "fs.read", "net.send"), "{}").build();
        assertEquals(
                Effect.DENY, effect(both, host(allow("{ tool: \"*\" }"), deny("{ capability: [net.send, shell] }"))));
        assertEquals(Effect.ALLOW, effect(both, host(allow("{ tool: \"*\" }"), deny("{ capability: shell }"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode: { eq: fast } | {\"mode\":\"fast\"} | true",
                "mode: { eq: fast } | {\"mode\":\"slow\"} | false",
                "mode: { eq: fast } | {} | false",
                "count: { eq: 5 } | {\"count\":5.0} | true",
                "mode: { in: [fast, slow] } | {\"mode\":\"slow\"} | true",
                "mode: { in: [fast, slow] } | {\"mode\":\"other\"} | false",
                "file: { glob: \"*.txt\" } | {\"file\":\"a.txt\"} | true",
                "file: { glob: \"*.txt\" } | {\"file\":\"a.txt.exe\"} | false",
                "file: { regex: \"[a-z]+\" } | {\"file\":\"abc\"} | true",
                "file: { regex: \"[a-z]+\" } | {\"file\":\"abc1\"} | false",
                "count: { range: { min: 1, max: 10 } } | {\"count\":10} | true",
                "count: { range: { min: 1, max: 10 } } | {\"count\":10.5} | false",
                "count: { range: { min: 1 } } | {\"count\":0} | false",
                "text: { maxLength: 3 } | {\"text\":\"äöü\"} | true",
                "text: { maxLength: 3 } | {\"text\":\"four\"} | false",
                "\"argv[0]\": { in: [git, mvn] } | {\"argv\":[\"git\",\"rm\"]} | true",
                "\"argv[0]\": { in: [git, mvn] } | {\"argv\":[\"rm\",\"git\"]} | false",
                "\"argv[0]\": { in: [git, mvn] } | {\"argv\":\"git\"} | false",
                "to.name: { eq: bob } | {\"to\":{\"name\":\"bob\"}} | true",
                "\"to[*].name\": { eq: bob } | {\"to\":[{\"name\":\"bob\"}]} | true",
                "\"to[*].name\": { eq: bob } | {\"to\":[{\"name\":\"bob\"},{\"name\":\"eve\"}]} | false"
            })
    void args_eachOperator_fitsTheValue(String condition, String arguments, boolean fits) {
        Action action = call(tool("a.b"), arguments).build();
        assertEquals(fits, allows(action, "{ args: { " + condition + " } }"));
    }

    @Test
    void args_besideOtherKeys_areWrittenWithADot() {
        Action action = call(tool("a.b"), "{\"mode\":\"fast\"}").build();
        assertEquals(true, allows(action, "{ args.mode: { eq: fast } }"));
    }

    @Test
    void args_denyRuleOverSeveralValues_needsOneOfThem() {
        Action action = call(tool("a.b"), "{\"to\":[\"bob\",\"eve\"]}").build();
        assertEquals(
                Effect.DENY,
                effect(action, host(allow("{ tool: a.b }"), deny("{ args: { \"to[*]\": { eq: eve } } }"))));
    }

    @Test
    void args_valueOfAnotherKind_deniesBecauseNobodyKnows() {
        Action action = call(tool("a.b"), "{\"amount\":\"5000\"}").build();
        Decision decision =
                decide(action, host(allow("{ tool: a.b }"), deny("{ args: { amount: { range: { min: 1000 } } } }")));
        assertEquals(Effect.DENY, decision.effect());
        assertEquals(List.of("rule.error"), decision.rules());
        assertTrue(decision.reasons().get(0).contains("test.yaml:4:5"), decision.toString() + decision.reasons());
    }

    @Test
    void args_regexOverAVeryLongText_deniesQuickly() {
        Action action =
                call(tool("a.b"), "{\"t\":\"" + "a".repeat(100_000) + "\"}").build();
        assertEquals(
                List.of("rule.error"),
                decide(action, host(allow("{ args: { t: { regex: \"(a*)*b\" } } }")))
                        .rules());
        Action shorter =
                call(tool("a.b"), "{\"t\":\"" + "a".repeat(60_000) + "\"}").build();
        long start = System.nanoTime();
        assertEquals(false, allows(shorter, "{ args: { t: { regex: \"(a*)*b\" } } }"));
        assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 5);
    }

    @ParameterizedTest
    @CsvSource({
        "/root/**, /root/a/b, true",
        "/root/**, /root, true",
        "/root/**, /root-evil, false",
        "/root/**, /root-evil/a, false",
        "/root/**, /Root/a, false",
        "/root/*, /root/a, true",
        "/root/*, /root/a/b, false",
        "/root, /root/a, false",
        "~/Projects/**, /home/alice/Projects/x, true",
        "~/Projects/**, /home/alice/Projects-old/x, false",
        "~/Projects/**, /home/bob/Projects/x, false",
        "**/.env*, /a/b/.env.local, true",
        "**/.env*, /.env, true",
        "**/.env*, /a/.env/x, false",
        "/a/**/c, /a/c, true",
        "/a/**/c, /a/b/b/c, true",
        "/a/**/c, /a/b/cc, false",
        "/a/**/b/**/c, /a/x/b/y/z/c, true"
    })
    void path_glob_isAnchoredByParts(String pattern, String path, boolean fits) {
        assertEquals(fits, allows(touching(Target.PATH, path), "{ path: \"" + pattern + "\" }"));
    }

    @Test
    void path_pathInDecomposedUnicode_isTheSamePath() {
        assertEquals(true, allows(touching(Target.PATH, "/a/u\u0308/x"), "{ path: \"/a/\u00fc/**\" }"));
    }

    @ParameterizedTest
    @CsvSource({"/a/../root/x", "a/b", "''", "/a/./b"})
    void path_notResolved_isDenied(String path) {
        assertEquals(
                List.of("rule.error"),
                decide(touching(Target.PATH, path), host(allow("{ path: \"/**\" }")))
                        .rules());
    }

    @Test
    void path_callWithoutPaths_doesNotFit() {
        assertEquals(false, allows(call("any.tool"), "{ path: \"/**\" }"));
        assertEquals(
                false,
                allows(call(tool("any.tool"), "{\"path\":\"/a\"}").build(), "{ path: \"/**\" }"),
                "raw arguments are never looked at");
        assertEquals(
                Effect.ALLOW, effect(call("any.tool"), host(allow("{ tool: any.tool }"), deny("{ path: \"/**\" }"))));
    }

    @Test
    void path_severalOfThem_allowNeedsAllAndDenyNeedsOne() {
        Action move = touching(Target.PATH, "/work/a", "/etc/b");
        assertEquals(Effect.DENY, effect(move, host(allow("{ path: \"/work/**\" }"))));
        assertEquals(Effect.ALLOW, effect(move, host(allow("{ path: [\"/work/**\", \"/etc/**\"] }"))));
        assertEquals(Effect.DENY, effect(move, host(allow("{ tool: \"*\" }"), deny("{ path: \"/etc/**\" }"))));
    }

    @Test
    void path_askRuleAboutAPart_asksWhereTheRestIsAllowedAndOpensNothing() {
        Action move = touching(Target.PATH, "/work/a", "/etc/b");
        String ask = "{ id: a, match: { path: \"/work/**\" }, effect: ask }";
        assertEquals(Effect.DENY, effect(move, host(ask)));
        assertEquals(Effect.ASK, effect(move, host(ask, allow("{ tool: \"*\" }"))));
    }

    @Test
    void cwd_glob_isAnchored() {
        assertEquals(true, allows(touching(Target.CWD, "/home/alice/Projects/x"), "{ cwd: [\"~/Projects/**\"] }"));
        assertEquals(false, allows(touching(Target.CWD, "/home/alice/Other"), "{ cwd: [\"~/Projects/**\"] }"));
    }

    @ParameterizedTest
    @CsvSource({
        "docs.rs, docs.rs, true",
        "docs.rs, DOCS.rs., true",
        "docs.rs, evil-docs.rs, false",
        "docs.rs, docs.rs.evil.com, false",
        "*.khronos.org, www.khronos.org, true",
        "*.khronos.org, a.b.khronos.org, true",
        "*.khronos.org, khronos.org, false",
        "*.khronos.org, evilkhronos.org, false",
        "bücher.example, xn--bcher-kva.example, true",
        "'*', any.example, true",
        "127.0.0.1, 127.0.0.1, true",
        "'[::1]', ::1, true"
    })
    void domain_pattern_keepsToLabels(String pattern, String host, boolean fits) {
        assertEquals(fits, allows(touching(Target.DOMAIN, host), "{ domain: \"" + pattern + "\" }"));
    }

    @ParameterizedTest
    @CsvSource({"443, 443, true", "443, 80, false", "8000-8999, 8080, true", "8000-8999, 9000, false"})
    void port_numberOrRange_fits(String pattern, String port, boolean fits) {
        assertEquals(fits, allows(touching(Target.PORT, port), "{ port: [" + pattern + "] }"));
    }

    @Test
    void method_word_fitsInAnyCase() {
        assertEquals(true, allows(touching(Target.METHOD, "get"), "{ method: [GET, HEAD] }"));
        assertEquals(false, allows(touching(Target.METHOD, "POST"), "{ method: [GET, HEAD] }"));
    }

    @ParameterizedTest
    @CsvSource({
        "{ lte: medium }, 59, true",
        "{ lte: medium }, 60, false",
        "{ lt: medium }, 29, true",
        "{ gte: high }, 60, true",
        "{ gt: 40 }, 40, false",
        "{ gt: 40 }, 41, true",
        "{ eq: low }, 0, true",
        "'{ gte: 10, lt: 20 }', 15, true",
        "'{ gte: 10, lt: 20 }', 25, false"
    })
    void risk_comparison_byLevelOrScore(String condition, int score, boolean fits) {
        Action action =
                call(tool("a.b"), "{}").risk(Risk.of(Map.of("x", score))).build();
        assertEquals(fits, allows(action, "{ risk: " + condition + " }"));
    }

    @Test
    void user_andSession_byIdOrGlob() {
        Scope scope = SCOPE.withSession(SessionId.of("s1"));
        RuleSet rules = host(allow("{ user: [alice, bo*], session: s1 }"));
        assertEquals(Effect.ALLOW, decide(call("a.b"), scope, rules).effect());
        assertEquals(Effect.DENY, decide(call("a.b"), SCOPE, rules).effect());
        Scope eve = Scope.of(UserId.of("eve"), SessionId.of("s1"));
        assertEquals(Effect.DENY, decide(call("a.b"), eve, rules).effect());
        Scope bob = Scope.of(UserId.of("bob"), SessionId.of("s1"));
        assertEquals(Effect.ALLOW, decide(call("a.b"), bob, rules).effect());
    }

    @ParameterizedTest
    @CsvSource({
        "MODEL, senior, senior",
        "MODEL, junior, junior",
        "USER, alice, user",
        "SYSTEM, system, system",
        "SYSTEM, job:nightly, job",
        "EXTENSION, recipe:tidy, recipe",
        "EXTENSION, mcp-host:files, mcp-host",
        "EXTENSION, other, extension"
    })
    void agent_word_isWhoActs(Principal.Kind kind, String name, String word) {
        Scope scope = SCOPE.withPrincipal(new Principal(kind, name));
        for (String agent : List.of("user", "senior", "junior", "recipe", "job", "mcp-host", "system", "extension")) {
            assertEquals(
                    agent.equals(word) ? Effect.ALLOW : Effect.DENY,
                    decide(call("a.b"), scope, host(allow("{ agent: " + agent + " }")))
                            .effect(),
                    agent);
        }
    }

    @Test
    void provenance_eachFact_fits() {
        Action.Builder call = call(tool("a.b"), "{}");
        Action clean = call.build();
        Action foreign = call.untrustedValues(List.of("eve@evil.example")).build();
        assertEquals(true, allows(clean, "{ provenance: { untrusted_values: false } }"));
        assertEquals(true, allows(foreign, "{ provenance: { untrusted_values: true } }"));
        assertEquals(false, allows(foreign, "{ provenance: { untrusted_values: false } }"));
        assertEquals(
                true,
                allows(
                        call.offPlan(true).privateRead(true).build(),
                        "{ provenance: { off_plan: true, private_read: true } }"));
    }

    @Test
    void taint_anyAndNone_byKindAndBelow() {
        Action web = call(tool("a.b"), "{}")
                .taints(List.of(Taint.of("web", "evil.example"), Taint.of("file.external", "")))
                .build();
        assertEquals(true, allows(web, "{ taint: { any: [mcp, web] } }"));
        assertEquals(true, allows(web, "{ taint: { any: [file] } }"));
        assertEquals(false, allows(web, "{ taint: { any: [email] } }"));
        assertEquals(false, allows(web, "{ taint: { none: [web] } }"));
        assertEquals(true, allows(call("a.b"), "{ taint: { none: \"*\" } }"));
        assertEquals(false, allows(web, "{ taint: { none: \"*\" } }"));
    }

    @ParameterizedTest
    @CsvSource({"S3, true", "S2, false", "S1, false", "'', false"})
    void sandbox_min_isAtLeastThat(String tier, boolean fits) {
        Action action = call(tool("a.b"), "{}").sandbox(tier).build();
        assertEquals(fits, allows(action, "{ sandbox: { min: S3 } }"));
        assertEquals(!fits, allows(action, "{ sandbox: { max: S2 } }"));
    }

    @Test
    void sandbox_nobodyKnows_denies() {
        Action action = call(tool("a.b"), "{}").sandbox("hardest").build();
        assertEquals(
                List.of("rule.error"),
                decide(action, host(allow("{ sandbox: { min: S1 } }"))).rules());
    }

    @Test
    void trust_words_fit() {
        Action unknown = call(tool("a.b"), "{}").trust(Trust.UNKNOWN).build();
        assertEquals(true, allows(unknown, "{ trust: [unknown, pinned] }"));
        assertEquals(false, allows(unknown, "{ trust: [built-in, signed] }"));
        assertEquals(true, allows(call("a.b"), "{ trust: built-in }"));
    }

    @ParameterizedTest
    @CsvSource({
        "09:00-18:00, 9, 0, true",
        "09:00-18:00, 18, 0, false",
        "09:00-18:00, 8, 59, false",
        "22:00-06:00, 23, 30, true",
        "22:00-06:00, 5, 59, true",
        "22:00-06:00, 6, 0, false",
        "00:00-24:00, 23, 59, true"
    })
    void time_hours_inTheUsersZone(String hours, int hour, int minute, boolean fits) {
        Action action = call(tool("a.b"), "{}")
                .at(MONDAY.withHour(hour).withMinute(minute))
                .build();
        assertEquals(fits, allows(action, "{ time: { hours: \"" + hours + "\" } }"));
    }

    @Test
    void time_days_byTheirNames() {
        assertEquals(true, allows(call("a.b"), "{ time: { days: [mon, fri] } }"));
        assertEquals(false, allows(call("a.b"), "{ time: { days: [sat, sun] } }"));
    }

    @Test
    void time_nobodySaid_denies() {
        Action timeless = Action.toolCall(tool("a.b"), io.arkestra.common.Json.emptyObject());
        assertEquals(
                List.of("rule.error"),
                decide(timeless, host(allow("{ time: { days: [mon] } }"))).rules());
    }

    @Test
    void rate_maxAndOver_countThisCallToo() {
        String over = "{ id: o, match: { tool: a.b }, when: { rate: { over: 3, per: 1h } }, effect: deny }";
        for (int before = 0; before < 5; before++) {
            Instant now = MONDAY.toInstant();
            Action action = call(tool("a.b"), "{}")
                    .calls(CallCounts.of(
                            now,
                            IntStream.range(0, before)
                                    .mapToObj(i -> now.minusSeconds(60L * i))
                                    .toList()))
                    .build();
            boolean within = before < 3;
            assertEquals(within, allows(action, "{ tool: a.b, rate: { max: 3, per: 1h } }"), "" + before);
            assertEquals(
                    within ? Effect.ALLOW : Effect.DENY,
                    effect(action, host(allow("{ tool: a.b }"), over)),
                    "" + before);
        }
    }

    @Test
    void rule_askWithEverything_carriesWhatItSays() {
        Decision decision = decide(
                call("shell.exec"),
                host("{ id: s, match: { tool: shell.exec }, effect: ask, remember: { scope: session, max: 8h, "
                        + "bind: [tool, argv0, cwd, args.path] }, obligations: [show_full_args] }"));
        assertEquals(Effect.ASK, decision.effect());
        assertEquals(List.of("host:s"), decision.rules());
        assertEquals(java.util.Set.of("show_full_args"), decision.obligations());
        assertEquals(Duration.ofHours(8), decision.remember().orElseThrow().max());
        assertEquals(
                List.of("args.argv", "cwd", "args.path"),
                decision.remember().orElseThrow().bind());
    }
}
