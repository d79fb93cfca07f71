package io.arkestra.tool.builtin.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Tier;
import io.arkestra.schedule.Reminder;
import io.arkestra.store.Owner;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tools for the user's own data, on a real store in files. */
class OwnDataToolsTest {
    private static final Scope ALICE = OwnTools.ALICE;

    @TempDir
    Path home;

    private OwnTools own;

    @BeforeEach
    void open() {
        own = new OwnTools(home);
    }

    @AfterEach
    void close() {
        own.close();
    }

    private List<String> notes() {
        return own.engine.memory().list(ALICE, MemoryKind.NOTE, 100).stream()
                .map(MemoryRecord::text)
                .toList();
    }

    private List<String> openTasks() {
        return own.tasks.open(ALICE).stream().map(task -> task.title()).toList();
    }

    @Test
    void everyTool_describesItselfInBothLanguagesAndWithAResultSchema() {
        for (Tool tool : own.tools.values()) {
            ToolSpec spec = tool.spec();
            assertTrue(spec.result().isPresent(), spec.name());
            assertTrue(spec.capabilities().size() > 0, spec.name());
            assertTrue(spec.examples().stream().anyMatch(text -> text.matches(".*[A-Za-z].*")), spec.name());
            assertTrue(spec.examples().stream().anyMatch(text -> text.matches(".*[а-яА-Я].*")), spec.name());
            boolean changes = spec.sideEffect() != ToolSpec.SideEffect.NONE;
            assertEquals(changes && !spec.name().equals("memory.reset"), spec.reversible(), spec.name());
        }
    }

    @Test
    void prepareAndTargets_ofEveryTool_changeNothing() {
        String note = own.made("note.create", "{\"text\":\"the gate code is 4711\"}");
        String task =
                own.made("task.create", "{\"title\":\"pay the rent\",\"when\":\"tomorrow at 9\",\"remind\":[\"due\"]}");
        own.run("reminder.create", "{\"when\":\"in 20 minutes\",\"text\":\"tea\"}");
        long before = changes();

        own.prepare("note.create", "{\"text\":\"another\"}");
        own.prepare("note.update", "{\"note\":\"gate\",\"text\":\"4712\"}");
        own.prepare("note.delete", "{\"note\":\"gate\"}");
        own.prepare("reminder.create", "{\"when\":\"in 5 minutes\",\"text\":\"x\"}");
        own.prepare("reminder.cancel", "{\"text\":\"tea\"}");
        own.prepare("task.create", "{\"title\":\"x\",\"when\":\"tomorrow\",\"remind\":[\"due\"]}");
        own.prepare("task.update", "{\"task\":\"" + task + "\",\"when\":\"friday\"}");
        own.prepare("task.complete", "{\"task\":\"rent\"}");
        own.prepare("task.delete", "{\"task\":\"rent\"}");
        own.prepare("task.link", "{\"task\":\"rent\",\"links\":[\"https://bank.example\"]}");
        own.prepare("alias.add", "{\"name\":\"Max\"}");
        own.prepare("alias.set_primary", "{\"name\":\"Max\"}");
        own.prepare("profile.set", "{\"form\":\"formal\"}");
        own.prepare("profile.set_zone", "{\"zone\":\"Europe/Berlin\"}");
        own.prepare("memory.remember", "{\"text\":\"my car is a Volvo\"}");
        own.prepare("memory.forget", "{\"ids\":[\"" + note + "\"]}");
        own.prepare("memory.pin", "{\"id\":\"" + note + "\"}");
        own.prepare("memory.lock", "{\"id\":\"" + note + "\"}");
        own.prepare("memory.reset", "{\"scope\":\"all\"}");

        assertEquals(before, changes());
    }

    /** The versions of all documents together: any write shows. */
    private long changes() {
        return own.engine.store().collections().stream()
                .filter(name -> own.engine.store().declaration(name).isPresent())
                .mapToLong(name -> own.engine
                        .store()
                        .inTransaction(tx -> tx
                                .find(
                                        name,
                                        Owner.of(ALICE.user()),
                                        io.arkestra.store.DocQuery.all().limit(1_000))
                                .docs()
                                .stream()
                                .mapToLong(doc -> doc.version() + doc.id().hashCode())
                                .sum()))
                .sum();
    }

