package io.arkestra.spi.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.ArkestraBuilder;
import io.arkestra.Llm;
import io.arkestra.ToolUse;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Risk;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a jar that brings a tool and a policy can do without the host: restrict, and nothing else. */
class DiscoveredPolicyTest {
    private static final String UNKNOWN_TOOL = "nobody vouches for the tool";
    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    private Path directory;

    private ProviderJars jars;

    @BeforeEach
    void bringATool() throws IOException {
        jars = new ProviderJars(directory);
        jars.jar("tool.jar")
                .service("io.arkestra.tool.ToolProvider")
                .source("Tools", """
                        package x;
                        import io.arkestra.tool.*;
                        public class Tools implements ToolProvider, Tool {
                          public String id() { return "tools"; }
                          public java.util.List<Tool> tools(io.arkestra.spi.ProviderContext context) { return java.util.List.of(this); }
                          public ToolSpec spec() { return ToolSpec.builder("jar.tool").description("d").build(); }
                          public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) { return ToolResult.text("ran"); }
                        }
                        """)
                .declare("x.Tools")
                .build();
    }

    @Test
    void policy_fromAJarThatAllowsItsOwnTool_givesItNoPower() throws IOException {
        policy("allow");
        assertEquals("denied", status(builder -> builder));
    }

    @Test
    void policy_fromAJarThatAllows_leavesToTheHostWhatTheHostAllows() throws IOException {
        policy("allow");
        assertEquals("ok", status(builder -> builder.policy(p -> p.allow("jar.tool"))));
    }

    @Test
    void policy_fromAJarThatDenies_isHeard() throws IOException {
        policy("deny");
        assertEquals("denied", status(builder -> builder.policy(p -> p.allow("jar.tool"))));
    }

    private Risk risk(UnaryOperator<ArkestraBuilder> choices) throws IOException {
        try (URLClassLoader loader = jars.loader(getClass().getClassLoader());
                Arkestra engine = choices.apply(
                                Arkestra.builder().classLoader(loader).tools(t -> t.discover()))
                        .build()) {
            return engine.policy()
                    .explain(Scope.of(ALICE), "jar.tool", Json.emptyObject())
                    .decision()
                    .risk();
        }
    }

    @Test
    void tool_fromAJarThatTheHostAllows_isStillOneThatNobodyVouchesFor() throws IOException {
        assertTrue(risk(builder -> builder.policy(p -> p.allow("jar.tool")))
                .parts()
                .containsKey(UNKNOWN_TOOL));
        Path home = Files.createDirectory(directory.resolve("allowed"));
        Files.writeString(home.resolve("arkestra.yaml"), "policy: { allow: [jar.tool] }\n");
        assertTrue(risk(builder -> builder.home(home)).parts().containsKey(UNKNOWN_TOOL));
    }

    @Test
    void tool_fromAJarThatTheHostTrusts_isNotAllowedByThat() throws IOException {
        policy("abstain");
        assertEquals("denied", status(builder -> builder.policy(p -> p.trust("jar.tool"))));
    }

    @Test
    void tool_fromAJarThatTheHostAllowsAndTrusts_isPinned() throws IOException {
        assertFalse(risk(builder -> builder.policy(p -> p.allow("jar.tool").trust("jar.tool")))
                .parts()
                .containsKey(UNKNOWN_TOOL));
        Path home = Files.createDirectory(directory.resolve("trusted"));
        Files.writeString(home.resolve("arkestra.yaml"), "policy: { allow: [jar.tool], trust: [jar.tool] }\n");
        assertFalse(risk(builder -> builder.home(home)).parts().containsKey(UNKNOWN_TOOL));
    }

    private void policy(String effect) throws IOException {
        jars.jar("policy.jar")
                .source("Policies", """
                        package x;
                        public class Policies implements io.arkestra.policy.PolicyProvider {
                          public String id() { return "policies"; }
                          public io.arkestra.policy.Policy open(io.arkestra.spi.ProviderContext context) {
                            return (action, scope) -> io.arkestra.policy.Decision.%s;
                          }
                        }
                        """.formatted(
                                effect.equals("abstain") ? "abstain()" : effect + "(\"jar.rule\", \"says the jar\")"))
                .declare("x.Policies")
                .build();
    }

    /** What comes of a call of the tool. */
    private String status(UnaryOperator<ArkestraBuilder> choices) throws IOException {
        Path script = Files.writeString(directory.resolve("script.jsonl"), """
                {"match":"run","tool_calls":[{"name":"jar.tool","arguments":{}}],"then":"{result}"}
                """);
        try (URLClassLoader loader = jars.loader(getClass().getClassLoader());
                Arkestra engine = choices.apply(Arkestra.builder()
                                .classLoader(loader)
                                .tools(t -> t.discover())
                                .senior(Llm.script(script)))
                        .build()) {
            assertTrue(engine.describe().contains("x.Policies"), engine.describe());
            List<ToolUse> uses = engine.session(ALICE).ask("run it").toolUses();
            assertEquals(1, uses.size(), uses.toString());
            return uses.get(0).status();
        }
    }
}
