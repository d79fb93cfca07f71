package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Tier;
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
import java.util.Locale;
import java.util.function.Predicate;

/** {@code memory.remember}, {@code memory.forget}, {@code memory.pin} and {@code memory.lock}. */
final class MemoryTools {
    private final Memory memory;
    private final Remembered remembered;

    private MemoryTools(Memory memory) {
        this.memory = memory;
        this.remembered = new Remembered(memory);
    }

    static List<Tool> all(Memory memory) {
        MemoryTools tools = new MemoryTools(memory);
        return List.of(
                tools.remember(),
                tools.forget(),
                tools.mark(
                        "memory.pin",
                        "Pins a memory, so that it is kept whatever happens, or lets go of it again.",
                        "pinned",
                        MemoryRecord::pinned,
                        memory::pin,
                        "Keep that for ever",
                        "Закрепи это навсегда"),
                tools.mark(
                        "memory.lock",
                        "Locks a memory, so that nothing newer replaces it, or unlocks it again.",
                        "locked",
                        MemoryRecord::locked,
                        memory::lock,
                        "Never change what you know about my birthday",
                        "Никогда не меняй запись о моём дне рождения"),
                MemoryReset.tool(memory));
    }

    private static ToolSpec.Builder changing(String name) {
        return ToolSpec.builder(name)
                .capability("memory.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .result(Words.object("\"id\":{\"type\":\"string\"},\"ids\":{\"type\":\"array\"}"))
                .idempotent()
                .reversible();
    }

    private Tool remember() {
        ToolSpec spec = changing("memory.remember")
                .description("Remembers something that is so, in the user's words, for later conversations.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["text"],
                         "properties":{"text":{"type":"string","minLength":1,"maxLength":16000},
                           "kind":{"enum":["fact","note"]},
                           "tier":{"enum":["short","temp","long"],"description":"how long it is meant to stay; decided by rules if missing"},
                           "pinned":{"type":"boolean","description":"whether to keep it whatever happens"}}}
                        """)
                .examples("Remember that my car is a Volvo", "Запомни, что моя машина — Вольво")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    MemoryRecord record = remembered.keep(draft(call), context);
                    return ToolResult.of(
                            Words.say(context).say("remembered", record.text()),
                            Json.object()
                                    .put("id", record.id())
                                    .put("text", record.text())
                                    .build());
                })
                .aiming((call, context) -> List.of(Target.changed(Target.RECORD, "memory/" + Words.id(call, "memory"))))
                .preparing((call, context) -> remembered.prepare(draft(call), "effect.memory.remember", context))
                .undoing(remembered::undo)
                .checking(remembered::checkUndo)
                .seeing(remembered::state);
    }

    private static MemoryDraft draft(ToolCall call) {
        Json arguments = call.arguments();
        String text = arguments.text("text");
        MemoryDraft draft = arguments.string("kind").orElse("fact").equals("note")
                ? MemoryDraft.note(text)
                : MemoryDraft.fact(text);
        draft = arguments
                .string("tier")
                .map(tier -> Tier.valueOf(tier.toUpperCase(Locale.ROOT)))
                .map(draft::tier)
                .orElse(draft);
        return arguments.bool("pinned").orElse(false) ? draft.pinned() : draft;
    }

    private Tool forget() {
        ToolSpec spec = changing("memory.forget")
                .capability("memory.forget")
                .description("Forgets memories whose ids are given, for example those that memory.search found.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["ids"],
                         "properties":{"ids":{"type":"array","minItems":1,"maxItems":50,"uniqueItems":true,
                           "items":{"type":"string","minLength":1,"maxLength":200}}}}
                        """)
                .examples("Forget what I said about my car", "Забудь, что я говорил про машину")
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    remembered.forget(prepared, context);
                    int count = prepared.undo().list("memories").size();
                    return ToolResult.of(
                            Words.say(context).say("memory.forgotten", count),
                            Json.object()
                                    .put("ids", call.arguments().get("ids").orElseThrow())
                                    .build());
                })
                .aiming((call, context) -> call.arguments().list("ids").stream()
                        .map(id -> Target.changed(Target.RECORD, "memory/" + id.asString()))
                        .toList())
                .preparing((call, context) -> remembered.prepareForget(
                        call.arguments().list("ids").stream()
                                .map(id -> known(id.asString(), context))
                                .toList(),
                        "effect.memory.forget",
                        context))
                .undoing(remembered::undoForget)
                .seeing(remembered::forgotten);
    }

    private MemoryRecord known(String id, ToolContext context) {
        return memory.find(context.scope(), id)
                .orElseThrow(() -> new ToolException(
                        ToolException.Reason.NOT_FOUND, Words.say(context).say("memory.unknown", id)));
    }

    /** Sets a mark on a memory. */
    private interface Marking {
        boolean mark(io.arkestra.common.Scope scope, String id, boolean value);
    }

    private Tool mark(
            String name,
            String description,
            String what,
            Predicate<MemoryRecord> isMarked,
            Marking marking,
            String english,
            String russian) {
        ToolSpec spec = changing(name)
                .description(description)
                .arguments("{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"id\"],\"properties\":{"
                        + "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":200},\"" + what
                        + "\":{\"type\":\"boolean\",\"description\":\"true if missing\"}}}")
                .examples(english, russian)
                .build();
        return OwnTool.of(spec, (call, prepared, context) -> {
                    Json undo = prepared.undo();
                    boolean wanted = undo.bool("after").orElse(true);
                    if (!marking.mark(context.scope(), undo.text("id"), wanted)) {
                        throw new ToolException(
                                ToolException.Reason.NOT_FOUND,
                                Words.say(context).say("memory.unknown", undo.text("id")));
                    }
                    return ToolResult.of(
                            Words.say(context).say(what + "." + wanted),
                            Json.object().put("id", undo.text("id")).build());
                })
                .aiming((call, context) -> List.of(Target.changed(
                        Target.RECORD, "memory/" + call.arguments().text("id"))))
                .preparing((call, context) -> {
                    MemoryRecord record = known(call.arguments().text("id"), context);
                    boolean wanted = call.arguments().bool(what).orElse(true);
                    return Prepared.effect(Words.say(context)
                                    .say("effect." + what + "." + wanted, Words.shorten(record.text())))
                            .withUndo(Json.object()
                                    .put("id", record.id())
                                    .put("before", isMarked.test(record))
                                    .put("after", wanted)
                                    .build())
                            .withStateDigest(Remembered.digest(record));
                })
                .undoing((prepared, context) -> {
                    Json undo = prepared.undo();
                    MemoryRecord record = known(undo.text("id"), context);
                    if (isMarked.test(record) != undo.bool("after").orElse(true)) {
                        throw new ToolException(
                                ToolException.Reason.CONFLICT,
                                Words.say(context).say("memory.changed"));
                    }
                    marking.mark(
                            context.scope(), record.id(), undo.bool("before").orElse(false));
                })
                .seeing((prepared, context) -> memory.find(
                                context.scope(), prepared.undo().text("id"))
                        .map(record -> isMarked.test(record)
                                        == prepared.undo().bool("after").orElse(true)
                                ? EffectState.PRESENT
                                : EffectState.ABSENT)
                        .orElse(EffectState.UNKNOWN));
    }
}