    @Test
    void notes_areKeptChangedAndDeletedAndEachIsUndone() {
        OwnTools.Made created = own.prepare("note.create", "{\"text\":\"the gate code is 4711\"}");
        assertEquals(EffectState.ABSENT, created.state());
        assertEquals("+ the gate code is 4711\n", created.prepared.preview());
        created.run();
        assertEquals(EffectState.PRESENT, created.state());

        OwnTools.Made updated = own.prepare("note.update", "{\"note\":\"gate\",\"text\":\"the gate code is 4712\"}");
        assertEquals(EffectState.ABSENT, updated.state());
        updated.run();
        assertEquals(List.of("the gate code is 4712"), notes());
        assertEquals(EffectState.PRESENT, updated.state());
        assertEquals(
                ToolException.Reason.CONFLICT,
                assertThrows(ToolException.class, created::undo).reason());
        updated.undo();
        assertEquals(List.of("the gate code is 4711"), notes());

        OwnTools.Made deleted = own.prepare("note.delete", "{\"note\":\"gate\"}");
        assertTrue(deleted.prepared.preview().contains("4711"));
        deleted.run();
        assertEquals(List.of(), notes());
        assertEquals(EffectState.PRESENT, deleted.state());
        deleted.undo();
        assertEquals(List.of("the gate code is 4711"), notes());
        created.undo();
        assertEquals(List.of(), notes());
    }

    @Test
    void noteCreate_thatWasKnownBefore_isLeftByUndo() {
        own.run("note.create", "{\"text\":\"the gate code is 4711\"}");
        OwnTools.Made again = own.prepare("note.create", "{\"text\":\"the gate code is 4711\"}");
        again.run();
        again.undo();
        assertEquals(List.of("the gate code is 4711"), notes());
    }

    @Test
    void noteUpdate_ofNoneOrMany_namesThemAndChangesNothing() {
        own.run("note.create", "{\"text\":\"gate code 1\"}");
        own.run("note.create", "{\"text\":\"gate code 2\"}");
        ToolException many = assertThrows(
                ToolException.class, () -> own.prepare("note.update", "{\"note\":\"gate\",\"text\":\"x\"}"));
        assertTrue(String.valueOf(many.getMessage()).contains("gate code 2"), many.getMessage());
        assertEquals(
                ToolException.Reason.NOT_FOUND,
                assertThrows(ToolException.class, () -> own.prepare("note.delete", "{\"note\":\"cellar\"}"))
                        .reason());
        assertEquals(2, notes().size());
    }

    @Test
    void reminders_areSetAndCancelledAndEachIsUndone() {
        OwnTools.Made created = own.prepare("reminder.create", "{\"when\":\"in 20 minutes\",\"text\":\"tea\"}");
        created.run();
        created.run(); // made again after a crash: still one
        assertEquals(1, own.reminders.active(ALICE).size());

        OwnTools.Made cancelled = own.prepare("reminder.cancel", "{\"text\":\"tea\"}");
        assertEquals(EffectState.ABSENT, cancelled.state());
        cancelled.run();
        assertEquals(List.of(), own.reminders.active(ALICE));
        assertEquals(EffectState.PRESENT, cancelled.state());
        cancelled.undo();
        assertEquals(1, own.reminders.active(ALICE).size());

        created.undo();
        assertEquals(List.of(), own.reminders.active(ALICE));
        assertEquals(
                ToolException.Reason.CONFLICT,
                assertThrows(ToolException.class, created::undo).reason());
    }

    @Test
    void reminderCancel_undoneAfterItsTime_isAConflict() {
        own.run("reminder.create", "{\"when\":\"in 20 minutes\",\"text\":\"tea\"}");
        OwnTools.Made cancelled = own.prepare("reminder.cancel", "{\"text\":\"tea\"}");
        cancelled.run();
        own.clock.advance(Duration.ofHours(1));
        assertEquals(
                ToolException.Reason.CONFLICT,
                assertThrows(ToolException.class, cancelled::undo).reason());
        assertEquals(List.of(), own.reminders.active(ALICE));
    }

    @Test
    void taskCreate_fromOneSentence_readsTheTimeOutOfIt() {
        ToolResult task = own.run(
                "task.create", "{\"title\":\"pay the rent tomorrow at 9\",\"when\":\"pay the rent tomorrow at 9\"}");
        assertEquals("pay the rent", task.data().text("title"));
        assertEquals("2026-05-06T09:00:00Z", task.data().text("due"));
        ToolResult russian = own.prepare(
                        "task.create",
                        "{\"title\":\"оплатить аренду\",\"when\":\"завтра\"}",
                        Locale.forLanguageTag("ru"),
                        ALICE)
                .run();
        assertEquals(true, russian.data().bool("all_day").orElseThrow());
        assertTrue(russian.text().contains("оплатить аренду, срок: среда, 6 мая 2026"), russian.text());
    }

