package io.arkestra.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.ArkestraBuilder;
import io.arkestra.Llm;
import io.arkestra.Reply;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmRequest;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Trust;
import io.arkestra.testkit.ScriptedLlm;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolProvider;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the host protects, no tool reaches: also one that knows nothing of it. */
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class ProtectedByHostTest {
    private static final Scope ANNS = Scope.of(UserId.of("ann"));

    @TempDir
    Path directory;

    private Path root;
    private Path home;

    @BeforeEach
    void write() throws IOException {
        Path base = directory.toRealPath();
        root = Files.createDirectory(base.resolve("files"));
        home = Files.createDirectory(base.resolve("home"));
        Files.writeString(root.resolve("year.ledger"), "numbers");
        Files.writeString(root.resolve("plan.secret"), "plans");
        Files.writeString(root.resolve("open.txt"), "nothing");
    }

    /** A tool of the host that reaches what it is told to and refuses nothing. */
    private record Touch() implements Tool {
        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("host.touch")
                    .description("Touches")
                    .arguments(
                            "{\"type\":\"object\",\"required\":[\"path\"],\"properties\":{\"path\":{\"type\":\"string\"}}}")
                    .build();
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return List.of(Target.read(Target.PATH, call.arguments().text("path")));
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            return ToolResult.text("touched");
        }
    }

    private ArkestraBuilder host() {
        return Arkestra.builder()
                .home(home)
                .tools(t -> t.add(new Touch()))
                .policy(p -> p.allow("host.touch", "fs.read"));
    }

    private static Json list(String key, String... values) {
        return Json.object().put(key, Json.strings(List.of(values))).build();
    }

    private Decision touched(Arkestra engine, Path path) {
        return decided(engine, "host.touch", path.toString());
    }

    private static Decision decided(Arkestra engine, String tool, String path) {
        return engine.policy()
                .explain(ANNS, tool, Json.object().put("path", path).build())
                .decision();
    }

    /** What the model is told of a call that it makes. */
    private static String called(Arkestra engine, ScriptedLlm senior, String tool, Json.ObjectBuilder arguments) {
        Json call = Json.object()
                .put("name", tool)
                .put("arguments", arguments.build().toString())
                .build();
        senior.expect()
                .answers(Json.object()
                        .put("text", "")
                        .put("tool_calls", Json.array(List.of(call)))
                        .build()
                        .toString());
        senior.expect().answers("{\"text\":\"Done.\"}");
        Reply reply = engine.session(UserId.of("ann"), SessionId.of(tool)).ask("please do it");
        assertEquals("ok", reply.toolUses().get(0).status(), reply.text());
        List<LlmRequest> requests = senior.requests();
        return requests.get(requests.size() - 1).lastMessage().orElseThrow().text();
    }

    private void assertProtected(Decision decision) {
        assertEquals(Decision.Effect.DENY, decision.effect(), decision.toString());
        assertTrue(decision.rules().contains("files.protected"), decision.toString());
    }

    @Test
    void denyList_ofTheFileToolsInCode_holdsForEveryTool() {
        try (Arkestra engine = host().tools(t -> t.discover()
                        .configure(
                                "files",
                                list("roots", "files=" + root).with("deny", Json.strings(List.of("*.ledger")))))
                .build()) {
            assertProtected(touched(engine, root.resolve("year.ledger")));
            assertProtected(decided(engine, "fs.read", "year.ledger"));
            assertEquals(
                    Decision.Effect.ALLOW,
                    touched(engine, root.resolve("open.txt")).effect());
        }
    }

    @Test
    void exception_ofTheFileTools_holdsForEveryToolAndForNoKey() throws IOException {
        Files.writeString(root.resolve(".env.example"), "KEY=");
        Json settings = list("roots", "files=" + root);
        try (Arkestra engine =
                host().tools(t -> t.discover().configure("files", settings)).build()) {
            assertProtected(touched(engine, root.resolve(".env.example")));
        }
        try (Arkestra engine = host().tools(t -> t.discover()
                        .configure("files", settings.with("except", Json.strings(List.of(".env.example", "id_*.ts")))))
                .build()) {
            for (String name : List.of(".env.example", "src/id_utils.ts")) {
                assertEquals(
                        Decision.Effect.ALLOW,
                        touched(engine, root.resolve(name)).effect(),
                        name);
                assertEquals(
                        Decision.Effect.ALLOW, decided(engine, "fs.read", name).effect(), name);
            }
            for (String name : List.of(".env", "src/id_rsa", ".ssh/id_utils.ts")) {
                assertProtected(touched(engine, root.resolve(name)));
            }
        }
    }

    @Test
    void denyList_configured_holdsForEveryTool() throws IOException {
        Files.writeString(home.resolve("arkestra.yaml"), """
                tools:
                  discover: true
                  providers:
                    files:
                      roots: ["files=%s"]
                      deny: ["*.ledger"]
                policy:
                  providers:
                    protected-files:
                      deny: ["*.secret"]
                """.formatted(root));
        try (Arkestra engine = host().build()) {
            assertProtected(touched(engine, root.resolve("year.ledger")));
            assertProtected(touched(engine, root.resolve("plan.secret")));
            assertProtected(decided(engine, "fs.read", "year.ledger"));
            assertEquals(
                    Decision.Effect.ALLOW,
                    touched(engine, root.resolve("open.txt")).effect());
        }
    }

    @Test
    void denyList_ofThePolicyInCode_holdsWithoutTheFileTools() {
        try (Arkestra engine = host().policy(p -> p.configure("protected-files", list("deny", "*.secret")))
                .build()) {
            assertProtected(touched(engine, root.resolve("plan.secret")));
            assertEquals(
                    Decision.Effect.ALLOW,
                    touched(engine, root.resolve("year.ledger")).effect());
        }
    }

    @Test
    void home_ofTheEngine_isProtected() {
        try (Arkestra engine = host().build()) {
            assertProtected(touched(engine, home.resolve("arkestra.yaml")));
        }
    }

    @Test
    void home_whatLiesInItAndIsNotTheEngines_isReached() throws IOException {
        Path project = Files.createDirectories(home.resolve("work/project"));
        Path kept = Files.createDirectories(home.resolve("tools/mine"));
        Files.createSymbolicLink(kept.resolve("up"), home);
        try (Arkestra engine =
                host().policy(p -> p.project(ProjectId.of("work"), project)).build()) {
            for (Path open : List.of(kept.resolve("cache.txt"), project, project.resolve("read.me"))) {
                assertEquals(Decision.Effect.ALLOW, touched(engine, open).effect(), open.toString());
            }
            for (Path own : List.of(
                    home,
                    home.resolve("work"),
                    kept.resolve("../../arkestra.yaml"),
                    kept.resolve("up/arkestra.yaml"),
                    home.resolve("toolsmith/x"),
                    kept.resolve("key.pem"))) {
                assertProtected(touched(engine, own));
            }
        }
    }

    @Test
    void denyList_ofThePolicyAlone_holdsForWalksOfTheTools() throws IOException {
        Files.createDirectory(root.resolve("shop"));
        Files.writeString(root.resolve("shop/ledger.md"), "a needle in numbers");
        Files.writeString(root.resolve("shop/open.md"), "a needle in nothing");
        ScriptedLlm senior = new ScriptedLlm();
        Json settings = list("roots", "files=" + root).with("trusted", Json.strings(List.of("files")));
        try (Arkestra engine = host().senior(Llm.client(senior))
                .tools(t -> t.discover().configure("files", settings))
                .policy(p -> p.allow("fs.search", "fs.list", "index.project")
                        .configure("protected-files", list("deny", "ledger*")))
                .build()) {
            String found = called(engine, senior, "fs.search", Json.object().put("query", "needle"));
            assertTrue(found.contains("open.md"), found);
            assertFalse(found.contains("ledger"), found);
            String listed = called(engine, senior, "fs.list", Json.object().put("path", "shop"));
            assertTrue(listed.contains("open.md"), listed);
            assertFalse(listed.contains("ledger"), listed);
            called(engine, senior, "index.project", Json.object().put("path", "shop"));
            assertEquals(
                    1,
                    engine.memory()
                            .documents()
                            .list(ANNS, Optional.empty(), 100)
                            .size());
        }
    }

    @Test
    void settings_thatAreWrong_areRefused() {
        ConfigException key = assertThrows(
                ConfigException.class,
                () -> host().policy(p -> p.configure("protected-files", list("denied", "*.secret")))
                        .build());
        assertTrue(String.valueOf(key.getMessage()).contains("policy.providers.protected-files.denied"));
        ConfigException type = assertThrows(
                ConfigException.class,
                () -> host().policy(p -> p.configure(
                                "protected-files", Json.object().put("deny", 5).build()))
                        .build());
        assertTrue(String.valueOf(type.getMessage()).contains("policy.providers.protected-files.deny"));
        ConfigException item = assertThrows(
                ConfigException.class,
                () -> host().tools(t -> t.discover())
                        .policy(p -> p.configure(
                                "protected-files",
                                Json.object()
                                        .put("deny", Json.array(List.of(Json.of("*.secret"), Json.of(5))))
                                        .build()))
                        .build());
        assertTrue(String.valueOf(item.getMessage()).contains("policy.providers.protected-files.deny"));
        ConfigException provider = assertThrows(
                ConfigException.class,
                () -> host().policy(p -> p.configure("protected-flies", list("deny", "*.secret")))
                        .build());
        assertTrue(String.valueOf(provider.getMessage()).contains("protected-flies"));
        ConfigException pattern = assertThrows(
                ConfigException.class,
                () -> host().policy(p -> p.configure("protected-files", list("deny", "/etc")))
                        .build());
        assertTrue(String.valueOf(pattern.getMessage()).contains("/etc"));
    }

    @Test
    void tools_thatAreShipped_countAsBuiltIn() {
        List<String> providers = ServiceLoader.load(ToolProvider.class).stream()
                .map(found -> found.type().getName())
                .filter(name -> name.startsWith("io.arkestra.tools."))
                .toList();
        assertEquals(2, providers.size(), "a new provider has to be named by the engine: " + providers);
        Map<String, Trust> seen = new ConcurrentHashMap<>();
        try (Arkestra engine = Arkestra.builder()
                .tools(t -> t.discover().configure("files", list("roots", "files=" + root)))
                .policy(p -> p.add((action, scope) -> {
                    seen.put(action.name(), action.trust());
                    return Decision.abstain();
                }))
                .build()) {
            for (String tool : new ArrayList<>(List.of("fs.list", "document.list", "index.status"))) {
                engine.policy().explain(ANNS, tool, Json.emptyObject());
                assertEquals(Trust.BUILT_IN, seen.get(tool), tool);
            }
        }
    }
}
