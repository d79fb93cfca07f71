package io.arkestra.provenance.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.arkestra.tool.ToolSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectsTest {
    private static ToolSpec tool(String capability, ToolSpec.SideEffect effect) {
        return ToolSpec.builder("a.b")
                .description("d")
                .capability(capability)
                .sideEffect(effect)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "memory.read, true",
        "schedule.read, true",
        "task.read, true",
        "email.search, true",
        "fs.list, true",
        "credential.github, true",
        "schedule.write, false",
        "net.read, false",
        "weather.read, false"
    })
    void readsPrivate_capability_isTheUsersOwnOrNot(String capability, boolean isPrivate) {
        assertEquals(isPrivate, Effects.readsPrivate(tool(capability, ToolSpec.SideEffect.NONE)));
    }

    @ParameterizedTest
    @CsvSource({
        "note.delete, OWN_DATA, true",
        "memory.forget, OWN_DATA, true",
        "schedule.delete, OWN_DATA, true",
        "memory.write, OWN_DATA, false",
        "profile.write, OWN_DATA, false",
        "fs.write, LOCAL, true",
        "fs.delete, NONE, false"
    })
    void changes_capability_takesAwayOrReachesOut(String capability, ToolSpec.SideEffect effect, boolean changes) {
        assertEquals(changes, Effects.changes(tool(capability, effect)));
    }
}
