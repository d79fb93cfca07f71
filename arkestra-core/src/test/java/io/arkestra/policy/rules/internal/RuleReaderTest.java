package io.arkestra.policy.rules.internal;

import static io.arkestra.policy.rules.internal.Judging.file;
import static io.arkestra.policy.rules.internal.Judging.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a file of rules, and where. */
class RuleReaderTest {
    private static final String GOOD = """
            version: 1
            defaults: { effect: deny }
            rules:
              - id: no-secrets
                match: { capability: [fs.read, fs.write], path: ["~/.ssh/**", "**/.env*"] }
                effect: deny
              - id: docs
                match: { tool: web_fetch, domain: ["docs.rs", "*.khronos.org"], method: [GET] }
                effect: allow
              - id: shell-in-projects
                match: { tool: shell_exec, cwd: ["~/Projects/**"], args: { "argv[0]": { in: [git, mvn] } } }
                when: { risk: { lte: medium }, sandbox: { min: S3 } }
                effect: ask
                remember: { scope: session, max: 8h, bind: [tool, argv0, cwd] }
              - id: tainted-send
                match: { capability: [net.send, message.send, money, credential] }
                when: { taint: { any: [web, mcp, file.external, email] } }
                effect: ask
                obligations: [show_full_args, no_remember]
            """;

    @Test
    void read_exampleOfTheResearch_isUnderstood() {
        RuleSet rules = read(Layer.HOST, GOOD);
        assertEquals(
                List.of("no-secrets", "docs", "shell-in-projects", "tainted-send"),
                rules.rules().stream().map(Rule::id).toList());
        assertEquals("test.yaml:10:5", rules.rules().get(2).place());
    }

