package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.stream.Collectors;

/** {@code note.create}, {@code note.list}, {@code note.update} and {@code note.delete}. */
final class NoteTools {
    private static final Choice<MemoryRecord> CHOICE = new Choice<>("note", MemoryRecord::id, MemoryRecord::text);
    private static final int ALL = 2_000;

    private final Memory memory;
    private final Remembered remembered;

    private NoteTools(Memory memory) {
        this.memory = memory;
        this.remembered = new Remembered(memory);
    }

    static List<Tool> all(Memory memory) {
        NoteTools tools = new NoteTools(memory);
        return List.of(tools.create(), tools.list(), tools.update(), tools.delete());
    }

    private static ToolSpec.Builder changing(String name) {
        return ToolSpec.builder(name)
                .capability("memory.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .result(Words.object("\"id\":{\"type\":\"string\"},\"text\":{\"type\":\"string\"}"))
                .idempotent()
                .reversible();
    }

    private Tool create() {
        ToolSpec spec = changing("note.create")
                .description("Keeps a note in the user's words.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["text"],
                         "properties":{"text":{"type":"string","minLength":1,"maxLength":16000}}}
                        """)
                .examples("Note: the gate code is 4711", "Заметка: код от ворот 4711")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    MemoryRecord note = remembered.keep(draft(call), context);
                    return ToolResult.of(Words.say(context).say("note.created", note.text()), described(note));
                })
                .aiming((call, context) -> List.of(Target.changed(Target.RECORD, "note/" + Words.id(call, "note"))))
                .preparing((call, context) -> remembered.prepare(draft(call), "effect.note.create", context))
                .undoing(remembered::undo)
                .checking(remembered::checkUndo)
                .seeing(remembered::state);
    }

    private static MemoryDraft draft(ToolCall call) {
        return MemoryDraft.note(call.arguments().text("text"));
    }

    private Tool list() {
        ToolSpec spec = ToolSpec.builder("note.list")
                .description("Lists the user's notes, the newest first.")
                .arguments("""
                        {"type":"object","additionalProperties":false,
                         "properties":{"limit":{"type":"integer","minimum":1,"maximum":100}}}
                        """)
                .result("""
                        {"type":"object","required":["ids","notes"],"properties":{
                          "ids":{"type":"array","items":{"type":"string"}},
                          "notes":{"type":"array","items":{"type":"object"}}}}
                        """)
                .capability("memory.read")
                .examples("Show my notes", "Покажи мои заметки")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    int limit = call.arguments().integer("limit").orElse(20L).intValue();
                    Phrasebook say = Words.say(context);
                    List<MemoryRecord> notes = memory.list(context.scope(), MemoryKind.NOTE, limit);
                    Json data = Json.object()
                            .put(
                                    "ids",
                                    Json.strings(
                                            notes.stream().map(MemoryRecord::id).toList()))
                            .put(
                                    "notes",
                                    Json.array(notes.stream()
                                            .map(NoteTools::described)
                                            .toList()))
                            .build();
                    if (notes.isEmpty()) {
                        return ToolResult.of(say.say("note.list.none"), data);
                    }
                    return ToolResult.of(
                                    notes.stream()
                                            .map(note -> say.say(
                                                    "note.line", note.text(), say.moment(note.at(), context.zone())))
                                            .collect(Collectors.joining("\n", say.say("note.list") + "\n", "")),
                                    data)
                            .tainted(notes.stream()
                                    .flatMap(note -> note.taints().stream())
                                    .toArray(Taint[]::new));
                })
                .aiming((call, context) -> List.of(Target.read(Target.RECORD, "note")));
    }

    private Tool update() {
        ToolSpec spec = changing("note.update")
                .description("Replaces the words of a note.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["note","text"],
                         "properties":{"note":{"type":"string","minLength":1,"maxLength":2000,"description":"id, or words of the note"},
                           "text":{"type":"string","minLength":1,"maxLength":16000,"description":"what it is to say"}}}
                        """)
                .examples("Change the note about the gate: the code is 4712", "Исправь заметку про ворота: код 4712")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    MemoryRecord note = memory.edit(
                            context.scope(),
                            prepared.undo().text("id"),
                            call.arguments().text("text"),
                            // What is left of the old words may be theirs, and what led to the new ones too.
                            Words.taints(prepared.undo().list("taint"), context));
                    return ToolResult.of(Words.say(context).say("note.updated", note.text()), described(note));
                })
                .aiming((call, context) -> target(call, context))
                .preparing((call, context) -> {
                    MemoryRecord note = chosen(call, context);
                    String text = call.arguments().text("text").strip();
                    return Prepared.effect(Words.say(context)
                                    .say("effect.note.update", Words.shorten(note.text()), Words.shorten(text)))
                            .withPreview("- " + note.text() + "\n+ " + text + "\n")
                            .withUndo(Json.object()
                                    .put("id", note.id())
                                    .put("before", note.text())
                                    .put("after", text)
                                    .put("taint", Json.strings(note.taint()))
                                    .build())
                            .withStateDigest(Remembered.digest(note));
                })
                .undoing((prepared, context) -> {
                    Json undo = prepared.undo();
                    MemoryRecord now = newest(context.scope(), undo.text("id"));
                    if (!now.isCurrent() || !now.text().equals(undo.text("after"))) {
                        throw new ToolException(
                                ToolException.Reason.CONFLICT,
                                Words.say(context).say("note.changed"));
                    }
                    memory.edit(
                            context.scope(), now.id(), undo.text("before"), Words.taints(undo.list("taint"), context));
                })
                .seeing((prepared, context) -> {
                    String text = memory.find(context.scope(), prepared.undo().text("id"))
                            .map(note -> newest(context.scope(), note.id()).text())
                            .orElse("");
                    return text.equals(prepared.undo().text("after"))
                            ? EffectState.PRESENT
                            : text.equals(prepared.undo().text("before")) ? EffectState.ABSENT : EffectState.UNKNOWN;
                });
    }

    /** The record that took the place of one, or itself. */
    private MemoryRecord newest(Scope scope, String id) {
        return memory.history(scope, id).stream()
                .findFirst()
                .orElseThrow(() -> new ToolException(ToolException.Reason.CONFLICT, "The note '" + id + "' is gone"));
    }

    private Tool delete() {
        ToolSpec spec = changing("note.delete")
                .description("Deletes a note.")
                .capability("note.delete")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["note"],
                         "properties":{"note":{"type":"string","minLength":1,"maxLength":2000,"description":"id, or words of the note"}}}
                        """)
                .examples("Delete the note about the gate", "Удали заметку про ворота")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    remembered.forget(prepared, context);
                    String text = prepared.undo().list("memories").get(0).text("text");
                    return ToolResult.of(
                            Words.say(context).say("note.deleted", text),
                            Json.object().put("text", text).build());
                })
                .aiming((call, context) -> target(call, context))
                .preparing((call, context) ->
                        remembered.prepareForget(List.of(chosen(call, context)), "effect.note.delete", context))
                .undoing(remembered::undoForget)
                .seeing(remembered::forgotten);
    }

    private List<Target> target(ToolCall call, ToolContext context) {
        return CHOICE
                .fitting(
                        memory.list(context.scope(), MemoryKind.NOTE, ALL),
                        call.arguments().text("note"))
                .stream()
                .limit(1)
                .map(note -> Target.changed(Target.RECORD, "note/" + note.id()))
                .toList();
    }

    private MemoryRecord chosen(ToolCall call, ToolContext context) {
        return CHOICE.one(
                memory.list(context.scope(), MemoryKind.NOTE, ALL),
                call.arguments().text("note"),
                Words.say(context));
    }

    private static Json described(MemoryRecord note) {
        return Json.object()
                .put("id", note.id())
                .put("text", note.text())
                .put("at", note.at())
                .build();
    }
}
