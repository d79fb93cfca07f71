package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Permissions.Foresight;
import io.arkestra.Permissions.PlannedStep;
import io.arkestra.Permissions.RecordedCall;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Health;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.llm.LlmMessage;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Decision.Effect;
import io.arkestra.policy.Gate;
import io.arkestra.testkit.ManualClock;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rules in a whole engine: files, users, rates, explanations, replays, plans. */
@Timeout(120)
class PermissionsTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("bob");
    private static final Scope SCOPE = Scope.of(ALICE);

    private final ManualClock clock = ManualClock.at("2026-03-09T09:00:00Z");

    @TempDir
    Path home;

    /** Names a path and changes nothing. */
    private record Writer() implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("disk.write")
                    .description("Writes a file")
                    .capability("fs.write")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .reversible()
                    .arguments("{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"},"
                            + "\"text\":{\"type\":\"string\"}},\"required\":[\"path\"]}")
                    .build();
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return List.of(Target.changed(
                    Target.PATH,
                    Path.of(call.arguments().text("path")).normalize().toString()));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("writes " + call.arguments().text("path"));
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return ToolResult.text("written");
        }
    }

    private Arkestra open() {
        RecordingLlm senior = RecordingLlm.writing(
                (request, cancel) -> request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL
                        ? "{\"text\":\"Done.\"}"
                        : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"disk.write\",\"arguments\":{\"path\":\"/work/a\"}}]}");
        return Arkestra.builder()
                .home(home)
                .clock(clock)
                .senior(Llm.client(senior))
                .tools(t -> t.add(new Writer()))
                .build();
    }

    private void rules(String... rules) {
        StringBuilder yaml = new StringBuilder("version: 1\nrules:\n");
        for (String rule : rules) {
            yaml.append("  - ").append(rule).append('\n');
        }
        write(yaml.toString());
    }

    private void write(String yaml) {
        try {
            Files.writeString(home.resolve("policy.yaml"), yaml);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Json path(String path) {
        return Json.object().put("path", path).build();
    }

    private static Effect effect(Arkestra engine, String path) {
        return engine.policy()
                .explain(SCOPE, "disk.write", path(path))
                .decision()
                .effect();
    }

    private static String used(Arkestra engine, UserId user) {
        return engine.session(user).ask("write it").toolUses().toString();
    }

    private static final String WORK = "{ id: work, match: { tool: disk.write, path: \"/work/**\" }, effect: allow }";

    @Test
    void policyYaml_inTheHome_opensExactlyWhatItSays() {
        rules(WORK);
        try (Arkestra engine = open()) {
            assertEquals(
                    List.of(new ToolUse("disk.write", "ok")),
                    engine.session(ALICE).ask("write it").toolUses());
            assertEquals(Effect.ALLOW, effect(engine, "/work/a/b"));
            assertEquals(Effect.DENY, effect(engine, "/work-evil/a"));
            assertEquals(Effect.DENY, effect(engine, "/work/../etc/passwd"));
            assertTrue(engine.describe().contains("host: 1 of " + home.resolve("policy.yaml")), engine.describe());
        }
    }

    @Test
    void policyYaml_thatIsWrong_keepsTheEngineFromOpening() {
        write("version: 1\nrules:\n  - { id: r, match: { tol: a }, effect: deny }\n");
        ConfigException e = assertThrows(ConfigException.class, this::open);
        assertTrue(
                String.valueOf(e.getMessage()).contains("policy.yaml:3:23: 'tol' is not a known key"), e.getMessage());
    }

    @Test
    void files_namedButNotThere_keepTheEngineFromOpening() {
        Path missing = home.resolve("none.yaml");
        for (java.util.function.Consumer<PolicyConfig> choice :
                List.<java.util.function.Consumer<PolicyConfig>>of(p -> p.load(missing), p -> p.admin(missing))) {
            ConfigException e = assertThrows(
                    ConfigException.class,
                    () -> Arkestra.builder().policy(choice).build());
            assertTrue(String.valueOf(e.getMessage()).contains(missing.toString()), e.getMessage());
        }
        assertThrows(
                ConfigException.class,
                () -> Arkestra.builder()
                        .policy(p -> p.project(ProjectId.of("x"), missing))
                        .build());
    }

    @Test
    void change_whileTheEngineRuns_holdsAfterASecond() {
        rules(WORK);
        try (Arkestra engine = open()) {
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
            rules("{ id: none, match: { tool: disk.write }, effect: deny }");
            clock.advance(Duration.ofSeconds(2));
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            assertTrue(used(engine, ALICE).contains("denied"));
        }
    }

    @Test
    void badChange_keepsTheOldRules_andIsToldOnce() throws IOException {
        rules(WORK);
        List<Events.RulesChanged> heard = new CopyOnWriteArrayList<>();
        try (Arkestra engine = open()) {
            engine.events().subscribe(Set.of(Topic.POLICY), Delivery.sync(), event -> {
                if (event instanceof Events.RulesChanged changed) {
                    heard.add(changed);
                }
            });
            write("version: 1\nrules:\n  - { id: r, match: { tool: \"*\" }, effect: alow }\n");
            for (int i = 0; i < 5; i++) {
                clock.advance(Duration.ofSeconds(2));
                assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
                assertEquals(Effect.DENY, effect(engine, "/etc/a"));
            }
            assertEquals(1, heard.size(), heard.toString());
            assertFalse(heard.get(0).accepted());
            assertTrue(heard.get(0).problem().contains("policy.yaml:3:"), heard.toString());
            Health health = engine.health();
            assertEquals(Health.Status.YELLOW, health.status());
            assertTrue(health.findings().toString().contains("did you mean 'allow'"), health.toString());
            assertTrue(engine.policy().files().get(0).problem().isPresent());

            Files.delete(home.resolve("policy.yaml"));
            engine.policy().reload();
            assertEquals(Effect.DENY, effect(engine, "/etc/a"));
            assertTrue(
                    engine.health().findings().toString().contains("is gone"),
                    engine.health().toString());

            rules(WORK);
            assertTrue(engine.policy().reload().get(0).problem().isEmpty());
            assertEquals(
                    Health.Status.GREEN,
                    engine.health().status(),
                    engine.health().toString());
        }
    }

    @Test
    void policyYaml_thatComesLater_holds() {
        try (Arkestra engine = open()) {
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            rules(WORK);
            engine.policy().reload();
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
        }
    }

    @Test
    void rate_perUserAndWindow_survivesARestart() {
        rules(
                "{ id: work, match: { tool: disk.write }, effect: allow }",
                "{ id: few, match: { tool: disk.write }, when: { rate: { over: 2, per: 1h } }, effect: deny }");
        try (Arkestra engine = open()) {
            assertTrue(used(engine, ALICE).contains("ok"));
            clock.advance(Duration.ofMinutes(10));
            assertTrue(used(engine, ALICE).contains("ok"));
            String third = used(engine, ALICE);
            assertTrue(third.contains("denied"), third);
            assertTrue(used(engine, BOB).contains("ok"), "another user has a rate of their own");
        }
        try (Arkestra engine = open()) {
            assertTrue(used(engine, ALICE).contains("denied"));
            clock.advance(Duration.ofMinutes(51));
            assertTrue(used(engine, ALICE).contains("ok"));
            assertTrue(used(engine, ALICE).contains("denied"), "what was denied does not count, what was made does");
        }
    }

    @Test
    void userRules_onlyTighten_areTheUsersOwnAndSurviveARestart() {
        rules(WORK);
        try (Arkestra engine = open()) {
            engine.policy().allowOnly(ALICE, Set.of("note.*"));
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            assertEquals(
                    Effect.ALLOW,
                    engine.policy()
                            .explain(Scope.of(BOB), "disk.write", path("/work/a"))
                            .decision()
                            .effect());
        }
        try (Arkestra engine = open()) {
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            engine.policy()
                    .userRules(ALICE, "version: 1\nrules:\n  - { id: all, match: { tool: \"*\" }, effect: allow }\n");
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
            assertEquals(Effect.DENY, effect(engine, "/etc/a"), "nobody gives themselves more than the host does");
            ConfigException e = assertThrows(
                    ConfigException.class, () -> engine.policy().userRules(ALICE, "version: 1\nrulez: []\n"));
            assertTrue(String.valueOf(e.getMessage()).contains("rules of alice:2:1"), e.getMessage());
            assertTrue(engine.policy().userRules(ALICE).orElseThrow().contains("id: all"), "nothing was changed");
            engine.policy().userRules(ALICE, "");
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
            assertTrue(engine.policy().userRules(ALICE).isEmpty());
        }
    }

    @Test
    void sessionRules_holdInTheirSessionOnly() {
        rules(WORK);
        try (Arkestra engine = open()) {
            SessionId session = SessionId.of("s1");
            engine.policy()
                    .sessionRules(
                            ALICE,
                            session,
                            "version: 1\nrules:\n  - { id: ask, match: { tool: \"*\" }, effect: ask }\n");
            Permissions policy = engine.policy();
            assertEquals(
                    Effect.ASK,
                    policy.explain(SCOPE.withSession(session), "disk.write", path("/work/a"))
                            .decision()
                            .effect());
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
        }
    }

    @Test
    void userRules_ofAForgottenUser_areGone() {
        rules(WORK);
        try (Arkestra engine = open()) {
            engine.policy().allowOnly(ALICE, Set.of());
            assertEquals(Effect.DENY, effect(engine, "/work/a"));
            engine.people().forget(ALICE);
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"));
        }
    }

    @Test
    void project_rulesAndDirectory_tightenAndCount() throws IOException {
        rules("{ id: all, match: { tool: disk.write }, effect: allow }");
        Path project = Files.createDirectory(home.resolve("project")).toRealPath();
        Files.createDirectory(project.resolve(".arkestra"));
        Files.writeString(
                project.resolve(".arkestra/policy.yaml"),
                "version: 1\nrules:\n  - { id: out, match: { path: \"/etc/**\" }, effect: deny }\n");
        ProjectId id = ProjectId.of("p");
        try (Arkestra engine = Arkestra.builder()
                .home(home)
                .clock(clock)
                .tools(t -> t.add(new Writer()))
                .policy(p -> p.project(id, project))
                .build()) {
            Scope inside = SCOPE.withProject(id);
            Permissions policy = engine.policy();
            Decision out = policy.explain(inside, "disk.write", path("/etc/a")).decision();
            assertEquals(List.of("project:out"), out.rules());
            assertEquals(15, out.risk().parts().get("outside the project"));
            Decision in =
                    policy.explain(inside, "disk.write", path(project + "/a")).decision();
            assertEquals(Effect.ALLOW, in.effect());
            assertFalse(in.risk().parts().containsKey("outside the project"));
            Files.writeString(project.resolve(".arkestra/policy.yaml"), "rubbish");
            policy.reload();
            assertEquals(
                    Effect.DENY,
                    policy.explain(inside, "disk.write", path("/etc/a"))
                            .decision()
                            .effect());
        }
        try (Arkestra engine = Arkestra.builder()
                .home(home)
                .tools(t -> t.add(new Writer()))
                .policy(p -> p.project(id, project))
                .build()) {
            assertEquals(
                    Effect.DENY,
                    engine.policy()
                            .explain(SCOPE.withProject(id), "disk.write", path(project + "/a"))
                            .decision()
                            .effect(),
                    "a project whose rules nobody can read allows nothing");
            assertEquals(Effect.ALLOW, effect(engine, "/etc/a"));
        }
    }

    @Test
    void explain_namesWhatMatchedAndWhatNearlyDid() {
        rules(
                WORK,
                "{ id: home, match: { tool: disk.write, path: \"/home/**\" }, effect: allow }",
                "{ id: web, match: { tool: disk.write }, when: { taint: { any: [web] } }, effect: ask }",
                "{ id: other, match: { tool: mail.send }, effect: allow }");
        try (Arkestra engine = open()) {
            Permissions.Judgement judgement = engine.policy().explain(SCOPE, "disk.write", path("/work/a"));
            assertEquals(Effect.ALLOW, judgement.decision().effect());
            assertEquals(
                    List.of("work"),
                    judgement.matched().stream().map(Permissions.RuleInfo::id).toList());
            assertEquals(3, judgement.matched().get(0).line());
            assertEquals(
                    List.of("home path", "web taint"),
                    judgement.near().stream()
                            .map(near -> near.rule().id() + " " + near.failed())
                            .toList());
            assertEquals(
                    Map.of("fs.write", 20, "never used before", 5),
                    judgement.decision().risk().parts());
            assertThrows(InvalidInputException.class, () -> engine.policy().explain(SCOPE, "disk.wrte", path("/a")));
            assertThrows(
                    InvalidInputException.class,
                    () -> engine.policy().explain(SCOPE, "disk.write", Json.emptyObject()));
        }
    }

    @Test
    void explainAndCheck_toolWithLimits_countItsSandbox() {
        Tool command = new Tool() {
            @Override
            public ToolSpec spec() {
                return ToolSpec.builder("run.it")
                        .description("Runs it")
                        .capability("process.run")
                        .sideEffect(ToolSpec.SideEffect.LOCAL)
                        .sandbox("S1")
                        .build();
            }

            @Override
            public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                return ToolResult.text("ran");
            }
        };
        rules("{ id: held, match: { tool: run.it, sandbox: { min: S1 } }, effect: allow }");
        try (Arkestra engine =
                Arkestra.builder().home(home).tools(t -> t.add(command)).build()) {
            Decision explained =
                    engine.policy().explain(SCOPE, "run.it", Json.emptyObject()).decision();
            assertEquals(Effect.ALLOW, explained.effect());
            assertEquals(20, explained.risk().parts().get("sandbox S1"));
            List<Foresight> foreseen = engine
                    .policy()
                    .check(
                            SCOPE,
                            List.of(
                                    new PlannedStep("run.it", Json.emptyObject(), Set.of()),
                                    new PlannedStep("run.it", Json.emptyObject(), Set.of(""))))
                    .stream()
                    .map(Permissions.StepVerdict::verdict)
                    .toList();
            assertEquals(List.of(Foresight.ALLOW, Foresight.ALLOW), foreseen);
        }
    }

    @Test
    void simulate_candidateRules_countsAndNamesWhatChanges() {
        rules("{ id: all, match: { tool: disk.write }, effect: allow }");
        try (Arkestra engine = open()) {
            used(engine, ALICE);
            clock.advance(Duration.ofMinutes(1));
            used(engine, ALICE);
            List<RecordedCall> calls = new ArrayList<>(engine.policy().recorded(ALICE));
            assertEquals(2, calls.size());
            calls.add(new RecordedCall(SCOPE, "disk.write", path("/etc/a"), clock.instant(), Set.of(), Effect.DENY));
            calls.add(
                    new RecordedCall(SCOPE, "gone.tool", Json.emptyObject(), clock.instant(), Set.of(), Effect.ALLOW));
            Permissions.Simulation same =
                    engine.policy().simulate(engine.policy().recorded(ALICE));
            assertEquals(Map.of("ALLOW>ALLOW", 2L), same.counts());
            assertTrue(same.changed().isEmpty());
            Permissions.Simulation tried = engine.policy()
                    .simulate(
                            calls,
                            "version: 1\nrules:\n"
                                    + "  - { id: once, match: { path: \"/work/**\", rate: { max: 1, per: 1h } }, effect: ask }\n"
                                    + "  - { id: etc, match: { path: \"/etc/**\" }, effect: allow }\n");
            assertEquals(4, tried.calls());
            assertEquals(Map.of("ALLOW>ASK", 1L, "ALLOW>DENY", 2L, "DENY>ALLOW", 1L), tried.counts());
            assertEquals(4, tried.changed().size());
            assertEquals(List.of("host:once"), tried.changed().get(0).rules());
            assertEquals(Effect.ALLOW, effect(engine, "/work/a"), "nothing was changed");
            assertThrows(ConfigException.class, () -> engine.policy().simulate(calls, "version: 3"));
        }
    }

    @Test
    void recorded_callsThatWereMade_tellWhatWasDecidedThenWhateverTheRulesSayNow() {
        rules("{ id: all, match: { tool: disk.write }, effect: allow }");
        try (Arkestra engine = open()) {
            used(engine, ALICE);
            rules("{ id: none, match: { tool: disk.write }, effect: deny }");
            engine.policy().reload();
            assertTrue(used(engine, ALICE).contains("denied"), "and what was denied is not on record");
        }
        try (Arkestra engine = open()) {
            List<RecordedCall> calls = engine.policy().recorded(ALICE);
            assertEquals(
                    List.of(Effect.ALLOW), calls.stream().map(RecordedCall::was).toList());
            Permissions.Simulation now = engine.policy().simulate(calls);
            assertEquals(Map.of("ALLOW>DENY", 1L), now.counts());
            assertEquals(List.of("host:none"), now.changed().get(0).rules());
        }
    }

    @Test
    void simulate_rulesAboutTaint_seeWhatTheModelHadSeenThen() {
        Tool page = new Tool() {
            @Override
            public ToolSpec spec() {
                return ToolSpec.builder("page.read")
                        .description("Reads a page")
                        .capability("net.read")
                        .untrusted("web")
                        .build();
            }

            @Override
            public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                return ToolResult.text("words of others");
            }
        };
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> {
            LlmMessage last = request.lastMessage().orElseThrow();
            boolean answered = last.role() == LlmMessage.Role.TOOL;
            if (answered && last.text().contains("written")) {
                return "{\"text\":\"Done.\"}";
            }
            return !answered && last.text().contains("read it")
                    ? "{\"text\":\"\",\"tool_calls\":[{\"name\":\"page.read\",\"arguments\":{}}]}"
                    : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"disk.write\",\"arguments\":{\"path\":\"/work/a\"}}]}";
        });
        try (Arkestra engine = Arkestra.builder()
                .clock(clock)
                .senior(Llm.client(senior))
                .tools(t -> t.add(new Writer()).add(page))
                .policy(p -> p.allow("disk.write", "page.read").gates(new Gate[0]))
                .build()) {
            assertEquals(
                    List.of(new ToolUse("disk.write", "ok")),
                    engine.session(ALICE).ask("write it").toolUses());
            clock.advance(Duration.ofMinutes(1));
            assertEquals(
                    List.of(new ToolUse("page.read", "ok"), new ToolUse("disk.write", "ok")),
                    engine.session(ALICE).ask("read it").toolUses(),
                    () -> senior.lastMessage(senior.requests().size() - 1).text());
            List<RecordedCall> calls = engine.policy().recorded(ALICE);
            assertEquals(
                    List.of(List.of(), List.of("web")),
                    calls.stream()
                            .map(call -> call.taints().stream()
                                    .map(taint -> taint.kind())
                                    .toList())
                            .toList());
            Permissions.Simulation tried = engine.policy()
                    .simulate(
                            calls,
                            "version: 1\nrules:\n  - { id: web, match: { tool: disk.write, taint: { any: [web] } }, effect: deny }\n");
            assertEquals(Map.of("ALLOW>ALLOW", 1L, "ALLOW>DENY", 1L), tried.counts());
        }
    }

    @Test
    void check_plan_tellsWhatEachStepWillComeTo() {
        rules(
                WORK,
                "{ id: git, match: { tool: disk.write, path: \"/work/.git/**\" }, effect: deny }",
                "{ id: ask, match: { tool: note.create }, effect: ask }");
        try (Arkestra engine = open()) {
            List<Permissions.StepVerdict> verdicts = engine.policy()
                    .check(
                            SCOPE,
                            List.of(
                                    new PlannedStep("disk.write", path("/work/a"), Set.of()),
                                    new PlannedStep("disk.write", path("/etc/a"), Set.of()),
                                    new PlannedStep("disk.write", Json.emptyObject(), Set.of("/path")),
                                    new PlannedStep("note.create", Json.emptyObject(), Set.of("")),
                                    new PlannedStep("note.list", Json.emptyObject(), Set.of("")),
                                    new PlannedStep("disk.write", Json.emptyObject(), Set.of())));
            assertEquals(
                    List.of(
                            Foresight.ALLOW,
                            Foresight.DENY,
                            Foresight.DEPENDS,
                            Foresight.ASK,
                            Foresight.ALLOW,
                            Foresight.DENY),
                    verdicts.stream().map(Permissions.StepVerdict::verdict).toList());
            assertThrows(
                    InvalidInputException.class,
                    () -> engine.policy()
                            .check(SCOPE, List.of(new PlannedStep("no.tool", Json.emptyObject(), Set.of()))));
        }
    }
}
