package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.Memory;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.task.internal.TaskRecord;
import io.arkestra.task.internal.TaskStore;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code task.create}, {@code task.list}, {@code task.update}, {@code task.complete}, {@code task.delete} and {@code task.link}. What a call
 * makes of a task and its reminders is worked out before it is made, stored, and taken back from what was stored.
 */
final class TaskTools {
    private static final Choice<TaskRecord> CHOICE = new Choice<>("task", TaskRecord::id, TaskRecord::title);
    private static final String WHICH =
            "\"task\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":500,\"description\":\"id, or words of the title\"}";
    private static final String LISTS = """
            "links":{"type":"array","maxItems":50,"items":{"type":"string","minLength":1,"maxLength":2000},"description":"addresses of pages"},
            "tasks":{"type":"array","maxItems":50,"items":{"type":"string","minLength":1,"maxLength":200},"description":"ids of other tasks"},
            "documents":{"type":"array","maxItems":50,"items":{"type":"string","minLength":1,"maxLength":200},"description":"ids of imported documents"}
            """;

    private final TaskStore tasks;
    private final TaskEdit edit;
    private final TaskUndo undo;

    private TaskTools(TaskStore tasks, DurableReminders reminders, Memory memory) {
        this.tasks = tasks;
        this.edit = new TaskEdit(tasks, reminders, memory);
        this.undo = new TaskUndo(tasks);
    }

    static List<Tool> all(TaskStore tasks, DurableReminders reminders, Memory memory) {
        TaskTools tools = new TaskTools(tasks, reminders, memory);
        return List.of(tools.create(), tools.list(), tools.update(), tools.complete(), tools.delete(), tools.link());
    }

    private static ToolSpec.Builder changing(String name) {
        return ToolSpec.builder(name)
                .capability("task.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .result(Words.object("\"id\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"}"))
                .idempotent()
                .reversible();
    }

    /** Works out what a call makes of a task. */
    private interface Editing {
        TaskEdit.Draft edit(ToolCall call, TaskRecord task, ToolContext context);
    }

