package io.arkestra.policy.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.policy.Action;
import io.arkestra.policy.Risk;
import io.arkestra.policy.Trust;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RiskModelTest {
    private static Action.Builder call(ToolSpec.Builder tool) {
        return Action.toolCall(tool.description("d").build(), Json.emptyObject()).toBuilder();
    }

    private static ToolSpec.Builder tool(ToolSpec.SideEffect effect, String... capabilities) {
        ToolSpec.Builder tool = ToolSpec.builder("a.b").sideEffect(effect).reversible();
        for (String capability : capabilities) {
            tool.capability(capability);
        }
        return tool;
    }

    private static Risk risk(Action.Builder action) {
        return RiskModel.of(action.build(), Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "fs.read, NONE, 5, LOW",
        "memory.read, NONE, 5, LOW",
        "net.read, NONE, 15, LOW",
        "fs.write, LOCAL, 20, LOW",
        "memory.write, OWN_DATA, 10, LOW",
        "memory.forget, OWN_DATA, 40, MEDIUM",
        "memory.reset, OWN_DATA, 40, MEDIUM",
        "note.delete, OWN_DATA, 40, MEDIUM",
        "schedule.delete, OWN_DATA, 40, MEDIUM",
        "document.forget, OWN_DATA, 40, MEDIUM",
        "process.run, LOCAL, 50, MEDIUM",
        "fs.delete, LOCAL, 40, MEDIUM",
        "net.send, OUTWARD, 40, MEDIUM",
        "message.send, OUTWARD, 40, MEDIUM",
        "shell, LOCAL, 50, MEDIUM",
        "credential, NONE, 70, HIGH",
        "money, OUTWARD, 70, HIGH"
    })
    void of_capability_isTheBase(String capability, ToolSpec.SideEffect effect, int score, Risk.Level level) {
        Risk risk = risk(call(tool(effect, capability)));
        assertEquals(Map.of(capability, score), risk.parts());
        assertEquals(level, risk.level());
    }

    @Test
    void of_severalCapabilities_countsTheRiskiestOnce() {
        assertEquals(
                Map.of("shell", 50),
                risk(call(tool(ToolSpec.SideEffect.LOCAL, "fs.read", "shell", "fs.write")))
                        .parts());
    }

    @ParameterizedTest
    @CsvSource({"NONE, 5", "OWN_DATA, 10", "LOCAL, 20", "OUTWARD, 40"})
    void of_unknownCapability_goesByWhatTheToolDoes(ToolSpec.SideEffect effect, int score) {
        assertEquals(score, risk(call(tool(effect, "shopping.cart"))).score());
    }

    @Test
    void of_toolThatSendsButNamesReadingOnly_isJudgedBySending() {
        assertEquals(
                40, risk(call(tool(ToolSpec.SideEffect.OUTWARD, "fs.read"))).score());
    }

    @Test
    void of_everythingThatMakesItWorse_isNamedAndCappedAtAHundred() {
        List<Target> many = IntStream.range(0, 21)
                .mapToObj(i -> Target.changed(Target.PATH, "/etc/" + i))
                .toList();
        Action action = call(ToolSpec.builder("a.b")
                        .sideEffect(ToolSpec.SideEffect.LOCAL)
                        .capability("fs.write"))
                .targets(many)
                .taints(List.of(Taint.of("web", "")))
                .trust(Trust.UNKNOWN)
                .sandbox("S1")
                .firstUse(true)
                .build();
        Risk risk = RiskModel.of(action, Optional.of(Path.of("/work")));
        assertEquals(
                Map.of(
                        "fs.write", 20,
                        "cannot be undone", 20,
                        "outside the project", 15,
                        "untrusted words were read", 20,
                        "nobody vouches for the tool", 15,
                        "sandbox S1", 20,
                        "never used before", 5,
                        "more than 20 targets", 15),
                risk.parts());
        assertEquals(100, risk.score());
    }

    @Test
    void of_twentyTargets_areNotManyYet() {
        List<Target> twenty = IntStream.range(0, 20)
                .mapToObj(i -> Target.changed(Target.PATH, "/etc/" + i))
                .toList();
        assertEquals(
                20,
                risk(call(tool(ToolSpec.SideEffect.LOCAL, "fs.write")).targets(twenty))
                        .score());
    }

    @ParameterizedTest
    @CsvSource({"/work, 20", "/work/a, 20", "/work-evil/a, 35", "/, 35"})
    void of_path_isOutsideOnPartsOfPaths(String path, int score) {
        Action action = call(tool(ToolSpec.SideEffect.LOCAL, "fs.write"))
                .targets(List.of(Target.changed(Target.PATH, path)))
                .build();
        assertEquals(score, RiskModel.of(action, Optional.of(Path.of("/work"))).score());
    }

    @Test
    void of_somethingElseThanATool_isNothing() {
        assertEquals(Risk.NONE, RiskModel.of(Action.llmEgress("a", "b", "c"), Optional.empty()));
    }
}
