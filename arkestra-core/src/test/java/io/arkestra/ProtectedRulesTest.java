package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Decision;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No tool changes the files that say what tools may do, whatever the host allowed. */
@Timeout(60)
class ProtectedRulesTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final Scope SCOPE = Scope.of(ALICE);
    private static final String RULES = "version: 1\nrules: []\n";
    private static final String OPEN = "version: 1\nrules:\n  - { id: all, match: { tool: \"*\" }, effect: allow }\n";

    @TempDir
    Path directory;

    private Path home;
    private Path rules;
    private Path project;

    /** Writes a text wherever it is told to; tells its path as it was given, links and all. */
    private record Writer(boolean changes) implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder(changes ? "disk.write" : "disk.read")
                    .description("Works with a file")
                    .capability(changes ? "fs.write" : "fs.read")
                    .sideEffect(changes ? ToolSpec.SideEffect.LOCAL : ToolSpec.SideEffect.NONE)
                    .arguments("{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"}},"
                            + "\"required\":[\"path\"]}")
                    .build();
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            String path = call.arguments().text("path");
            return List.of(changes ? Target.changed(Target.PATH, path) : Target.read(Target.PATH, path));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return changes ? Prepared.effect("writes " + call.arguments().text("path")) : Prepared.nothing();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            try {
                if (changes) {
                    Files.writeString(Path.of(call.arguments().text("path")), OPEN);
                }
                return ToolResult.text("done");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void files() throws IOException {
        Path base = directory.toRealPath();
        home = Files.createDirectories(base.resolve("home"));
        rules = Files.writeString(Files.createDirectories(base.resolve("etc")).resolve("règles.yaml"), RULES);
        project = Files.createDirectories(base.resolve("project"));
        Files.writeString(Files.createDirectories(project.resolve(".arkestra")).resolve("policy.yaml"), RULES);
    }

    private Arkestra open(String written) {
        String call = Json.object().put("path", written).build().toString();
        return Arkestra.builder()
                .home(home)
                .senior(Llm.client(ToolScripts.onceCalling("disk.write", call)))
                .tools(t -> t.add(new Writer(true)).add(new Writer(false)))
                .policy(p -> p.load(rules)
                        .project(ProjectId.of("site"), project)
                        .allow("disk.write", "disk.read")
                        .approver(request -> Approvers.deny().request(request)))
                .build();
    }

    private static Decision decided(Arkestra engine, String tool, Path path) {
        return engine.policy()
                .explain(SCOPE, tool, Json.object().put("path", path.toString()).build())
                .decision();
    }

    private static void denied(Arkestra engine, Path path) {
        Decision decision = decided(engine, "disk.write", path);
        assertEquals(Decision.Effect.DENY, decision.effect(), () -> path + ": " + decision);
        assertEquals(List.of("rules.protected"), decision.rules(), () -> path + ": " + decision);
    }

    @Test
    void filesOfRules_writtenByATool_denied() {
        try (Arkestra engine = open("x")) {
            denied(engine, rules);
            denied(engine, home.resolve("policy.yaml"));
            denied(engine, home.resolve("arkestra.yaml"));
            denied(engine, home.resolve("new/dir/file"));
            denied(engine, project.resolve(".arkestra/policy.yaml"));
            denied(engine, project.resolve(".arkestra"));
            denied(engine, directory.resolve("other/.arkestra/policy.yaml"));
            assertEquals(
                    Decision.Effect.ALLOW,
                    decided(engine, "disk.write", project.resolve("src/a.txt")).effect());
            assertEquals(
                    Decision.Effect.ALLOW,
                    decided(engine, "disk.write", rules.resolveSibling("other.yaml"))
                            .effect());
            assertEquals(
                    Decision.Effect.ALLOW,
                    decided(engine, "disk.write", home.resolve("tools/mine/data"))
                            .effect(),
                    "where a provider keeps its own data");
            assertEquals(
                    Decision.Effect.ALLOW, decided(engine, "disk.read", rules).effect(), "they may be read");
        }
    }

    @Test
    void filesOfRules_writtenByAnotherName_denied() throws IOException {
        Path work = Files.createDirectories(directory.resolve("work"));
        Path link = Files.createSymbolicLink(work.resolve("a.txt"), rules);
        Path linkedDirectory = Files.createSymbolicLink(work.resolve("b"), rules.getParent());
        Path hard = Files.createLink(work.resolve("c.txt"), rules);
        try (Arkestra engine = open("x")) {
            denied(engine, link);
            denied(engine, linkedDirectory.resolve(rules.getFileName()));
            denied(engine, hard);
            denied(engine, rules.resolveSibling(Normalizer.normalize("règles.yaml", Normalizer.Form.NFD)));
            denied(engine, rules.resolveSibling("règles.yaml".toUpperCase(Locale.ROOT)));
            denied(engine, rules.resolveSibling("rèɡles.yaml".replace('ɡ', 'g') + " "));
            denied(engine, project.resolve("sub/../.ARKESTRA/policy.yaml"));
            denied(engine, home.resolve("tools/../policy.yaml"));
        }
    }

    @Test
    void directoryThatHoldsRules_changedAsAWhole_isAskedAboutAndNotRemembered() {
        try (Arkestra engine = open("x")) {
            for (Path above : List.of(rules.getParent(), project, directory)) {
                Decision decision = decided(engine, "disk.write", above);
                assertEquals(Decision.Effect.ASK, decision.effect(), () -> above + ": " + decision);
                assertTrue(decision.obligations().contains(Decision.NO_REMEMBER));
            }
        }
    }

    @Test
    void call_thatWouldOpenTheRules_isNotMade() throws IOException {
        try (Arkestra engine = open(rules.toString())) {
            engine.session(ALICE).ask("write it");

            assertEquals(RULES, Files.readString(rules));
        }
    }

    @Test
    void path_thatIsNoneHere_isDenied() {
        try (Arkestra engine = open("x")) {
            assertEquals(
                    Decision.Effect.DENY,
                    engine.policy()
                            .explain(
                                    SCOPE,
                                    "disk.write",
                                    Json.object().put("path", "a\0b").build())
                            .decision()
                            .effect());
        }
    }
}