    @Test
    void task_withReminder_changesTogetherWithItAndIsUndoneTogetherWithIt() {
        OwnTools.Made created = own.prepare(
                "task.create",
                "{\"title\":\"pay the rent\",\"when\":\"friday\",\"remind\":[\"due\",\"tomorrow at 9\"]}");
        String id = created.run().data().text("id");
        assertEquals(created.targets.get(0).value(), "task/" + id);
        assertEquals(2, own.reminders.active(ALICE).size());

        OwnTools.Made moved = own.prepare("task.update", "{\"task\":\"rent\",\"when\":\"saturday\"}");
        moved.run();
        assertEquals(
                List.of("2026-05-09T09:00:00Z"),
                own.reminders.active(ALICE).stream()
                        .map(reminder -> reminder.due().toString())
                        .toList());
        moved.undo();
        assertEquals(2, own.reminders.active(ALICE).size());

        OwnTools.Made done = own.prepare("task.complete", "{\"task\":\"rent\"}");
        done.run();
        assertEquals(List.of(), openTasks());
        assertEquals(List.of(), own.reminders.active(ALICE));
        assertEquals(EffectState.PRESENT, done.state());
        done.undo();
        assertEquals(List.of("pay the rent"), openTasks());
        assertEquals(2, own.reminders.active(ALICE).size());

        OwnTools.Made deleted = own.prepare("task.delete", "{\"task\":\"rent\"}");
        deleted.run();
        assertEquals(List.of(), own.reminders.active(ALICE));
        deleted.undo();
        assertEquals(2, own.reminders.active(ALICE).size());
        assertEquals(id, own.tasks.open(ALICE).get(0).id());

        created.undo();
        assertEquals(List.of(), openTasks());
        assertEquals(List.of(), own.reminders.active(ALICE));
    }

    @Test
    void taskUndo_afterSomethingElseChangedIt_isAConflictAndChangesNothing() {
        OwnTools.Made created = own.prepare("task.create", "{\"title\":\"pay the rent\"}");
        created.run();
        own.run("task.update", "{\"task\":\"rent\",\"notes\":\"by transfer\"}");
        assertEquals(
                ToolException.Reason.CONFLICT,
                assertThrows(ToolException.class, created::undo).reason());
        assertEquals(List.of("pay the rent"), openTasks());
    }

    @Test
    void taskCall_afterSomethingElseChangedItSincePrepare_isAConflict() {
        own.run("task.create", "{\"title\":\"pay the rent\"}");
        OwnTools.Made stale = own.prepare("task.update", "{\"task\":\"rent\",\"notes\":\"in cash\"}");
        own.run("task.update", "{\"task\":\"rent\",\"notes\":\"by transfer\"}");
        assertEquals(
                ToolException.Reason.CONFLICT,
                assertThrows(ToolException.class, stale::run).reason());
        assertFalse(stale.prepared
                .stateDigest()
                .equals(own.prepare("task.update", "{\"task\":\"rent\",\"notes\":\"in cash\"}")
                        .prepared
                        .stateDigest()));
    }

