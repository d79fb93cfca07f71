package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Flow;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code fs.write}: makes a file, writes it anew, adds to it, or replaces a text in it. */
final class WriteTool extends FileTool {
    private static final String ABSENT = "absent";
    /** Shorter contents, such as an empty file, are found in files that have nothing to do with each other. */
    private static final int TELLING = 16;

    WriteTool(FileAccess access) {
        super(
                access,
                spec(
                                "fs.write",
                                "Writes a text file: makes a new one, writes it anew, adds to its end, or replaces one passage. Missing directories "
                                        + "are made. Can be undone. Roots: "
                                        + access.roots().names() + ".")
                        .arguments("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "path": %s,
                                    "root": %s,
                                    "mode": {"enum": ["create", "overwrite", "append", "replace"],
                                      "description": "create: must not exist; overwrite: exists or not; append: at the end of an existing file; replace: the passage 'old' by 'content'"},
                                    "content": {"type": "string", "description": "the new text"},
                                    "old": {"type": "string", "minLength": 1, "description": "for replace: a passage that is in the file exactly once"}
                                  },
                                  "required": ["path", "mode", "content"],
                                  "additionalProperties": false
                                }
                                """.formatted(PATH_SCHEMA, ROOT_SCHEMA))
                        .result("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "path": {"type": "string"},
                                    "bytes": {"type": "integer"},
                                    "sha256": {"type": "string"},
                                    "changed": {"type": "boolean"}
                                  },
                                  "required": ["path", "bytes", "sha256", "changed"]
                                }
                                """)
                        .capability("fs.write")
                        .sideEffect(ToolSpec.SideEffect.LOCAL)
                        .reversible()
                        .cost(CostClass.LOW)
                        .examples("Write a file TODO.md with these points", "Замени в README.md старый адрес на новый")
                        .build());
    }

    /** The file before, and what it is to be. */
    private record Change(Place place, Optional<Contents.Read> before, byte[] after, List<String> missing) {
        String beforeDigest() {
            return before.map(Contents.Read::sha256).orElse(ABSENT);
        }

        boolean changes() {
            return !beforeDigest().equals(Digests.of(after));
        }
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        Place place = filePlace(call);
        return told(place.relative(), () -> {
            Change change = change(call, place, CallCancellation.of(context));
            if (change.changes()) {
                access().quota().check(context.scope().user(), change.after().length);
            }
            Optional<byte[]> before = change.before().map(Contents.Read::bytes);
            String after = Digests.of(change.after());
            return Prepared.of(effects(change))
                    .withPreview(
                            change.changes()
                                    ? Diffs.preview(place.relative(), before, Optional.of(change.after()))
                                    : "")
                    .withStateDigest(Digests.of(place.absolute() + "\0" + change.beforeDigest()))
                    .withUndo(Json.object()
                            .put("root", place.root().name())
                            .put("path", place.relative())
                            .put("before", change.beforeDigest())
                            .put("after", after)
                            .put("made", change.missing().size())
                            .build())
                    .withFlows(flows(call, change));
        });
    }

    /** What is appended to stays in the file; what is replaced by a text of the call does not. */
    private static Flow[] flows(ToolCall call, Change change) {
        Target file = words(change.place());
        List<Flow> flows = new ArrayList<>();
        String mode = call.arguments().text("mode");
        if (mode.equals("create") || mode.equals("overwrite")) {
            flows.add(Flow.replaced(file));
        } else {
            change.before().ifPresent(before -> flows.add(Flow.copied(content(before.sha256()), file)));
        }
        if (change.after().length >= TELLING) {
            flows.add(Flow.copied(file, content(Digests.of(change.after()))));
        }
        return flows.toArray(Flow[]::new);
    }

    private Place filePlace(ToolCall call) {
        Place place = place(call);
        if (place.isRoot()) {
            throw Refusal.invalid("The path is a directory; give the path of a file");
        }
        boolean replaces = call.arguments().text("mode").equals("replace");
        if (replaces != call.arguments().has("old")) {
            throw Refusal.invalid(
                    replaces
                            ? "For the mode replace, give the passage to replace as 'old'"
                            : "'old' is for the mode replace only");
        }
        return place;
    }

    private static List<String> effects(Change change) {
        List<String> effects = new ArrayList<>();
        String path = "'" + change.place().relative() + "' in '"
                + change.place().root().name() + "'";
        if (!change.missing().isEmpty()) {
            effects.add("Makes " + (change.missing().size() == 1 ? "the directory '" : "the directories '")
                    + String.join("/", change.missing()) + "'");
        }
        if (change.before().isEmpty()) {
            effects.add("Makes the file " + path + " of " + change.after().length + " bytes");
        } else if (change.changes()) {
            effects.add("Changes the file " + path + " from "
                    + change.before().get().bytes().length + " to " + change.after().length + " bytes");
        } else {
            effects.add("Leaves the file " + path + " as it is");
        }
        return effects;
    }

    private Change change(ToolCall call, Place place, Cancellation cancel) throws IOException {
        try (Parent parent = Parent.of(access().roots(), place)) {
            Optional<Contents.Read> before =
                    parent.missing().isEmpty() ? existing(parent.directory(), place.name(), cancel) : Optional.empty();
            if (before.isEmpty()) {
                parent.checkNew(place.name(), "");
            }
            return new Change(place, before, after(call.arguments(), place, before), parent.missing());
        }
    }

    private Optional<Contents.Read> existing(Directory parent, String name, Cancellation cancel) throws IOException {
        Optional<Entry> entry = Contents.file(parent, name);
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        if (parent.links(name, entry.get()) > 1) {
            throw Refusal.invalid("'" + name
                    + "' is one of several names of the same file (a hard link), of which others may be elsewhere; "
                    + "it cannot be changed");
        }
        Set<PosixFilePermission> mode = entry.get().mode();
        if (!mode.isEmpty() && !mode.contains(PosixFilePermission.OWNER_WRITE)) {
            throw Refusal.invalid("'" + name + "' is write-protected");
        }
        Contents.Read read = Contents.read(parent, name, access().quota().perFile(), cancel);
        if (!read.whole()) {
            throw Refusal.invalid("'" + name + "' has " + entry.get().bytes() + " bytes; files of more than "
                    + access().quota().perFile() + " are not changed");
        }
        return Optional.of(read);
    }

    private byte[] after(Json arguments, Place place, Optional<Contents.Read> before) {
        String content = arguments.text("content");
        String mode = arguments.text("mode");
        if (mode.equals("create") && before.isPresent()) {
            throw new io.arkestra.tool.ToolException(
                    io.arkestra.tool.ToolException.Reason.CONFLICT,
                    "'" + place.relative() + "' is there already; use the mode overwrite, append or replace");
        }
        if (content.length() > access().quota().perFile()) {
            throw Refusal.invalid("The text has " + content.length() + " characters; at most "
                    + access().quota().perFile() + " bytes may be written");
        }
        if (mode.equals("create") || mode.equals("overwrite")) {
            return content.getBytes(StandardCharsets.UTF_8);
        }
        byte[] old = before.orElseThrow(() ->
                        Refusal.missing("There is no file '" + place.relative() + "'; use the mode create to make it"))
                .bytes();
        String text = TextFile.decode(old, true, StandardCharsets.UTF_8)
                .map(TextFile.Decoded::text)
                .orElseThrow(
                        () -> Refusal.invalid("'" + place.relative() + "' is not text in UTF-8; only overwrite works"));
        return (mode.equals("append") ? text + content : replaced(text, arguments.text("old"), content, place))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String replaced(String text, String old, String content, Place place) {
        int first = text.indexOf(old);
        if (first < 0) {
            throw Refusal.invalid("The passage to replace is not in '" + place.relative()
                    + "'; read the file and give it exactly, with its blanks and line breaks");
        }
        if (text.indexOf(old, first + 1) >= 0) {
            throw Refusal.invalid("The passage to replace is in '" + place.relative()
                    + "' more than once; give more of what is around it");
        }
        return text.substring(0, first) + content + text.substring(first + old.length());
    }

    @Override
    public ToolResult call(ToolCall call, Prepared given, ToolContext context) {
        Place place = filePlace(call);
        return told(place.relative(), () -> {
            swept(context);
            Prepared prepared = prepared(call, given, context);
            Change change = change(call, place, CallCancellation.of(context));
            Json undo = prepared.undo();
            if (!undo.text("before").equals(change.beforeDigest())
                    || !undo.text("after").equals(Digests.of(change.after()))) {
                throw Refusal.conflict("'" + place.relative()
                        + "' was changed after this was prepared; nothing was written. Read it again");
            }
            if (change.changes()) {
                access().quota().check(context.scope().user(), change.after().length);
                write(change, CallCancellation.of(context));
                access().quota().count(context.scope().user(), change.after().length);
            }
            return ToolResult.of(
                            String.join(". ", prepared.effects()) + ". Done.",
                            Json.object()
                                    .put("path", place.relative())
                                    .put("bytes", change.after().length)
                                    .put("sha256", Digests.of(change.after()))
                                    .put("changed", change.changes())
                                    .build())
                    .showing(List.of());
        });
    }

    private void write(Change change, Cancellation cancel) throws IOException {
        Place place = change.place();
        Optional<Entry> entry = change.before().map(Contents.Read::entry);
        if (change.before().isPresent()) {
            access().journal().keep(change.before().get().bytes());
        }
        int made = make(place, change.missing());
        try (Directory parent = access().roots().open(place.parent())) {
            access().writer()
                    .write(
                            place,
                            parent,
                            change.after(),
                            entry,
                            entry.map(Entry::mode).orElse(Set.of()),
                            cancel);
        } catch (IOException | RuntimeException e) {
            unmake(place, made);
            throw e;
        }
    }

    /** Makes the directories that are missing above a place; how many. */
    private int make(Place place, List<String> missing) throws IOException {
        int made = 0;
        try (Staging staging = Staging.in(access(), place.root())) {
            for (int i = missing.size(); i > 0; i--) {
                Place directory = new Place(
                        place.root(), place.names().subList(0, place.names().size() - i));
                try (Directory above = access().roots().open(directory.parent())) {
                    if (above.entry(directory.name()).isEmpty()) {
                        staging.make(above, directory.name());
                        made++;
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            unmake(place, made);
            throw e;
        }
        return made;
    }

    /** Takes directories away again, as far as nothing else came into them. */
    private void unmake(Place place, int count) throws IOException {
        Place directory = place;
        for (int i = 0; i < count && directory.names().size() > 1; i++) {
            directory = directory.parent();
            try (Directory above = access().roots().open(directory.parent())) {
                above.deleteDirectory(directory.name());
            } catch (java.nio.file.DirectoryNotEmptyException e) {
                return;
            }
        }
    }

    @Override
    public void undo(Prepared prepared, ToolContext context) {
        Json undo = prepared.undo();
        String path = undo.text("path");
        told(path, () -> {
            swept(context);
            Place place = access().roots().place(path, undo.text("root"), true);
            try (Directory parent = access().roots().open(place.parent())) {
                Optional<Contents.Read> now = existing(parent, place.name(), CallCancellation.of(context));
                String digest = now.map(Contents.Read::sha256).orElse(ABSENT);
                if (!digest.equals(undo.text("after"))) {
                    throw Refusal.conflict("'" + path + "' in '" + place.root().name() + "' was "
                            + (now.isPresent() ? "changed" : "removed")
                            + " since; it cannot be undone without losing that. Nothing was changed");
                }
                restore(place, parent, now, undo.text("before"), CallCancellation.of(context));
            }
            if (undo.text("before").equals(ABSENT)) {
                unmake(place, Math.toIntExact(undo.integer("made").orElse(0L)));
            }
            return true;
        });
    }

    /** What was there before has to be kept still. */
    @Override
    public void checkUndo(ToolCall call, Prepared prepared, ToolContext context) {
        super.checkUndo(call, prepared, context);
        String path = prepared.undo().text("path");
        String before = prepared.undo().text("before");
        told(path, () -> {
            if (!before.equals(ABSENT) && access().journal().kept(before).isEmpty()) {
                throw notKept(path);
            }
            return true;
        });
    }

    private static ToolException notKept(String path) {
        return Refusal.missing("What was in '" + path
                + "' before is not kept any more: it is too long ago, or too much was changed since");
    }

    private void restore(Place place, Directory parent, Optional<Contents.Read> now, String before, Cancellation cancel)
            throws IOException {
        if (before.equals(ABSENT)) {
            parent.deleteFile(place.name());
            parent.sync();
            return;
        }
        Optional<Entry> entry = now.map(Contents.Read::entry);
        byte[] content = access().journal().kept(before).orElseThrow(() -> notKept(place.relative()));
        access().writer()
                .write(place, parent, content, entry, entry.map(Entry::mode).orElse(Set.of()), cancel);
    }

    @Override
    public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        Json undo = prepared.undo();
        if (!undo.has("after")) {
            return EffectState.UNKNOWN;
        }
        String[] now = {""};
        boolean seen = holds(() -> {
            Place place = access().roots().place(undo.text("path"), undo.text("root"), true);
            try (Parent parent = Parent.of(access().roots(), place)) {
                now[0] = parent.missing().isEmpty()
                                && parent.directory().entry(place.name()).isPresent()
                        ? Contents.sha256(parent.directory(), place.name(), CallCancellation.of(context))
                        : ABSENT;
            }
            return true;
        });
        if (!seen) {
            return EffectState.UNKNOWN;
        }
        if (now[0].equals(undo.text("after"))) {
            return EffectState.PRESENT;
        }
        return now[0].equals(undo.text("before")) ? EffectState.ABSENT : EffectState.UNKNOWN;
    }
}