    /** Each line: a rule with a mark where it is wrong, and what the message has to hold. */
    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of(
                        "{ id: r, match: { ^tol: a }, effect: deny }", "'tol' is not a known key; did you mean 'tool'"),
                Arguments.of(
                        "{ id: r, m^ach: { tool: a }, effect: deny }",
                        "'mach' is not a known key; did you mean 'match'"),
                Arguments.of("{ id: r, match: { tool: ^5 }, effect: deny }", "is 5; a name of a tool"),
                Arguments.of("{ id: r, match: { tool: ^[] }, effect: deny }", "is a list; a name of a tool"),
                Arguments.of("{ id: r, match: { tool: ^A B }, effect: deny }", "is \"A B\"; a name of a tool"),
                Arguments.of("{ id: r, match: {^}, effect: deny }", "is a mapping; at least one of: tool"),
                Arguments.of("^{ id: r, effect: deny }", "at least one of: tool; match"),
                Arguments.of(
                        "{ id: r, match: { tool: a }, effect: p^ermit }", "is \"permit\"; one of: allow, ask, deny"),
                Arguments.of("{ id: r, match: { tool: a }, effect: a^low }", "is \"alow\"; did you mean 'allow'"),
                Arguments.of("^{ id: r, match: { tool: a } }", "effect; one of: allow, ask, deny"),
                Arguments.of("^{ match: { tool: a }, effect: deny }", "id; a name of letters"),
                Arguments.of("{ id: a^ b, match: { tool: a }, effect: deny }", "is \"a b\"; a name of letters"),
                Arguments.of("{ id: r, match: { path: ^docs/** }, effect: deny }", "begins with neither; fits no path"),
                Arguments.of("{ id: r, match: { path: ^/a/../b }, effect: deny }", "a part . or ..; path"),
                Arguments.of("{ id: r, match: { path: ^/a/b**/c }, effect: deny }", "** beside other characters; path"),
                Arguments.of("{ id: r, match: { domain: ^a.*.b }, effect: deny }", "holds '*'; host name"),
                Arguments.of(
                        "{ id: r, match: { domain: ^'a.b:80' }, effect: deny }", "holds a port; under the key port"),
                Arguments.of("{ id: r, match: { port: ^70000 }, effect: deny }", "is 70000; from 1 to 65535"),
                Arguments.of("{ id: r, match: { port: [443, ^9-1] }, effect: deny }", "9-1; a range"),
                Arguments.of("{ id: r, match: { method: ^get }, effect: deny }", "is \"get\"; GET"),
                Arguments.of(
                        "{ id: r, match: { risk: { lte: ^medum } }, effect: deny }",
                        "did you mean 'medium'; low, medium, high"),
                Arguments.of("{ id: r, match: { risk: { lte: ^101 } }, effect: deny }", "is 101; from 0 to 100"),
                Arguments.of(
                        "{ id: r, match: { risk: ^high }, effect: deny }",
                        "is \"high\"; a mapping with keys of: eq, gt, gte, lt, lte"),
                Arguments.of("{ id: r, match: { agent: ^boss }, effect: deny }", "is \"boss\"; junior"),
                Arguments.of("{ id: r, match: { trust: ^signd }, effect: deny }", "did you mean 'signed'; built-in"),
                Arguments.of("{ id: r, match: { sandbox: { min: ^S9 } }, effect: deny }", "is \"S9\"; S0, S1, S2, S3"),
                Arguments.of(
                        "{ id: r, match: { sandbox: ^{ min: S3, max: S1 } }, effect: deny }",
                        "min not above max; such as"),
                Arguments.of(
                        "{ id: r, match: { taint: { a^l: [web] } }, effect: deny }",
                        "'al' is not a known key; any, none"),
                Arguments.of(
                        "{ id: r, match: { taint: { any: ^[Web] } }, effect: deny }", "is \"Web\"; kinds of taint"),
                Arguments.of(
                        "{ id: r, match: { provenance: { off_plan^: yes } }, effect: deny }",
                        "is \"yes\"; true or false"),
                Arguments.of("{ id: r, match: { time: { hours: ^9-18 } }, effect: deny }", "is \"9-18\"; 09:00-18:00"),
                Arguments.of(
                        "{ id: r, match: { time: { hours: ^'09:00-09:00' } }, effect: deny }",
                        "no time at all; 00:00-24:00"),
                Arguments.of(
                        "{ id: r, match: { time: { days: [^monday] } }, effect: deny }", "is \"monday\"; mon, tue"),
                Arguments.of("{ id: r, match: { rate: ^{ over: 5 } }, effect: deny }", "max or over, and per; such as"),
                Arguments.of(
                        "{ id: r, match: { rate: { over: ^0, per: 1h } }, effect: deny }", "is 0; from 1 to 10000"),
                Arguments.of(
                        "{ id: r, match: { rate: { over: 5, per: ^1y } }, effect: deny }", "is \"1y\"; a time such as"),
                Arguments.of(
                        "{ id: r, match: { args: { a: { ^equals: 1 } } }, effect: deny }",
                        "'equals' is not a known key; eq"),
                Arguments.of(
                        "{ id: r, match: { args: { a: ^fast } }, effect: deny }",
                        "is \"fast\"; a mapping with keys of: eq"),
                Arguments.of(
                        "{ id: r, match: { args: { ^a..b: { eq: 1 } } }, effect: deny }",
                        "no path to an argument; argv[0]"),
                Arguments.of(
                        "{ id: r, match: { args: { a: { regex: ^'(' } } }, effect: deny }",
                        "RE2 does not understand; regex"),
                Arguments.of(
                        "{ id: r, match: { args: { a: { range: { min: ^x } } } }, effect: deny }",
                        "is \"x\"; a number"),
                Arguments.of(
                        "{ id: r, match: { args: { a: { maxLength: ^-1 } } }, effect: deny }", "is -1; a whole number"),
                Arguments.of("{ id: r, match: { user: ^{} }, effect: deny }", "is a mapping; an id"),
                Arguments.of(
                        "{ id: r, match: { tool: a }, effect: deny, obligations: [^no_rember] }",
                        "did you mean 'no_remember'; show_full_args"),
                Arguments.of(
                        "{ id: r, match: { tool: a }, effect: deny, r^emember: { scope: user, max: 1h, bind: [tool] } }",
                        "does not ask; remove it"),
                Arguments.of(
                        "{ id: r, match: { tool: a }, effect: ask, remember: { scope: a^ll, max: 1h, bind: [tool] } }",
                        "is \"all\"; session, user"),
                Arguments.of(
                        "{ id: r, match: { tool: a }, effect: ask, remember: { scope: user, max: 0^s, bind: [tool] } }",
                        "is \"0s\"; above zero"),
                Arguments.of(
                        "{ id: r, match: { tool: a }, effect: ask, remember: { scope: user, max: 1h, bind: [^pth] } }",
                        "is \"pth\"; cwd, path"),
                Arguments.of(
                        "{ id: r, match: { tool: a }, when: { t^ool: b }, effect: deny }",
                        "under match already; expected it once"),
                Arguments.of("{ id: r, i^d: s, match: { tool: a }, effect: deny }", "'id' is given twice; once"),
                Arguments.of("^just words", "is \"just words\"; a mapping with keys of"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void read_oneMistake_isToldWithItsPlace(String marked, String words) {
        int column = marked.indexOf('^') + 5;
        String rule = marked.replace("^", "");
        ConfigException e = assertThrows(ConfigException.class, () -> read(Layer.HOST, file(rule)));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("test.yaml:3:" + column + ":"), message);
        for (String part : words.split("; ")) {
            assertTrue(message.contains(part), part + " in " + message);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rules: [] | 1:1 | version: 1",
                "version: 2 | 1:10 | is 2; expected version: 1",
                "version: '1' | 1:10 | expected version: 1",
                "'version: 1\ndefaults: { effect: allow }' | 2:21 | one of: ask, deny",
                "'version: 1\ndefault: { effect: deny }' | 2:1 | did you mean 'defaults'",
                "'version: 1\nrules: {}' | 2:8 | a list of rules",
                "'version: 1\nrules: [' | 2:9 | not valid YAML",
                "'version: 1\nrules: !!java.net.URL [x]' | 2:8 | not supported"
            })
    void read_mistakeAtTheTop_isToldWithItsPlace(String yaml, String place, String words) {
        ConfigException e = assertThrows(ConfigException.class, () -> read(Layer.HOST, yaml));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("test.yaml:" + place + ":"), message);
        for (String part : words.split("; ")) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void read_sameIdTwice_namesTheFirst() {
        String rule = "{ id: r, match: { tool: a }, effect: deny }";
        ConfigException e = assertThrows(ConfigException.class, () -> read(Layer.HOST, file(rule, rule)));
        assertTrue(String.valueOf(e.getMessage()).contains("test.yaml:4:11"), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("the first is in line 3"), e.getMessage());
    }

