package io.arkestra.tool.builtin.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.memory.Memory;
import io.arkestra.schedule.grammar.internal.Grain;
import io.arkestra.schedule.grammar.internal.TimeExpression;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.store.DocWrite;
import io.arkestra.task.internal.TaskRecord;
import io.arkestra.task.internal.TaskStore;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Works out what a call makes of a task and of its reminders, without doing it. Thread-safe. */
record TaskEdit(TaskStore tasks, DurableReminders reminders, Memory memory) {
    private static final String DUE = "due";

    /**
     * What a call makes of a task.
     *
     * @param id which task
     * @param version that it has; {@link DocWrite#ABSENT}: it is new
     * @param before as it is
     * @param after as it will be; empty: deleted
     * @param set reminders to be set
     * @param cancelled reminders to be cancelled
     */
    record Draft(
            String id,
            long version,
            Optional<Json> before,
            Optional<Json> after,
            Map<String, DurableReminders.Planned> set,
            List<String> cancelled) {
        /** The same with the sources of its new words, which reminders of it tell too. */
        Draft from(ToolContext context) {
            List<String> taints =
                    Words.taints(after.map(body -> body.list(TaskRecord.TAINT)).orElse(List.of()), context);
            if (taints.isEmpty()) {
                return this;
            }
            Map<String, DurableReminders.Planned> told = new LinkedHashMap<>();
            set.forEach((reminder, planned) -> told.put(reminder, planned.tainted(taints)));
            return new Draft(
                    id,
                    version,
                    before,
                    after.map(body -> body.with(TaskRecord.TAINT, Json.strings(taints))),
                    told,
                    cancelled);
        }
    }

    Draft created(ToolCall call, ToolContext context) {
        Json arguments = call.arguments();
        String id = Words.id(call, "task");
        Json body = Json.object()
                .put("title", arguments.text("title").strip())
                .put("state", TaskRecord.OPEN)
                .put("created", context.clock().instant())
                .build();
        body = withNotes(body, arguments);
        body = withDue(body, arguments, context);
        body = linked(body, id, arguments, false, context);
        Map<String, DurableReminders.Planned> set = new LinkedHashMap<>();
        body = reminded(body, wishes(arguments), call, set, context);
        return new Draft(id, DocWrite.ABSENT, Optional.empty(), Optional.of(body), set, List.of()).from(context);
    }

    Draft updated(ToolCall call, TaskRecord task, ToolContext context) {
        Json arguments = call.arguments();
        List<String> clear =
                arguments.list("clear").stream().map(Json::asString).toList();
        for (String field : clear) {
            if (arguments.has(field)) {
                throw new ToolException(
                        ToolException.Reason.INVALID_ARGUMENTS,
                        "'" + field + "' is both given and to be cleared; leave one out");
            }
        }
        Json body = task.body();
        if (arguments.string("title").isPresent()) {
            body = body.with("title", Json.of(arguments.text("title").strip()));
        }
        body = clear.contains("notes") ? body.without("notes") : withNotes(body, arguments);
        boolean atDue = body.bool("remind_due").orElse(false);
        if (clear.contains("when")) {
            body = body.without(DUE).without("zone").without("all_day");
        }
        body = withDue(body, arguments, context);
        boolean moved = !body.get(DUE).equals(task.body().get(DUE));
        List<String> cancelled = List.of();
        Map<String, DurableReminders.Planned> set = new LinkedHashMap<>();
        if (arguments.has("remind") || clear.contains("remind")) {
            cancelled = task.texts("reminders");
            body = reminded(body.without("reminders").without("remind_due"), wishes(arguments), call, set, context);
        } else if (moved && atDue) {
            // It reminds of when it is due, whenever that is.
            cancelled = task.texts("reminders");
            List<String> wishes = body.has(DUE) ? List.of(DUE) : List.of();
            body = reminded(body.without("reminders").without("remind_due"), wishes, call, set, context);
        }
        return new Draft(task.id(), task.version(), Optional.of(task.body()), Optional.of(body), set, cancelled)
                .from(context);
    }

