package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.schedule.internal.DurableReminders;
import io.arkestra.store.DocWrite;
import io.arkestra.task.internal.TaskRecord;
import io.arkestra.task.internal.TaskStore;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A change of a task as stored data: made from it, seen by it and taken back from it. Thread-safe. */
record TaskUndo(TaskStore tasks) {
    Prepared prepared(TaskEdit.Draft draft, String effect) {
        Json.ObjectBuilder undo = Json.object().put("id", draft.id()).put("version", draft.version());
        draft.before().ifPresent(body -> undo.put("before", body));
        draft.after().ifPresent(body -> undo.put("after", body));
        undo.put(
                "set",
                Json.array(draft.set().entrySet().stream()
                        .map(entry -> Json.object()
                                .put("id", entry.getKey())
                                .put("body", entry.getValue().body())
                                .put("due", entry.getValue().due())
                                .build())
                        .toList()));
        undo.put("cancelled", Json.strings(draft.cancelled()));
        return Prepared.effect(effect)
                .withUndo(undo.build())
                .withStateDigest(draft.before().map(Json::digest).orElse(""));
    }

    /** Makes the change; one that was made already is left as it is, so that a call can be made again. */
    TaskRecord apply(Prepared prepared, ToolContext context) {
        Json undo = prepared.undo();
        String id = undo.text("id");
        Optional<TaskRecord> now = tasks.find(context.scope(), id);
        Optional<Json> after = undo.get("after");
        if (now.map(TaskRecord::body).equals(after) && !undo.get("before").equals(after)) {
            return now.orElseGet(
                    () -> new TaskRecord(id, DocWrite.ABSENT, undo.get("before").orElseThrow()));
        }
        Map<String, DurableReminders.Planned> set = new LinkedHashMap<>();
        for (Json reminder : undo.list("set")) {
            set.put(
                    reminder.text("id"),
                    new DurableReminders.Planned(
                            reminder.get("body").orElseThrow(),
                            reminder.instant("due").orElseThrow()));
        }
        Optional<TaskRecord> task = tasks.apply(
                context.scope(),
                new TaskStore.Change(
                        id,
                        undo.integer("version").orElse(DocWrite.ABSENT),
                        after,
                        set,
                        texts(undo, "cancelled"),
                        List.of()));
        return task.orElseGet(() -> new TaskRecord(id, 0, undo.get("before").orElseThrow()));
    }

    void undo(Prepared prepared, ToolContext context) {
        Json undo = prepared.undo();
        Optional<TaskRecord> now = tasks.find(context.scope(), undo.text("id"));
        if (!now.map(TaskRecord::body).equals(undo.get("after"))) {
            throw new ToolException(
                    ToolException.Reason.CONFLICT, Words.say(context).say("task.changed"));
        }
        tasks.apply(
                context.scope(),
                new TaskStore.Change(
                        undo.text("id"),
                        now.map(TaskRecord::version).orElse(DocWrite.ABSENT),
                        undo.get("before"),
                        Map.of(),
                        undo.list("set").stream()
                                .map(reminder -> reminder.text("id"))
                                .toList(),
                        texts(undo, "cancelled")));
    }

    EffectState state(Prepared prepared, ToolContext context) {
        Json undo = prepared.undo();
        Optional<Json> now = tasks.find(context.scope(), undo.text("id")).map(TaskRecord::body);
        if (now.equals(undo.get("after"))) {
            return EffectState.PRESENT;
        }
        return now.equals(undo.get("before")) ? EffectState.ABSENT : EffectState.UNKNOWN;
    }

    private static List<String> texts(Json json, String key) {
        return json.list(key).stream().map(Json::asString).toList();
    }
}
