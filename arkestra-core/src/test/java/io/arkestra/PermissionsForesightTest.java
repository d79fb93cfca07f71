package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Permissions.Foresight;
import io.arkestra.Permissions.PlannedStep;
import io.arkestra.Permissions.RecordedCall;
import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Decision.Effect;
import io.arkestra.policy.Gate;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What rules would come to, asked beforehand: explanations, replays of recorded calls, plans. */
@Timeout(120)
class PermissionsForesightTest extends PermissionsFixture {
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