    @Test
    void taskLink_toPagesTasksAndDocuments_isKeptAndTakenAway() {
        String flat = own.made("task.create", "{\"title\":\"find a flat\"}");
        own.run("task.create", "{\"title\":\"pay the rent\"}");
        own.run(
                "task.link",
                "{\"task\":\"rent\",\"links\":[\"https://bank.example/pay\"],\"tasks\":[\"" + flat + "\"]}");
        ToolResult less =
                own.run("task.link", "{\"task\":\"rent\",\"links\":[\"https://bank.example/pay\"],\"remove\":true}");
        assertFalse(less.data().has("links"));
        assertEquals(flat, less.data().list("tasks").get(0).asString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "task.create | {\"title\":\"x\",\"when\":\"blue\"} | names no time",
                "task.create | {\"title\":\"x\",\"when\":\"every friday\"} | due once",
                "task.create | {\"title\":\"x\",\"remind\":[\"due\"]} | no due time",
                "task.create | {\"title\":\"x\",\"remind\":[\"yesterday at 9\"]} | past",
                "task.create | {\"title\":\"x\",\"links\":[\"javascript:alert(1)\"]} | no link",
                "task.create | {\"title\":\"x\",\"tasks\":[\"none\"]} | no task 'none'",
                "task.create | {\"title\":\"x\",\"documents\":[\"none\"]} | no document 'none'",
                "task.create | {\"title\":\"\"} | /title",
                "task.create | {} | title",
                "task.create | {\"title\":\"x\",\"due\":\"friday\"} | due",
                "task.update | {\"task\":\"nothing like it\",\"notes\":\"y\"} | no such task",
                "task.update | {\"task\":\"rent\"} | task.update",
                "task.update | {\"task\":\"rent\",\"when\":\"friday\",\"clear\":[\"when\"]} | both given",
                "task.complete | {\"task\":\"rent\",\"done\":false} | open already",
                "task.link | {\"task\":\"rent\",\"links\":[\"no link\"]} | no link",
                "note.create | {\"text\":\" \"} | empty",
                "reminder.create | {\"when\":\"blue\"} | names no time",
                "reminder.create | {\"when\":\"yesterday at 9\",\"text\":\"x\"} | past",
                "alias.add | {\"name\":\"   \"} | name",
                "profile.set_zone | {\"zone\":\"Mars/Base\"} | no time zone",
                "memory.remember | {\"text\":\"x\",\"tier\":\"eternal\"} | /tier",
                "memory.forget | {\"ids\":[\"none\"]} | no memory 'none'",
                "memory.forget | {\"ids\":[]} | /ids",
                "memory.pin | {\"id\":\"none\"} | no memory 'none'",
                "memory.reset | {\"scope\":\"world\"} | /scope",
                "memory.reset | {\"scope\":\"vector\",\"level\":\"short\"} | no levels",
                "messages.search_by_date | {\"when\":\"yesterday\",\"from\":\"today\"} | either",
                "messages.search_by_date | {\"from\":\"today\",\"to\":\"yesterday\"} | not before",
                "messages.search_by_date | {} | messages.search_by_date",
                "memory.search | {\"query\":\"x\",\"kinds\":[\"rumour\"]} | /kinds",
            })
    void badInput_isRefusedWithWhatIsWrongAndChangesNothing(String tool, String arguments, String words) {
        own.run("task.create", "{\"title\":\"pay the rent\"}");
        long before = changes();
        ToolException refused = assertThrows(ToolException.class, () -> own.run(tool, arguments));
        assertTrue(String.valueOf(refused.getMessage()).contains(words), refused.getMessage());
        assertEquals(before, changes());
    }

    @Test
    void anotherUser_seesAndChangesNothingOfTheFirst() {
        own.run("task.create", "{\"title\":\"pay the rent\"}");
        String note = own.made("note.create", "{\"text\":\"the gate code is 4711\"}");
        Scope bob = Scope.of(UserId.of("bob"));
        assertThrows(ToolException.class, () -> own.prepare("task.delete", "{\"task\":\"rent\"}", Locale.ENGLISH, bob));
        assertThrows(
                ToolException.class,
                () -> own.prepare("memory.forget", "{\"ids\":[\"" + note + "\"]}", Locale.ENGLISH, bob));
        assertEquals(
                0,
                own.prepare("task.list", "{}", Locale.ENGLISH, bob)
                        .run()
                        .data()
                        .list("tasks")
                        .size());
        assertEquals(List.of("pay the rent"), openTasks());
    }

    @Test
    void aliasAndProfile_areChangedAndEachIsUndone() {
        own.run("alias.set_primary", "{\"name\":\"Max\"}");
        OwnTools.Made formal = own.prepare("alias.add", "{\"name\":\"Maxim Petrovich\",\"use\":\"formal\"}");
        formal.run();
        assertEquals(2, own.engine.people().aliases(ALICE.user()).size());
        formal.undo();
        assertEquals(1, own.engine.people().aliases(ALICE.user()).size());

        OwnTools.Made primary = own.prepare("alias.set_primary", "{\"name\":\"Maxi\"}");
        primary.run();
        assertEquals("Maxi", own.engine.people().aliases(ALICE.user()).get(0).name());
        primary.undo();
        assertEquals(
                List.of("Max"),
                own.engine.people().aliases(ALICE.user()).stream()
                        .map(alias -> alias.name())
                        .toList());

        OwnTools.Made zone = own.prepare("profile.set_zone", "{\"zone\":\"Europe/Berlin\"}");
        zone.run();
        own.run("profile.set", "{\"form\":\"formal\"}");
        assertEquals(
                ToolException.Reason.CONFLICT,
                assertThrows(ToolException.class, zone::undo).reason());
    }

