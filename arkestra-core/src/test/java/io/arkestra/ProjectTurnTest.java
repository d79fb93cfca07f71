package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.schedule.JobState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A turn belongs to the project that its request names, from the choice of tools to what goes on after a restart. */
@Timeout(120)
class ProjectTurnTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final ProjectId SITE = ProjectId.of("site");
    private static final ProjectId SHOP = ProjectId.of("shop");

    @TempDir
    Path home;

    @TempDir
    Path directory;

    /** Has an effect, and takes down in which project each call was made. */
    private record Deploy(ToolSpec spec, List<Optional<ProjectId>> made, List<Optional<ProjectId>> undone)
            implements Tool {
        static Deploy ofTheSite() {
            return new Deploy(
                    described().project(SITE).build(), new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
        }

        static Deploy ofAll() {
            return new Deploy(described().build(), new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
        }

        private static ToolSpec.Builder described() {
            return ToolSpec.builder("site.deploy")
                    .description("Puts the site on its server")
                    .sideEffect(ToolSpec.SideEffect.LOCAL)
                    .reversible();
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect("puts the site on its server");
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            made.add(context.scope().project());
            return ToolResult.text("It is on its server");
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            undone.add(context.scope().project());
        }
    }

    private static RecordingLlm calling() {
        return ToolScripts.onceCalling("site.deploy", "{}");
    }

    private ArkestraBuilder builder(RecordingLlm senior, Tool tool) {
        return Arkestra.builder()
                .home(home)
                .senior(Llm.client(senior))
                .tools(t -> t.add(tool))
                .policy(p -> p.allow("site.deploy").project(SITE, directory));
    }

    private static Reply ask(Arkestra engine, Optional<ProjectId> project) {
        TurnRequest request = engine.session(ALICE, SessionId.of("talk")).turn("put the site on its server");
        project.ifPresent(request::project);
        return request.start().await().reply();
    }

    private static String status(Reply reply) {
        return reply.toolUses().get(0).status();
    }

    private static boolean offered(RecordingLlm senior) {
        return RecordingLlm.offeredTools(senior.requests().get(0)).contains("site.deploy");
    }

    private void rules(String rule) throws IOException {
        Path file = directory.resolve(".arkestra").resolve("policy.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "version: 1\nrules:\n  - " + rule + "\n");
    }

    @Test
    void tool_ofAProject_isOfferedAndCalledInItsTurnsAndInNoOthers() {
        for (Optional<ProjectId> project :
                List.<Optional<ProjectId>>of(Optional.of(SITE), Optional.of(SHOP), Optional.empty())) {
            boolean inside = project.equals(Optional.of(SITE));
            Deploy tool = Deploy.ofTheSite();
            RecordingLlm senior = calling();
            try (Arkestra engine = builder(senior, tool).build()) {
                Reply reply = ask(engine, project);

                assertEquals(inside ? "ok" : "denied", status(reply), project.toString());
                assertEquals(inside, offered(senior), project.toString());
                assertEquals(inside ? List.of(project) : List.of(), tool.made());
            }
        }
    }

    @Test
    void rules_ofAProject_tightenInItsTurnsAlone() throws IOException {
        rules("{ id: frozen, match: { tool: site.deploy }, effect: deny }");
        for (Optional<ProjectId> project :
                List.<Optional<ProjectId>>of(Optional.of(SITE), Optional.of(SHOP), Optional.empty())) {
            Deploy tool = Deploy.ofAll();
            try (Arkestra engine = builder(calling(), tool).build()) {
                String expected = project.equals(Optional.of(SITE)) ? "denied" : "ok";
                assertEquals(expected, status(ask(engine, project)), project.toString());
            }
        }
    }

    @Test
    void answer_afterARestart_isMadeInTheProjectOfTheTurnThatAsked() throws IOException {
        rules("{ id: careful, match: { tool: site.deploy }, effect: ask }");
        try (Arkestra engine =
                builder(calling(), Deploy.ofTheSite()).policy(p -> p.park()).build()) {
            assertEquals(
                    Outcome.Kind.NEEDS_APPROVAL, ask(engine, Optional.of(SITE)).outcome());
        }
        Deploy tool = Deploy.ofTheSite();
        RecordingLlm senior = calling();
        try (Arkestra engine = builder(senior, tool).policy(p -> p.park()).build()) {
            ApprovalRequest request = engine.approvals().pending(ALICE).get(0);
            assertEquals(Optional.of(SITE), request.scope().project());
            engine.approvals().answer(ALICE, request.id(), ApprovalOutcome.approve(request));

            Outcome outcome = engine.afterApproval(ALICE, request.id())
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();

            assertEquals("ok", status(outcome.reply()));
            assertEquals(List.of(Optional.of(SITE)), tool.made());
            assertTrue(offered(senior), "what follows the call is in the project too");
        }
    }

    @Test
    void undo_isJudgedByTheRulesOfTheProjectOfTheCallAndMadeInIt() throws IOException {
        Deploy tool = Deploy.ofAll();
        try (Arkestra engine = builder(calling(), tool).build()) {
            String call = ask(engine, Optional.of(SITE)).toolUses().get(0).callId();
            rules("{ id: frozen, match: { tool: site.deploy }, effect: deny }");
            engine.policy().reload();

            assertEquals(
                    UndoReport.Kind.DENIED,
                    engine.tools().undo(Scope.of(ALICE), call).kind());
            assertEquals(
                    Optional.of(SITE),
                    engine.policy().recorded(ALICE).get(0).scope().project());
            assertEquals(List.of(), tool.undone());

            rules("{ id: thawed, match: { tool: site.deploy }, effect: allow }");
            engine.policy().reload();
            assertEquals(
                    UndoReport.Kind.UNDONE,
                    engine.tools().undo(Scope.of(ALICE), call).kind());
            assertEquals(List.of(Optional.of(SITE)), tool.undone());
        }
    }

    @Test
    void explanation_tellsTheProject() {
        try (Arkestra engine = builder(calling(), Deploy.ofTheSite()).build()) {
            Reply inside = ask(engine, Optional.of(SITE));
            Reply outside = ask(engine, Optional.empty());

            assertTrue(explained(engine, inside).contains("project site"), explained(engine, inside));
            assertFalse(explained(engine, outside).contains("project site"), explained(engine, outside));
        }
    }

    private static String explained(Arkestra engine, Reply reply) {
        return engine.explain(Scope.of(ALICE), reply.turn()).orElseThrow().toString();
    }

    @Test
    void remembering_isDoneInTheProject() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) ->
                "{\"text\":\"Noted.\",\"memory\":[{\"kind\":\"fact\",\"text\":\"the site is blue\"}]}");
        try (Arkestra engine = builder(senior, Deploy.ofTheSite()).build()) {
            ask(engine, Optional.of(SITE));
            // One that moves on while states are asked for one after the other is found in two.
            Map<String, Optional<String>> jobs = new HashMap<>();
            Arrays.stream(JobState.values())
                    .flatMap(state -> engine.jobs().list(state, 100).stream())
                    .filter(job -> job.type().equals("remember"))
                    .forEach(job -> jobs.put(job.id(), project(job.payload())));
            assertEquals(List.of(Optional.of("site")), List.copyOf(jobs.values()));
        }
    }

    private static Optional<String> project(Json payload) {
        return payload.string("project");
    }

    @Test
    void policy_explainedInTheProject_isWhatItsTurnsCameTo() {
        try (Arkestra engine = builder(calling(), Deploy.ofTheSite()).build()) {
            Decision inside = engine.policy()
                    .explain(Scope.of(ALICE).withProject(SITE), "site.deploy", Json.emptyObject())
                    .decision();
            assertEquals(Decision.Effect.ALLOW, inside.effect());
        }
    }
}