    private Tool create() {
        ToolSpec spec = changing("task.create")
                .description(
                        "Adds a task to the user's list. Give the due time as the user said it, in English or Russian,"
                                + " for example 'tomorrow at 9' or 'до пятницы'; it may be the whole sentence.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["title"],
                         "properties":{"title":{"type":"string","minLength":1,"maxLength":500},
                           "when":{"type":"string","minLength":1,"maxLength":500,"description":"when it is due, in the user's words"},
                           "notes":{"type":"string","maxLength":16000},
                           "remind":{"type":"array","maxItems":5,"items":{"type":"string","minLength":1,"maxLength":500},
                             "description":"when to remind, in the user's words; 'due' for when it is due"},
                        """ + LISTS + "}}")
                .capability("schedule.write")
                .examples("Add a task: pay the rent by Friday", "Добавь задачу: оплатить аренду до пятницы")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    TaskRecord task = undo.apply(prepared, context);
                    Phrasebook say = Words.say(context);
                    return ToolResult.of(say.say("task.created", line(task, say, context)), task.toJson())
                            .tainted(task.taints().toArray(Taint[]::new));
                })
                .aiming((call, context) -> List.of(Target.changed(Target.RECORD, "task/" + Words.id(call, "task"))))
                .preparing((call, context) -> {
                    TaskEdit.Draft draft = edit.created(call, context);
                    Phrasebook say = Words.say(context);
                    TaskRecord task =
                            new TaskRecord(draft.id(), 0, draft.after().orElseThrow());
                    return undo.prepared(draft, say.say("effect.task.create", line(task, say, context)));
                })
                .undoing(undo::undo)
                .seeing(undo::state);
    }

    private Tool list() {
        ToolSpec spec = ToolSpec.builder("task.list")
                .description("Lists the user's tasks: what is due first, then what has no time.")
                .arguments("""
                        {"type":"object","additionalProperties":false,
                         "properties":{"state":{"enum":["open","done","all"]},
                           "due_before":{"type":"string","minLength":1,"maxLength":200,"description":"in the user's words, for example 'friday'"},
                           "text":{"type":"string","minLength":1,"maxLength":200,"description":"words of the title"},
                           "limit":{"type":"integer","minimum":1,"maximum":200}}}
                        """)
                .result("""
                        {"type":"object","required":["tasks"],"properties":{"tasks":{"type":"array","items":{"type":"object"}}}}
                        """)
                .capability("task.read")
                .examples("What are my tasks?", "Какие у меня задачи?")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> listed(call.arguments(), context))
                .aiming((call, context) -> List.of(Target.read(Target.RECORD, "task")));
    }

    private ToolResult listed(Json arguments, ToolContext context) {
        String state = arguments.string("state").orElse("open");
        Stream<TaskRecord> all = state.equals("open")
                ? tasks.open(context.scope()).stream()
                : state.equals("done")
                        ? tasks.done(context.scope()).stream()
                        : Stream.concat(tasks.open(context.scope()).stream(), tasks.done(context.scope()).stream());
        if (arguments.string("due_before").isPresent()) {
            Instant before =
                    Words.time(arguments.text("due_before"), context).start().toInstant();
            all = all.filter(
                    task -> task.due().filter(due -> due.isBefore(before)).isPresent());
        }
        List<TaskRecord> found = all.toList();
        if (arguments.string("text").isPresent()) {
            found = CHOICE.fitting(found, arguments.text("text"));
        }
        found = found.stream().limit(arguments.integer("limit").orElse(50L)).toList();
        Phrasebook say = Words.say(context);
        Json data = Json.object()
                .put("tasks", Json.array(found.stream().map(TaskRecord::toJson).toList()))
                .build();
        return ToolResult.of(
                        found.isEmpty()
                                ? say.say("task.list.none")
                                : found.stream()
                                        .map(task -> say.say(
                                                task.isOpen() ? "task.line" : "task.line.done",
                                                line(task, say, context)))
                                        .collect(Collectors.joining("\n", say.say("task.list") + "\n", "")),
                        data)
                .tainted(found.stream().flatMap(task -> task.taints().stream()).toArray(Taint[]::new));
    }

    private Tool update() {
        ToolSpec spec = changing("task.update")
                .description("Changes a task: its title, its notes, when it is due, when to remind.")
                .arguments(
                        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"task\"],\"minProperties\":2,\"properties\":{"
                                + WHICH + """
                        ,"title":{"type":"string","minLength":1,"maxLength":500},
                         "when":{"type":"string","minLength":1,"maxLength":500,"description":"when it is due, in the user's words"},
                         "notes":{"type":"string","maxLength":16000},
                         "remind":{"type":"array","maxItems":5,"items":{"type":"string","minLength":1,"maxLength":500},
                           "description":"in the place of the reminders that it has; 'due' for when it is due"},
                         "clear":{"type":"array","maxItems":3,"items":{"enum":["when","notes","remind"]},"description":"what to take away"}}}
                        """)
                .capability("schedule.write")
                .examples("The rent is due on Monday", "Перенеси оплату аренды на понедельник")
                .build();
        return changing(spec, "task.updated", "effect.task.update", edit::updated, true);
    }

    private Tool complete() {
        ToolSpec spec = changing("task.complete")
                .description("Ticks a task off, which cancels its reminders, or opens it again.")
                .arguments(
                        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"task\"],\"properties\":{"
                                + WHICH
                                + ",\"done\":{\"type\":\"boolean\",\"description\":\"true if missing; false opens it again\"}}}")
                .capability("schedule.write")
                .examples("I have paid the rent", "Задача оплатить аренду выполнена")
                .build();
        return changing(spec, "task.completed", "effect.task.complete", edit::completed, false);
    }

    private Tool delete() {
        ToolSpec spec = changing("task.delete")
                .description("Deletes a task and cancels its reminders.")
                .arguments(
                        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"task\"],\"properties\":{"
                                + WHICH + "}}")
                .capability("schedule.write")
                .capability("task.delete")
                .examples("Delete the task about the rent", "Удали задачу про аренду")
                .build();
        return changing(spec, "task.deleted", "effect.task.delete", edit::deleted, false);
    }

    private Tool link() {
        ToolSpec spec = changing("task.link")
                .description("Links a task to pages, other tasks or documents, or takes such links away.")
                .arguments(
                        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"task\"],\"minProperties\":2,\"properties\":{"
                                + WHICH + "," + LISTS
                                + ",\"remove\":{\"type\":\"boolean\",\"description\":\"take them away instead\"}}}")
                .examples(
                        "Link the rent task to https://bank.example",
                        "Привяжи к задаче про аренду https://bank.example")
                .build();
        return changing(spec, "task.linked", "effect.task.update", edit::linked, true);
    }

    private Tool changing(ToolSpec spec, String done, String effect, Editing editing, boolean shown) {
        return OwnTool.of(spec, (call, prepared, context) -> {
                    TaskRecord task = undo.apply(prepared, context);
                    Phrasebook say = Words.say(context);
                    String key = done.equals("task.completed") && task.isOpen() ? "task.opened" : done;
                    return ToolResult.of(say.say(key, line(task, say, context)), task.toJson())
                            .tainted(task.taints().toArray(Taint[]::new));
                })
                .aiming((call, context) ->
                        CHOICE
                                .fitting(
                                        candidates(call, context),
                                        call.arguments().text("task"))
                                .stream()
                                .limit(1)
                                .map(task -> Target.changed(Target.RECORD, "task/" + task.id()))
                                .toList())
                .preparing((call, context) -> {
                    Phrasebook say = Words.say(context);
                    TaskRecord task = CHOICE.one(
                            candidates(call, context), call.arguments().text("task"), say);
                    TaskEdit.Draft draft = editing.edit(call, task, context);
                    Prepared prepared = undo.prepared(draft, say.say(effect, line(task, say, context)));
                    return shown ? prepared.withPreview(preview(task, draft)) : prepared;
                })
                .undoing(undo::undo)
                .seeing(undo::state);
    }

    /** Open tasks; done ones too when an id says so, or when nothing else would fit. */
    private List<TaskRecord> candidates(ToolCall call, ToolContext context) {
        String wanted = call.arguments().text("task").strip();
        List<TaskRecord> byId = tasks.find(context.scope(), wanted).stream().toList();
        if (!byId.isEmpty()) {
            return byId;
        }
        List<TaskRecord> open = tasks.open(context.scope());
        return CHOICE.fitting(open, wanted).isEmpty() ? tasks.done(context.scope()) : open;
    }

    private static String preview(TaskRecord task, TaskEdit.Draft draft) {
        Json after = draft.after().orElseThrow();
        List<String> lines = new ArrayList<>();
        after.without(TaskRecord.TAINT).members().forEach((key, value) -> {
            if (!task.body().get(key).filter(value::equals).isPresent()) {
                task.body().get(key).ifPresent(old -> lines.add("- " + key + ": " + words(old)));
                lines.add("+ " + key + ": " + words(value));
            }
        });
        task.body().members().forEach((key, value) -> {
            if (!after.has(key)) {
                lines.add("- " + key + ": " + words(value));
            }
        });
        return String.join("\n", lines) + "\n";
    }

    private static String words(Json value) {
        return value.isString() ? value.asString() : value.toString();
    }

    /** The title and when it is due, in the user's zone. */
    private static String line(TaskRecord task, Phrasebook say, ToolContext context) {
        return task.due()
                .map(due -> say.say(
                        "task.due",
                        task.title(),
                        task.isAllDay()
                                ? say.day(due.atZone(task.zone().orElse(context.zone())))
                                : say.momentWithDay(due.atZone(context.zone()))))
                .orElse(task.title());
    }
}