    @Test
    void memory_isRememberedPinnedLockedForgottenAndEachIsUndone() {
        OwnTools.Made remembered = own.prepare("memory.remember", "{\"text\":\"my car is a Volvo\",\"tier\":\"long\"}");
        String id = remembered.run().data().text("id");
        OwnTools.Made pinned = own.prepare("memory.pin", "{\"id\":\"" + id + "\"}");
        pinned.run();
        OwnTools.Made locked = own.prepare("memory.lock", "{\"id\":\"" + id + "\"}");
        locked.run();
        assertTrue(own.engine.memory().find(ALICE, id).orElseThrow().locked());

        OwnTools.Made forgotten = own.prepare("memory.forget", "{\"ids\":[\"" + id + "\"]}");
        assertTrue(forgotten.prepared.preview().contains("Volvo"));
        forgotten.run();
        assertEquals(List.of(), own.engine.memory().list(ALICE, 10));
        forgotten.undo();
        MemoryRecord back = own.engine.memory().list(ALICE, 10).get(0);
        assertEquals("my car is a Volvo", back.text());
        assertTrue(back.pinned() && back.locked());
        assertEquals(Tier.LONG, back.tier());

        OwnTools.Made unlocked = own.prepare("memory.lock", "{\"id\":\"" + back.id() + "\",\"locked\":false}");
        unlocked.run();
        assertFalse(own.engine.memory().find(ALICE, back.id()).orElseThrow().locked());
        unlocked.undo();
        assertTrue(own.engine.memory().find(ALICE, back.id()).orElseThrow().locked());
    }

    @Test
    void memorySearch_byTierAndKind_givesNothingElse() {
        own.engine
                .memory()
                .remember(ALICE, MemoryDraft.fact("my car is a Volvo").tier(Tier.LONG));
        own.engine.memory().remember(ALICE, MemoryDraft.fact("my car is in the garage"));
        own.engine.memory().remember(ALICE, MemoryDraft.note("buy oil for the car"));
        ToolResult found = own.run("memory.search", "{\"query\":\"my car\",\"tiers\":[\"long\"]}");
        assertTrue(found.text().contains("Volvo") && !found.text().contains("garage"), found.text());
        ToolResult notes = own.run("memory.search", "{\"query\":\"car\",\"kinds\":[\"note\"]}");
        assertTrue(notes.text().contains("oil") && !notes.text().contains("Volvo"), notes.text());
    }

    @Test
    void memorySearch_ofTaintedMemory_isTainted() {
        own.engine
                .memory()
                .remember(ALICE, MemoryDraft.fact("the shop closes at six").taint(List.of("web:shop.example")));
        ToolResult found = own.run("memory.search", "{\"query\":\"shop closes\"}");
        assertEquals(
                "[web:shop.example]",
                found.taints().toString(),
                "whoever wrote the page could have meant to give orders");
    }

    @ParameterizedTest
    @CsvSource({"user-data,,3,0", "short-term,,1,2", "user-data,long,1,2", "all,,3,0", "vector,,0,3", "summary,,0,3"})
    void memoryReset_byScopeAndLevel_countsFirstAndTakesAwayNoMore(String scope, String level, int gone, int left) {
        own.engine
                .memory()
                .remember(ALICE, MemoryDraft.fact("my car is a Volvo").tier(Tier.LONG));
        own.engine
                .memory()
                .remember(ALICE, MemoryDraft.fact("my dog is called Rex").tier(Tier.TEMP));
        own.engine.memory().remember(ALICE, MemoryDraft.note("buy oil"));
        OwnTools.Made reset = own.prepare(
                "memory.reset",
                level == null
                        ? "{\"scope\":\"" + scope + "\"}"
                        : "{\"scope\":\"" + scope + "\",\"level\":\"" + level + "\"}");
        String effects = String.join("\n", reset.prepared.effects());
        assertTrue(scope.equals("vector") || effects.contains("Takes away " + gone + " memories"), effects);
        reset.run();
        assertEquals(left, own.engine.memory().list(ALICE, 10).size());
        assertEquals(
                ToolException.Reason.NOT_SUPPORTED,
                assertThrows(ToolException.class, reset::undo).reason());
    }

    @Test
    void tasks_goAlongWhenThePersonIsExportedAndForgotten() {
        own.run("task.create", "{\"title\":\"pay the rent\",\"when\":\"friday\",\"remind\":[\"due\"]}");
        Path zip = home.resolveSibling("alice-" + home.getFileName() + ".zip");
        own.engine.people().export(ALICE.user(), zip);
        own.engine.people().forget(ALICE.user());
        assertEquals(List.of(), openTasks());
        assertEquals(List.of(), own.reminders.active(ALICE));
        own.engine.people().importFrom(ALICE.user(), zip);
        assertEquals(List.of("pay the rent"), openTasks());
        Reminder reminder = own.reminders.active(ALICE).get(0);
        own.run("task.complete", "{\"task\":\"rent\"}");
        assertEquals(
                List.of(), own.reminders.active(ALICE), "the reminder is still that of the task: " + reminder.id());
    }
}