    @Test
    void read_severalMistakes_tellsAll() {
        ConfigException e = assertThrows(
                ConfigException.class,
                () -> read(
                        Layer.HOST,
                        file(
                                "{ id: r, match: { tol: a }, effect: deny }",
                                "{ id: s, match: { tool: a }, effect: no }",
                                "{ id: t, match: { path: a }, effect: deny }")));
        for (String place : List.of("3:23", "4:42", "5:29")) {
            assertTrue(String.valueOf(e.getMessage()).contains("test.yaml:" + place), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "# nothing", "null", "[]", "text", "42", "\u0000", "- a\n- b"})
    void read_noFileOfRules_isAnError(String yaml) {
        assertThrows(ConfigException.class, () -> read(Layer.HOST, yaml));
    }

    @Test
    void read_twoThousandRules_areNotTooMany() {
        StringBuilder yaml = new StringBuilder("version: 1\nrules:\n");
        for (int i = 0; i < 2_000; i++) {
            yaml.append("  - { id: r" + i + ", match: { tool: t.t" + i + ", path: [\"/a/" + i
                    + "/**\", \"~/b/**\"] }, when: { risk: { lte: medium } }, effect: allow }\n");
        }
        assertEquals(2_000, read(Layer.HOST, yaml.toString()).rules().size());
    }

    /** Cutting off, doubling, or changing a character gives an error, or rules that allow nothing that was not allowed before. */
    @Test
    void read_damagedFile_neverOpensADoor() {
        List<io.arkestra.policy.Action> doors = new ArrayList<>();
        doors.add(Judging.touching(io.arkestra.tool.Target.PATH, "/home/alice/.ssh/id_rsa"));
        doors.add(Judging.touching(io.arkestra.tool.Target.DOMAIN, "evil.example"));
        doors.add(Judging.call("shell_exec"));
        doors.add(Judging.call("money_send"));
        doors.add(Judging.call(Judging.tool("web_fetch"), "{}")
                .targets(List.of(
                        io.arkestra.tool.Target.read("domain", "evil.example"),
                        io.arkestra.tool.Target.read("method", "GET")))
                .build());
        Random random = new Random(20260309);
        int accepted = 0;
        for (int i = 0; i < 4_000; i++) {
            String damaged = damage(GOOD, random);
            RuleSet rules;
            try {
                rules = read(Layer.HOST, damaged);
            } catch (ConfigException e) {
                assertTrue(String.valueOf(e.getMessage()).contains("test.yaml"), e.getMessage());
                continue;
            }
            accepted++;
            for (io.arkestra.policy.Action door : doors) {
                // What a character changes within a name may name something else: none of the doors.
                assertEquals(
                        io.arkestra.policy.Decision.Effect.DENY, Judging.effect(door, rules), door + " by\n" + damaged);
            }
        }
        assertTrue(accepted > 100, "only " + accepted + " could be read at all");
    }

    private static String damage(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        int at = random.nextInt(out.length());
        switch (random.nextInt(5)) {
            case 0 -> out.deleteCharAt(at);
            case 1 -> out.setCharAt(at, (char) (' ' + random.nextInt(95)));
            case 2 -> out.insert(at, "\n :-{}[],*&!|>'\"%@#\t".charAt(random.nextInt(19)));
            case 3 -> out.insert(at, text, at, Math.min(text.length(), at + random.nextInt(40)));
            default -> out.setLength(at);
        }
        return out.toString();
    }
}
