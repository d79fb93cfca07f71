package io.arkestra.tool.builtin.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Tier;
import io.arkestra.people.internal.AliasStore;
import io.arkestra.people.internal.PeopleStore;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.Owner;
import io.arkestra.task.internal.TaskRecord;
import io.arkestra.task.internal.TaskStore;
import io.arkestra.testkit.ToolContract;
import io.arkestra.testkit.ToolContracts;
import io.arkestra.tool.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each built-in tool keeps the contract of tools, in a world with something of each kind in it. */
class BuiltInToolsContractTest {
    private static final SchemaValidator SCHEMAS = SchemaValidator.create();
    private static final UserId PERSON = UserId.of("alice");

    /** One for all tests, each of which begins with nothing of anybody: opening one for each takes minutes. */
    private static final Arkestra ENGINE = Arkestra.builder().build();

    @AfterAll
    static void end() {
        ENGINE.close();
    }

    /** Also those that another package tests. */
    @Test
    void contract_ofEachToolOfAnEngine_isThere(@TempDir Path directory) throws Exception {
        Set<String> shipped = new TreeSet<>();
        ENGINE.tools().all().forEach(spec -> shipped.add(spec.name()));
        Set<String> declared = Set.of("city.call", "file.touch", "box.fill");
        Set<String> tested = new TreeSet<>(ToolContracts.names(BuiltInToolsContractTest.class, directory));
        assertTrue(tested.containsAll(declared), "each kind of declared tool: " + tested);
        tested.removeAll(declared);
        assertEquals(shipped, tested);
    }

    /** A world of Alice's: a note, a fact, a reminder, a task, a name. Calls name them by words, or by {@code FACT} for the fact's id. */
    abstract static class OwnToolContract extends ToolContract {
        private final String name;
        private final List<String> valid;
        private final List<String> refused;
        private @Nullable TaskStore tasks;
        private String fact = "";
        private String reminder = "";

        OwnToolContract(String name, List<String> valid, List<String> refused) {
            this.name = name;
            this.valid = valid;
            this.refused = refused;
        }

