package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.text.internal.Phrasebook;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.util.List;
import java.util.stream.Collectors;

/** {@code note.create} and {@code note.list}. */
final class NoteTools {
    private NoteTools() {}

    static List<Tool> all(Memory memory) {
        return List.of(new Create(memory), new ListNotes(memory));
    }

    private record Create(Memory memory) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("note.create")
                .description("Keeps a note in the user's words.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["text"],
                         "properties":{"text":{"type":"string","minLength":1,"maxLength":16000}}}
                        """)
                .capability("memory.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .examples("Note: the gate code is 4711", "Заметка: код от ворот 4711")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            return Prepared.effect(
                    "Keeps a note of " + call.arguments().text("text").length() + " characters");
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            MemoryDraft draft = MemoryDraft.note(call.arguments().text("text"))
                    .taint(context.taints().stream().map(Taint::toString).toList());
            if (context.turn().isPresent()) {
                draft = draft.source(context.turn().get().value() + "-0");
            }
            MemoryRecord note = memory.remember(context.scope(), draft);
            return ToolResult.of(
                    Phrasebook.of(context.locale()).say("note.created", note.text()),
                    Json.object().put("id", note.id()).build());
        }
    }

    private record ListNotes(Memory memory) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("note.list")
                .description("Lists the user's notes, the newest first.")
                .arguments("""
                        {"type":"object","additionalProperties":false,
                         "properties":{"limit":{"type":"integer","minimum":1,"maximum":100}}}
                        """)
                .capability("memory.read")
                .examples("Show my notes", "Покажи мои заметки")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            int limit = call.arguments().integer("limit").orElse(20L).intValue();
            Phrasebook say = Phrasebook.of(context.locale());
            List<MemoryRecord> notes = memory.list(context.scope(), MemoryKind.NOTE, limit);
            if (notes.isEmpty()) {
                return ToolResult.text(say.say("note.list.none"));
            }
            String lines = notes.stream()
                    .map(note -> say.say("note.line", note.text(), say.moment(note.at(), context.zone())))
                    .collect(Collectors.joining("\n", say.say("note.list") + "\n", ""));
            return ToolResult.of(
                            lines,
                            Json.object()
                                    .put(
                                            "ids",
                                            Json.strings(notes.stream()
                                                    .map(MemoryRecord::id)
                                                    .toList()))
                                    .build())
                    .tainted(notes.stream()
                            .flatMap(note -> note.taints().stream())
                            .toArray(Taint[]::new));
        }
    }
}
