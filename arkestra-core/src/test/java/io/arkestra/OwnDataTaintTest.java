package io.arkestra;

import static io.arkestra.PageOfStrangers.ALICE;
import static io.arkestra.PageOfStrangers.DONE;
import static io.arkestra.PageOfStrangers.FETCH;
import static io.arkestra.PageOfStrangers.READ;
import static io.arkestra.PageOfStrangers.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What words of others may do to the user's own data: nothing is taken away for their sake unless a person agrees. */
@Timeout(120)
class OwnDataTaintTest {
    private final PageOfStrangers world = new PageOfStrangers();

    @TempDir
    Path home;

    /** Something of each kind that can be taken away. */
    private String filled(Arkestra engine) {
        world.ask(engine, "fill", "Note it", call("note.create", "{\"text\":\"gate code\"}"), DONE);
        world.ask(engine, "fill", "Task", call("task.create", "{\"title\":\"pay rent\"}"), DONE);
        world.ask(
                engine,
                "fill",
                "Remind me",
                call("reminder.create", "{\"when\":\"in 3 days\",\"text\":\"dentist\"}"),
                DONE);
        return engine.memory()
                .remember(Scope.of(ALICE), MemoryDraft.fact("The car is blue"))
                .id();
    }

    private static List<String> takingAway(String fact) {
        return List.of(
                call("note.delete", "{\"note\":\"gate code\"}"),
                call("memory.forget", "{\"ids\":[\"" + fact + "\"]}"),
                call("task.delete", "{\"task\":\"pay rent\"}"),
                call("reminder.cancel", "{\"text\":\"dentist\"}"));
    }

    @Test
    void takingAway_afterUntrustedWords_isAskedAbout() {
        try (Arkestra engine = world.open(home)) {
            String fact = filled(engine);
            for (String taking : takingAway(fact)) {
                List<String> uses = world.ask(engine, "read" + taking.length(), READ, FETCH, taking, DONE);
                assertEquals(List.of("web.fetch ok", world.last().name() + " denied"), uses);
                assertTrue(world.last().offPlan(), taking);
            }
            List<MemoryRecord> notes = engine.memory().list(Scope.of(ALICE), MemoryKind.NOTE, 10);
            assertEquals(
                    List.of("gate code"), notes.stream().map(MemoryRecord::text).toList());
            assertTrue(engine.memory().find(Scope.of(ALICE), fact).isPresent());
        }
    }

    @Test
    void takingAway_nothingUntrustedSeen_isNotAskedAbout() {
        try (Arkestra engine = world.open(home)) {
            for (String taking : takingAway(filled(engine))) {
                List<String> uses = world.ask(engine, "plain" + taking.length(), "Away with it", taking, DONE);
                assertEquals(List.of(world.last().name() + " ok"), uses);
            }
            assertEquals(List.of(), engine.memory().list(Scope.of(ALICE), MemoryKind.NOTE, 10));
        }
    }

    @Test
    void takingAway_namedByTheUserAfterUntrustedWords_isNotAskedAbout() {
        try (Arkestra engine = world.open(home)) {
            filled(engine);
            world.ask(engine, "named", READ, FETCH, DONE);
            assertEquals(
                    List.of("task.delete ok"),
                    world.ask(
                            engine,
                            "named",
                            "Delete the task 'pay rent'",
                            call("task.delete", "{\"task\":\"pay rent\"}"),
                            DONE));
        }
    }
}
