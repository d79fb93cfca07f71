package io.arkestra.tool.builtin.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Tier;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import java.util.List;
import java.util.Optional;

/** Keeps and forgets memories so that it can be taken back. What was forgotten comes back under another id, for ids are the memory's. */
record Remembered(Memory memory) {
    private static final int LATEST = 2_000;

    /** The draft with the message that it comes from, and with the untrusted sources that the model had seen. */
    private static MemoryDraft sourced(MemoryDraft draft, ToolContext context) {
        MemoryDraft marked =
                draft.taint(context.taints().stream().map(Taint::toString).toList());
        return context.turn().map(turn -> marked.source(turn.value() + "-0")).orElse(marked);
    }

    MemoryRecord keep(MemoryDraft draft, ToolContext context) {
        return memory.remember(context.scope(), sourced(draft, context));
    }

    Prepared prepare(MemoryDraft draft, String phrase, ToolContext context) {
        return Prepared.effect(Words.say(context).say(phrase, Words.shorten(draft.text())))
                .withPreview("+ " + draft.text() + "\n")
                .withUndo(Json.object()
                        .put("kind", draft.kind().name())
                        .put("text", draft.text())
                        .put("known", find(draft.kind(), draft.text(), context).isPresent())
                        .build());
    }

    private Optional<MemoryRecord> find(MemoryKind kind, String text, ToolContext context) {
        return memory.list(context.scope(), kind, LATEST).stream()
                .filter(record -> record.text().equals(text))
                .findFirst();
    }

    private Optional<MemoryRecord> find(Json undo, ToolContext context) {
        return find(MemoryKind.valueOf(undo.text("kind")), undo.text("text"), context);
    }

    void undo(Prepared prepared, ToolContext context) {
        Json undo = prepared.undo();
        if (undo.bool("known").orElse(false)) {
            return; // it was kept before, and telling it again changed nothing that shows
        }
        MemoryRecord record = find(undo, context).orElseThrow(() -> conflict(context));
        if (isNeeded(record)) {
            throw conflict(context);
        }
        memory.forget(context.scope(), record.id());
    }

    void checkUndo(Prepared prepared, ToolContext context) {
        Json undo = prepared.undo();
        boolean known = undo.bool("known").orElse(false);
        if (!known && find(undo, context).filter(Remembered::isNeeded).isPresent()) {
            throw conflict(context);
        }
    }

    /** Somebody locked it, or it was told again. */
    private static boolean isNeeded(MemoryRecord record) {
        return record.locked() || record.sources().size() > 1;
    }

    EffectState state(Prepared prepared, ToolContext context) {
        return find(prepared.undo(), context).isPresent() ? EffectState.PRESENT : EffectState.ABSENT;
    }

    Prepared prepareForget(List<MemoryRecord> records, String phrase, ToolContext context) {
        StringBuilder preview = new StringBuilder();
        records.forEach(record -> preview.append("- ").append(record.text()).append('\n'));
        return Prepared.of(records.stream()
                        .map(record -> Words.say(context).say(phrase, Words.shorten(record.text())))
                        .toList())
                .withPreview(preview.toString())
                .withUndo(Json.object()
                        .put(
                                "memories",
                                Json.array(records.stream()
                                        .map(Remembered::written)
                                        .toList()))
                        .build())
                .withStateDigest(
                        Json.strings(records.stream().map(Remembered::digest).toList())
                                .digest());
    }

    void forget(Prepared prepared, ToolContext context) {
        for (Json written : prepared.undo().list("memories")) {
            memory.forget(context.scope(), written.text("id"));
        }
    }

    /** Words that somebody kept anew meanwhile are left as they are now: nothing at all is brought back then. */
    void undoForget(Prepared prepared, ToolContext context) {
        for (Json written : prepared.undo().list("memories")) {
            boolean anew = find(written, context)
                    .filter(record -> !record.id().equals(written.text("id")))
                    .filter(record -> !alike(written(record)).equals(alike(written)))
                    .isPresent();
            if (anew) {
                throw conflict(context);
            }
        }
        for (Json written : prepared.undo().list("memories")) {
            if (memory.find(context.scope(), written.text("id")).isPresent()) {
                continue; // it never went
            }
            MemoryRecord restored = memory.remember(context.scope(), draft(written));
            if (written.bool("locked").orElse(false)) {
                memory.lock(context.scope(), restored.id(), true);
            }
        }
    }

    EffectState forgotten(Prepared prepared, ToolContext context) {
        List<Json> all = prepared.undo().list("memories");
        // What was brought back has another id, and the same words.
        long there = all.stream()
                .filter(written ->
                        memory.find(context.scope(), written.text("id")).isPresent()
                                || find(written, context).isPresent())
                .count();
        return there == 0 ? EffectState.PRESENT : there == all.size() ? EffectState.ABSENT : EffectState.UNKNOWN;
    }

    /** What shows of a memory, whichever id it has. An undo that was broken off and is done again finds its own work by it. */
    private static Json alike(Json written) {
        return written.without("id").without("locked");
    }

    /** Of what a change would meet: another one when anybody changed it meanwhile. How often it was recalled does not count. */
    static String digest(MemoryRecord record) {
        return written(record).digest();
    }

    private static Json written(MemoryRecord record) {
        return Json.object()
                .put("id", record.id())
                .put("kind", record.kind().name())
                .put("text", record.text())
                .put("origin", record.origin().name())
                .put("at", record.at())
                .put("tier", record.tier().name())
                .put("pinned", record.pinned())
                .put("locked", record.locked())
                .put("sources", Json.strings(record.sources()))
                .put("taint", Json.strings(record.taint()))
                .putIfPresent("quote", record.quote())
                .putIfPresent("expires", record.expiresAt().map(Object::toString))
                .build();
    }

    private static MemoryDraft draft(Json written) {
        String text = written.text("text");
        MemoryDraft draft = switch (MemoryKind.valueOf(written.text("kind"))) {
            case NOTE -> MemoryDraft.note(text);
            case SUMMARY -> MemoryDraft.summary(text);
            default -> MemoryDraft.fact(text);
        };
        draft = draft.origin(Origin.valueOf(written.text("origin")))
                .tier(Tier.valueOf(written.text("tier")))
                .sources(written.list("sources").stream().map(Json::asString).toList())
                .taint(written.list("taint").stream().map(Json::asString).toList());
        draft = written.instant("at").map(draft::at).orElse(draft);
        draft = written.string("quote").map(draft::quote).orElse(draft);
        draft = written.instant("expires").map(draft::expiresAt).orElse(draft);
        return written.bool("pinned").orElse(false) ? draft.pinned() : draft;
    }

    private static ToolException conflict(ToolContext context) {
        return new ToolException(
                ToolException.Reason.CONFLICT, Words.say(context).say("memory.changed"));
    }
}