        @Override
        protected Tool open(Path directory) {
            Arkestra opened = ENGINE;
            for (UserId user : List.of(PERSON, UserId.of("bob"))) {
                opened.store().erase(Owner.of(user));
                opened.memory().erase(user);
            }
            DurableReminders reminders = (DurableReminders) opened.schedule();
            tasks = new TaskStore(opened.store(), reminders);
            PeopleStore people = new PeopleStore(opened.store());
            AliasStore aliases = new AliasStore(opened.store(), people);
            Scope alice = Scope.of(PERSON);
            opened.memory().remember(alice, MemoryDraft.note("the gate code is zanzibar"));
            fact = opened.memory()
                    .remember(
                            alice,
                            MemoryDraft.fact("my boat is called zanzibar").tier(Tier.LONG))
                    .id();
            reminder = reminders
                    .at(
                            alice,
                            "feed zanzibar",
                            ZonedDateTime.now(ZoneOffset.UTC).plus(Duration.ofDays(1)))
                    .id();
            aliases.add(PERSON, io.arkestra.Alias.of("Alice Zanzibar"));
            tasks.apply(
                    alice,
                    new TaskStore.Change(
                            "task-1",
                            0,
                            Optional.of(Json.object()
                                    .put("title", "paint zanzibar")
                                    .put("state", "open")
                                    .build()),
                            java.util.Map.of(),
                            List.of(),
                            List.of()));
            return BuiltInTools.all(opened.memory(), reminders, tasks, people, aliases).stream()
                    .filter(tool -> tool.spec().name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        private List<Json> parsed(List<String> all) {
            return all.stream()
                    .map(text -> Json.parse(text.replace("FACT", fact)))
                    .toList();
        }

        @Override
        protected List<Json> valid() {
            return parsed(valid);
        }

        @Override
        protected List<Json> refused() {
            return parsed(refused);
        }

        /** No object, each argument taken away that is needed, each that is given as nothing, and what the tools bound by themselves. */
        @Override
        protected List<Json> malformed() {
            List<Json> all = new ArrayList<>(parsed(List.of("[]", "\"x\"", "null")));
            Json schema = tool().spec().arguments();
            for (Json arguments : valid()) {
                schema.list("required").forEach(name -> all.add(arguments.without(name.asString())));
                arguments.members().keySet().forEach(name -> all.add(arguments.with(name, Json.NULL)));
            }
            all.addAll(parsed(
                    switch (name) {
                        case "note.list" ->
                            List.of("{\"limit\":0}", "{\"limit\":101}", "{\"limit\":\"1\"}", "{\"limit\":1.5}");
                        case "reminder.list" -> List.of("{\"text\":\"feed\"}");
                        case "reminder.cancel" -> List.of("{\"text\":[\"feed\"]}", "{\"text\":true}");
                        case "profile.set" ->
                            List.of("{}", "{\"form\":\"rude\"}", "{\"language\":\"de\"}", "{\"title\":\"\"}");
                        case "memory.search" ->
                            List.of(
                                    "{\"query\":\"\"}",
                                    "{\"query\":\"x\",\"limit\":0}",
                                    "{\"query\":\"x\",\"tiers\":[\"forever\"]}",
                                    "{\"query\":\"x\",\"kinds\":\"note\"}");
                        default -> List.of();
                    }));
            return all;
        }

        @Override
        protected Object world() {
            return List.of(of(PERSON), of(UserId.of("bob")));
        }

        @Override
        protected Optional<Object> worldOf(UserId user) {
            return Optional.of(of(user));
        }

        @Override
        protected List<String> privateWords() {
            return List.of("zanzibar", "Zanzibar");
        }

        /** What a user can see of what is kept. */
        private Object of(UserId user) {
            Arkestra open = ENGINE;
            TaskStore store = java.util.Objects.requireNonNull(tasks);
            Scope scope = Scope.of(user);
            List<String> all = new ArrayList<>();
            for (MemoryRecord record : open.memory().list(scope, 100)) {
                all.add(record.kind() + " " + record.text() + " " + record.tier() + " " + record.pinned() + " "
                        + record.locked());
            }
            open.schedule()
                    .active(scope)
                    .forEach(reminder -> all.add("reminder " + reminder.text() + " " + reminder.due()));
            store.open(scope).forEach(task -> all.add("task " + task.toJson()));
            store.done(scope).stream().map(TaskRecord::toJson).forEach(task -> all.add("done " + task));
            open.people().aliases(user).forEach(alias -> all.add("alias " + alias));
            all.add("profile " + new PeopleStore(open.store()).profile(user));
            all.sort(null);
            return all;
        }

        @Override
        protected boolean interfere(Json arguments) {
            Arkestra open = ENGINE;
            TaskStore store = java.util.Objects.requireNonNull(tasks);
            Scope scope = Scope.of(PERSON);
            switch (name) {
                case "note.create", "memory.remember" ->
                    open.memory().list(scope, 100).stream()
                            .filter(record -> record.text().equals(arguments.text("text")))
                            .forEach(record -> open.memory().edit(scope, record.id(), "by somebody else"));
                case "note.update" ->
                    open.memory()
                            .list(scope, MemoryKind.NOTE, 1)
                            .forEach(record -> open.memory().edit(scope, record.id(), "by somebody else"));
                case "note.delete" ->
                    open.memory()
                            .remember(
                                    scope,
                                    MemoryDraft.note("the gate code is zanzibar")
                                            .pinned());
                case "memory.forget" ->
                    open.memory()
                            .remember(
                                    scope,
                                    MemoryDraft.fact("my boat is called zanzibar")
                                            .pinned());
                case "reminder.cancel" -> ((DurableReminders) open.schedule()).restore(scope, reminder);
                case "task.delete" ->
                    store.apply(
                            scope,
                            new TaskStore.Change(
                                    "task-1",
                                    0,
                                    Optional.of(Json.object()
                                            .put("title", "paint it by somebody else")
                                            .put("state", "open")
                                            .build()),
                                    java.util.Map.of(),
                                    List.of(),
                                    List.of()));
                case "memory.pin" -> open.memory().pin(scope, fact, false);
                case "memory.lock" -> open.memory().lock(scope, fact, false);
                case "task.create", "task.update", "task.link", "task.complete" ->
                    java.util.stream.Stream.concat(store.open(scope).stream(), store.done(scope).stream())
                            .forEach(task -> store.apply(
                                    scope,
                                    new TaskStore.Change(
                                            task.id(),
                                            task.version(),
                                            Optional.of(task.body().with("notes", Json.of("by somebody else"))),
                                            java.util.Map.of(),
                                            List.of(),
                                            List.of())));
                case "profile.set", "profile.set_zone", "alias.set_primary" ->
                    open.people().edit(PERSON, edit -> edit.zone(java.time.ZoneId.of("Asia/Tokyo")));
                case "alias.add" -> open.people().removeAlias(PERSON, arguments.text("name"));
                case "reminder.create" ->
                    open.schedule()
                            .active(scope)
                            .forEach(reminder -> open.schedule().cancel(scope, reminder.id()));
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        protected Optional<List<String>> problems(Json schema, Json value) {
            return Optional.of(SCHEMAS.compile(schema).validate(value).stream()
                    .map(problem -> problem.pointer() + " " + problem.message())
                    .toList());
        }
    }

    @Nested
    class NoteCreate extends OwnToolContract {
        /** The same words are one note. */
        @Override
        protected boolean meeting() {
            return true;
        }

        NoteCreate() {
            super("note.create", List.of("{\"text\":\"buy milk\"}"), List.of("{\"text\":\" \"}"));
        }
    }

    @Nested
    class NoteList extends OwnToolContract {
        NoteList() {
            super("note.list", List.of("{}", "{\"limit\":1}"), List.of());
        }
    }

    @Nested
    class NoteUpdate extends OwnToolContract {
        NoteUpdate() {
            super(
                    "note.update",
                    List.of("{\"note\":\"gate code\",\"text\":\"the gate code is 1\"}"),
                    List.of("{\"note\":\"no such thing\",\"text\":\"x\"}"));
        }
    }

    @Nested
    class NoteDelete extends OwnToolContract {
        NoteDelete() {
            super("note.delete", List.of("{\"note\":\"gate code\"}"), List.of("{\"note\":\"no such thing\"}"));
        }
    }

    @Nested
    class ReminderCreate extends OwnToolContract {
        ReminderCreate() {
            super(
                    "reminder.create",
                    List.of(
                            "{\"when\":\"tomorrow at 9\",\"text\":\"call mum\"}",
                            "{\"when\":\"every friday at 9\",\"text\":\"water plants\"}"),
                    List.of("{\"when\":\"blue\"}", "{\"when\":\"yesterday at 9\",\"text\":\"x\"}"));
        }
    }

    @Nested
    class ReminderList extends OwnToolContract {
        ReminderList() {
            super("reminder.list", List.of("{}"), List.of());
        }
    }

    @Nested
    class ReminderCancel extends OwnToolContract {
        ReminderCancel() {
            super("reminder.cancel", List.of("{\"text\":\"feed\"}"), List.of());
        }
    }

    @Nested
    class TaskCreate extends OwnToolContract {
        TaskCreate() {
            super(
                    "task.create",
                    List.of(
                            "{\"title\":\"pay the rent\",\"when\":\"tomorrow at 9\",\"remind\":[\"due\"],\"links\":[\"https://bank.example\"]}"),
                    List.of("{\"title\":\"x\",\"when\":\"blue\"}", "{\"title\":\"x\",\"links\":[\"none\"]}"));
        }
    }

    @Nested
    class TaskList extends OwnToolContract {
        TaskList() {
            super("task.list", List.of("{}", "{\"state\":\"all\"}"), List.of("{\"due_before\":\"blue\"}"));
        }
    }

    @Nested
    class TaskUpdate extends OwnToolContract {
        TaskUpdate() {
            super(
                    "task.update",
                    List.of(
                            "{\"task\":\"paint\",\"when\":\"tomorrow at 9\",\"remind\":[\"due\"]}",
                            "{\"task\":\"paint\",\"notes\":\"in green\"}"),
                    List.of("{\"task\":\"no such thing\",\"notes\":\"x\"}"));
        }
    }

    @Nested
    class TaskComplete extends OwnToolContract {
        TaskComplete() {
            super("task.complete", List.of("{\"task\":\"paint\"}"), List.of("{\"task\":\"paint\",\"done\":false}"));
        }
    }

    @Nested
    class TaskDelete extends OwnToolContract {
        TaskDelete() {
            super("task.delete", List.of("{\"task\":\"paint\"}"), List.of("{\"task\":\"no such thing\"}"));
        }
    }

    @Nested
    class TaskLink extends OwnToolContract {
        TaskLink() {
            super(
                    "task.link",
                    List.of("{\"task\":\"paint\",\"links\":[\"https://paint.example\"]}"),
                    List.of("{\"task\":\"paint\",\"documents\":[\"none\"]}"));
        }
    }

    @Nested
    class AliasAdd extends OwnToolContract {
        AliasAdd() {
            super("alias.add", List.of("{\"name\":\"Al\",\"use\":\"informal\"}"), List.of("{\"name\":\"  \"}"));
        }
    }

    @Nested
    class AliasSetPrimary extends OwnToolContract {
        AliasSetPrimary() {
            super("alias.set_primary", List.of("{\"name\":\"Al\"}"), List.of("{\"name\":\"  \"}"));
        }
    }

    @Nested
    class ProfileSetZone extends OwnToolContract {
        ProfileSetZone() {
            super("profile.set_zone", List.of("{\"zone\":\"Europe/Berlin\"}"), List.of("{\"zone\":\"Mars/Base\"}"));
        }
    }

    @Nested
    class ProfileSet extends OwnToolContract {
        /** There is one profile. */
        @Override
        protected boolean meeting() {
            return true;
        }

        ProfileSet() {
            super(
                    "profile.set",
                    List.of("{\"form\":\"formal\"}", "{\"goal\":\"learn to sail\"}"),
                    List.of("{\"title\":\" \"}", "{\"goal\":\" \\n\"}", "{\"tone\":\"  \"}"));
        }
    }

    @Nested
    class MemorySearch extends OwnToolContract {
        MemorySearch() {
            super(
                    "memory.search",
                    List.of("{\"query\":\"boat\"}", "{\"query\":\"boat\",\"tiers\":[\"long\"]}"),
                    List.of("{\"query\":\" \"}"));
        }
    }

    @Nested
    class MessagesSearchByDate extends OwnToolContract {
        MessagesSearchByDate() {
            super(
                    "messages.search_by_date",
                    List.of(
                            "{\"when\":\"yesterday\"}",
                            "{\"from\":\"yesterday\",\"speaker\":\"user\",\"topic\":\"boat\"}"),
                    List.of("{\"when\":\"blue\"}", "{\"from\":\"today\",\"to\":\"yesterday\"}"));
        }
    }

    @Nested
    class MemoryRemember extends OwnToolContract {
        /** The same words are one memory. */
        @Override
        protected boolean meeting() {
            return true;
        }

        MemoryRemember() {
            super(
                    "memory.remember",
                    List.of("{\"text\":\"my sister is called Ann\",\"tier\":\"long\",\"pinned\":true}"),
                    List.of("{\"text\":\" \"}"));
        }
    }

    @Nested
    class MemoryForget extends OwnToolContract {
        MemoryForget() {
            super("memory.forget", List.of("{\"ids\":[\"FACT\"]}"), List.of("{\"ids\":[\"none\"]}"));
        }
    }

    @Nested
    class MemoryPin extends OwnToolContract {
        MemoryPin() {
            super("memory.pin", List.of("{\"id\":\"FACT\"}"), List.of("{\"id\":\"none\"}"));
        }
    }

    @Nested
    class MemoryLock extends OwnToolContract {
        MemoryLock() {
            super("memory.lock", List.of("{\"id\":\"FACT\"}"), List.of("{\"id\":\"none\"}"));
        }
    }

    @Nested
    class MemoryReset extends OwnToolContract {
        MemoryReset() {
            super(
                    "memory.reset",
                    List.of("{\"scope\":\"user-data\"}", "{\"scope\":\"summary\"}", "{\"scope\":\"short-term\"}"),
                    List.of("{\"scope\":\"vector\",\"level\":\"long\"}"));
        }
    }
}