    Draft completed(ToolCall call, TaskRecord task, ToolContext context) {
        boolean done = call.arguments().bool("done").orElse(true);
        if (done != task.isOpen()) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    Words.say(context).say(done ? "task.already.done" : "task.already.open", task.title()));
        }
        Json body = done
                ? task.body()
                        .with("state", Json.of(TaskRecord.DONE))
                        .with("done_at", Json.of(context.clock().instant().toString()))
                        .without("reminders")
                        .without("remind_due")
                : task.body().with("state", Json.of(TaskRecord.OPEN)).without("done_at");
        return new Draft(
                task.id(),
                task.version(),
                Optional.of(task.body()),
                Optional.of(body),
                Map.of(),
                done ? task.texts("reminders") : List.of());
    }

    Draft deleted(ToolCall call, TaskRecord task, ToolContext context) {
        return new Draft(
                task.id(),
                task.version(),
                Optional.of(task.body()),
                Optional.empty(),
                Map.of(),
                task.texts("reminders"));
    }

    Draft linked(ToolCall call, TaskRecord task, ToolContext context) {
        boolean remove = call.arguments().bool("remove").orElse(false);
        Json body = linked(task.body(), task.id(), call.arguments(), remove, context);
        if (body.equals(task.body())) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    remove ? "The task has no such link" : "The task has these links already");
        }
        return new Draft(task.id(), task.version(), Optional.of(task.body()), Optional.of(body), Map.of(), List.of())
                .from(context);
    }

    private static Json withNotes(Json body, Json arguments) {
        String notes = arguments.string("notes").orElse("").strip();
        return notes.isEmpty() ? body : body.with("notes", Json.of(notes));
    }

    /** A title that is the same sentence as the time loses the words about time. */
    private static Json withDue(Json body, Json arguments, ToolContext context) {
        Optional<String> when = arguments.string("when");
        if (when.isEmpty()) {
            return body;
        }
        TimeExpression time = Words.time(when.get(), context);
        if (time.recurrence().isPresent()) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS, Words.say(context).say("task.recurring"));
        }
        Json changed = body;
        String title = arguments.string("title").orElse("").strip();
        if (title.equals(when.get().strip()) && !time.title().isBlank()) {
            changed = changed.with("title", Json.of(time.title().strip()));
        }
        boolean allDay = time.grain() != Grain.MINUTE && time.grain() != Grain.HOUR && time.grain() != Grain.SECOND;
        ZonedDateTime due = allDay
                ? time.start().toLocalDate().atStartOfDay(time.start().getZone())
                : time.start().withNano(0);
        return changed.with(DUE, Json.of(due.toInstant().toString()))
                .with("zone", Json.of(due.getZone().getId()))
                .with("all_day", Json.of(allDay));
    }

    private static List<String> wishes(Json arguments) {
        return arguments.list("remind").stream().map(Json::asString).toList();
    }

    private Json reminded(
            Json body,
            List<String> wishes,
            ToolCall call,
            Map<String, DurableReminders.Planned> set,
            ToolContext context) {
        if (wishes.isEmpty()) {
            return body;
        }
        List<String> ids = new ArrayList<>();
        boolean atDue = false;
        for (String wish : wishes) {
            String words = wish.strip();
            boolean due = words.equals(DUE);
            String id = Words.id(call, "reminder " + ids.size());
            set.put(
                    id,
                    due
                            ? atDue(body, context)
                            : ReminderTools.plan(reminders, Words.time(words, context), body.text("title"), context));
            ids.add(id);
            atDue |= due;
        }
        Json changed = body.with("reminders", Json.strings(ids));
        return atDue ? changed.with("remind_due", Json.of(true)) : changed;
    }

    /** When it is due; of a task that is due on a day, at nine in the morning. */
    private DurableReminders.Planned atDue(Json body, ToolContext context) {
        if (!body.has(DUE)) {
            throw new ToolException(
                    ToolException.Reason.INVALID_ARGUMENTS,
                    "The task has no due time to remind of; give 'when', or say when to remind");
        }
        TaskRecord task = new TaskRecord("", 0, body);
        ZonedDateTime due = task.due().orElseThrow().atZone(task.zone().orElse(context.zone()));
        return reminders.plan(task.title(), task.isAllDay() ? due.plusHours(9) : due);
    }

    private Json linked(Json body, String id, Json arguments, boolean remove, ToolContext context) {
        Json changed = body;
        for (String list : List.of("links", "tasks", "documents")) {
            List<String> given =
                    arguments.list(list).stream().map(Json::asString).toList();
            if (given.isEmpty()) {
                continue;
            }
            Set<String> all = new LinkedHashSet<>(
                    body.list(list).stream().map(Json::asString).toList());
            if (remove) {
                given.forEach(all::remove);
            } else {
                given.forEach(item -> check(list, item, id, context));
                all.addAll(given);
            }
            changed = all.isEmpty() ? changed.without(list) : changed.with(list, Json.strings(List.copyOf(all)));
        }
        return changed;
    }

    private void check(String list, String item, String id, ToolContext context) {
        switch (list) {
            case "tasks" -> {
                if (item.equals(id)) {
                    throw new InvalidInputException("A task is not linked to itself");
                }
                if (tasks.find(context.scope(), item).isEmpty()) {
                    throw new ToolException(
                            ToolException.Reason.NOT_FOUND,
                            "There is no task '" + item + "'; task.list gives their ids");
                }
            }
            case "documents" -> {
                if (memory.documents().find(context.scope(), item).isEmpty()) {
                    throw new ToolException(
                            ToolException.Reason.NOT_FOUND,
                            "There is no document '" + item + "'; import it before you link it");
                }
            }
            default -> TaskRecord.link(item);
        }
    }
}
