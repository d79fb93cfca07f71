package io.arkestra;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.policy.Decision.Effect;
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
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** An engine with one tool that names the path it would write, and rules in its home. */
abstract class PermissionsFixture {
    static final UserId ALICE = UserId.of("alice");
    static final UserId BOB = UserId.of("bob");
    static final Scope SCOPE = Scope.of(ALICE);

    final ManualClock clock = ManualClock.at("2026-03-09T09:00:00Z");

    @TempDir
    Path home;

    @TempDir
    Path directory;

    /** Names a path and changes nothing. */
    record Writer() implements Tool {
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

    Arkestra open() {
        RecordingLlm senior = RecordingLlm.writing(
                (request, cancel) -> request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL
                        ? "{\"text\":\"Done.\"}"
                        : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"disk.write\",\"arguments\":{\"path\":\"/work/a\"}}]}");
        return builder(senior).build();
    }

    ArkestraBuilder builder(RecordingLlm senior) {
        return Arkestra.builder()
                .home(home)
                .clock(clock)
                .senior(Llm.client(senior))
                .tools(t -> t.add(new Writer()));
    }

    void rules(String... rules) {
        write(file(rules));
    }

    static String file(String... rules) {
        StringBuilder yaml = new StringBuilder("version: 1\nrules:\n");
        for (String rule : rules) {
            yaml.append("  - ").append(rule).append('\n');
        }
        return yaml.toString();
    }

    void write(String yaml) {
        try {
            Files.writeString(home.resolve("policy.yaml"), yaml);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Json path(String path) {
        return Json.object().put("path", path).build();
    }

    static Effect effect(Arkestra engine, String path) {
        return engine.policy()
                .explain(SCOPE, "disk.write", path(path))
                .decision()
                .effect();
    }

    static String used(Arkestra engine, UserId user) {
        return engine.session(user).ask("write it").toolUses().toString();
    }

    static final String OTHER = "{ id: other, match: { tool: x.y }, effect: allow }";
    static final String WORK = "{ id: work, match: { tool: disk.write, path: \"/work/**\" }, effect: allow }";
}
