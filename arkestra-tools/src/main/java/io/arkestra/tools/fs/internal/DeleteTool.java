package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Flow;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code fs.delete}: a file, or a directory with all that is in it. It goes to a place of our own first, from where it can come back. */
final class DeleteTool extends FileTool {
    DeleteTool(FileAccess access) {
        super(
                access,
                spec(
                                "fs.delete",
                                "Deletes a file, or a directory with everything in it. Can be undone for some time. Roots: "
                                        + access.roots().names() + ".")
                        .arguments("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "path": %s,
                                    "root": %s,
                                    "directory": {"type": "boolean", "description": "must be true to delete a directory with everything in it"}
                                  },
                                  "required": ["path"],
                                  "additionalProperties": false
                                }
                                """.formatted(PATH_SCHEMA, ROOT_SCHEMA))
                        .result("""
                                {
                                  "type": "object",
                                  "properties": {"path": {"type": "string"}, "files": {"type": "integer"}, "bytes": {"type": "integer"}},
                                  "required": ["path", "files", "bytes"]
                                }
                                """)
                        .capability("fs.delete")
                        .sideEffect(ToolSpec.SideEffect.LOCAL)
                        .reversible()
                        .examples("Delete old.log", "Удали папку build")
                        .build());
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        Place place = deleted(call);
        return told(place.relative(), () -> {
            try (Directory parent = access().roots().open(place.parent())) {
                Trees.Seen seen = present(place, parent, call, CallCancellation.of(context));
                return Prepared.effect("Deletes '" + place.relative() + "' in '"
                                + place.root().name() + "': " + seen.files()
                                + (seen.files() == 1 ? " file, " : " files, ") + seen.bytes() + " bytes")
                        .withPreview(preview(place, parent, seen, CallCancellation.of(context)))
                        .withStateDigest(Digests.of(place.absolute() + "\0" + seen.digest()))
                        .withUndo(Json.object()
                                .put("root", place.root().name())
                                .put("path", place.relative())
                                .put("digest", seen.digest())
                                .put("trash", Digests.of(call.id() + "\0" + place.absolute() + "\0" + seen.digest()))
                                .build())
                        .withFlows(Flow.removed(words(place)));
            }
        });
    }

    private Place deleted(ToolCall call) {
        Place place = place(call);
        if (place.isRoot()) {
            throw Refusal.invalid("A root itself cannot be deleted");
        }
        return place;
    }

    private Trees.Seen present(Place place, Directory parent, ToolCall call, Cancellation cancel) throws IOException {
        Optional<Entry> entry = parent.entry(place.name());
        if (entry.isPresent()
                && entry.get().kind() == Entry.Kind.DIRECTORY
                && !call.arguments().bool("directory").orElse(false)) {
            throw Refusal.invalid("'" + place.relative()
                    + "' is a directory; say directory: true to delete it with everything in it");
        }
        return seen(place, parent, place.name(), cancel)
                .orElseThrow(() -> Refusal.missing("There is no '" + place.relative() + "'"));
    }

    private Optional<Trees.Seen> seen(Place place, Directory parent, String name, Cancellation cancel)
            throws IOException {
        return Trees.look(
                parent,
                name,
                access().limits().treeFiles(),
                access().limits().treeBytes(),
                (below, entry) ->
                        access().roots().deny().check(place.descendant(below).absolute(), true),
                cancel);
    }

    private static String preview(Place place, Directory parent, Trees.Seen seen, Cancellation cancel)
            throws IOException {
        if (seen.directories() > 0) {
            return "deleted directory " + place.relative() + "/ with " + seen.files() + " files in "
                    + seen.directories() + " directories, " + seen.bytes() + " bytes";
        }
        Contents.Read read = Contents.read(parent, place.name(), Diffs.MAX_BYTES + 1L, cancel);
        return read.whole()
                ? Diffs.preview(place.relative(), Optional.of(read.bytes()), Optional.empty())
                : "deleted file " + place.relative() + " of " + seen.bytes() + " bytes";
    }

    @Override
    public ToolResult call(ToolCall call, Prepared given, ToolContext context) {
        Place place = deleted(call);
        return told(place.relative(), () -> {
            swept(context);
            Prepared prepared = prepared(call, given, context);
            try (Directory parent = access().roots().open(place.parent());
                    Directory trash = access().roots().opened(access().journal().trash());
                    Staging back = Staging.in(access(), place.root())) {
                Trees.Seen seen = present(place, parent, call, CallCancellation.of(context));
                if (!seen.digest().equals(prepared.undo().text("digest"))) {
                    throw Refusal.conflict(
                            "'" + place.relative() + "' was changed after this was prepared; nothing was deleted");
                }
                String name = prepared.undo().text("trash");
                Trees.move(parent, place.name(), trash, name, Staging.in(trash), back, CallCancellation.of(context));
                parent.sync();
                access().journal().trashed(name);
                return ToolResult.of(
                                String.join(". ", prepared.effects()) + ". Done.",
                                Json.object()
                                        .put("path", place.relative())
                                        .put("files", seen.files())
                                        .put("bytes", seen.bytes())
                                        .build())
                        .showing(List.of());
            }
        });
    }

    @Override
    public void undo(Prepared prepared, ToolContext context) {
        Json undo = prepared.undo();
        Place place = access().roots().place(undo.text("path"), undo.text("root"), true);
        told(place.relative(), () -> {
            swept(context);
            try (Directory parent = access().roots().open(place.parent());
                    Directory trash = access().roots().opened(access().journal().trash());
                    Staging staging = Staging.in(access(), place.root())) {
                if (parent.entry(place.name()).isPresent()) {
                    throw Refusal.conflict(
                            "Something else is at '" + place.relative() + "' now; nothing was brought back");
                }
                String name = undo.text("trash");
                if (trash.entry(name).isEmpty()) {
                    throw Refusal.missing("'" + place.relative()
                            + "' is not kept any more: it was deleted too long ago, or too much was deleted since");
                }
                Trees.move(trash, name, parent, place.name(), staging, Staging.in(trash), CallCancellation.of(context));
                parent.sync();
                return true;
            }
        });
    }

    @Override
    public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        Json undo = prepared.undo();
        String[] there = {""};
        boolean[] trashed = {false};
        boolean looked = holds(() -> {
            Place place = access().roots().place(undo.text("path"), undo.text("root"), true);
            try (Directory parent = access().roots().open(place.parent());
                    Directory trash = access().roots().opened(access().journal().trash())) {
                there[0] = seen(place, parent, place.name(), CallCancellation.of(context))
                        .map(Trees.Seen::digest)
                        .orElse("");
                trashed[0] = trash.entry(undo.text("trash")).isPresent();
            }
            return true;
        });
        if (looked && there[0].isEmpty() && trashed[0]) {
            return EffectState.PRESENT;
        }
        return looked && there[0].equals(undo.text("digest")) && !trashed[0] ? EffectState.ABSENT : EffectState.UNKNOWN;
    }
}
