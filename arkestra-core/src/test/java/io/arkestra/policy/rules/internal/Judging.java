package io.arkestra.policy.rules.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.policy.Action;
import io.arkestra.policy.Decision;
import io.arkestra.tool.Platform;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;

/** Short words for tests of rules. */
final class Judging {
    static final Scope SCOPE = Scope.of(UserId.of("alice"));
    static final Path HOME = Path.of("/home/alice");
    static final ZonedDateTime MONDAY = ZonedDateTime.of(2026, 3, 9, 10, 0, 0, 0, ZoneId.of("Europe/Berlin"));

    private Judging() {}

    static RuleSet read(Layer layer, String yaml) {
        return RuleReader.read(layer, "test.yaml", yaml, HOME, Platform.LINUX);
    }

    /** A host's file with these rules. */
    static RuleSet host(String... rules) {
        return read(Layer.HOST, file(rules));
    }

    static String file(String... rules) {
        StringBuilder yaml = new StringBuilder("version: 1\nrules:\n");
        for (String rule : rules) {
            yaml.append("  - ").append(rule).append('\n');
        }
        return yaml.toString();
    }

    static Decision decide(Action action, RuleSet... sets) {
        return decide(action, SCOPE, sets);
    }

    static Decision decide(Action action, Scope scope, RuleSet... sets) {
        return new LayeredPolicy(List.of(), List.of(), Layers.fixed(sets)).decide(action, scope);
    }

    static Decision.Effect effect(Action action, RuleSet... sets) {
        return decide(action, sets).effect();
    }

    static ToolSpec tool(String name, String... capabilities) {
        ToolSpec.Builder builder = ToolSpec.builder(name).description("For a test");
        for (String capability : capabilities) {
            builder.capability(capability);
        }
        return builder.build();
    }

    static Action.Builder call(ToolSpec tool, String arguments) {
        return Action.toolCall(tool, Json.parse(arguments)).toBuilder().at(MONDAY);
    }

    static Action call(String tool) {
        return call(tool(tool), "{}").build();
    }

    /** A call that touches these. */
    static Action touching(String kind, String... values) {
        return call(tool("any.tool"), "{}")
                .targets(java.util.Arrays.stream(values)
                        .map(value -> Target.changed(kind, value))
                        .toList())
                .build();
    }
}
