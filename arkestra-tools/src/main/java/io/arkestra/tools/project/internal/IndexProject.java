package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tools.document.internal.Phrases;
import io.arkestra.tools.fs.internal.CallCancellation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code index.project}. */
final class IndexProject implements Tool {
    private static final ToolSpec SPEC = ToolSpec.builder("index.project")
            .description(
                    "Indexes all files of a project or repository, or brings its index up to date: only what changed is read."
                            + " Then project.search finds code and text in it. What .gitignore and .arkestraignore name is left out.")
            .arguments("""
                    {"type":"object","additionalProperties":false,"required":["path"],
                     "properties":{"path":{"type":"string","minLength":1,"maxLength":4000,
                                     "description":"directory of the project"},
                                   "name":{"type":"string","minLength":1,"maxLength":100,
                                     "description":"how it is to be called; the name of the directory unless given"}}}
                    """)
            .result("""
                    {"type":"object",
                     "required":["project","files","added","changed","removed","leftOut","read","passages","millis"],
                     "properties":{"project":{"type":"string"},"files":{"type":"integer"},"added":{"type":"integer"},
                                   "changed":{"type":"integer"},"removed":{"type":"integer"},
                                   "leftOut":{"type":"integer"},"read":{"type":"integer"},
                                   "passages":{"type":"integer"},"millis":{"type":"integer"}}}
                    """)
            .capability("fs.read")
            .capability("memory.write")
            .sideEffect(ToolSpec.SideEffect.OWN_DATA)
            .reversible()
            .idempotent()
            .cost(CostClass.HIGH)
            .timeout(Duration.ofMinutes(30))
            .examples("Index this repository", "Проиндексируй мой проект")
            .build();

    private final Projects projects;

    IndexProject(Projects projects) {
        this.projects = projects;
    }

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public List<Target> targets(ToolCall call, ToolContext context) {
        String named = call.arguments().text("path");
        try {
            Path root = projects.files().resolve(named);
            return List.of(
                    Target.read(Target.PATH, root.toString().replace('\\', '/')),
                    Target.changed(Target.RECORD, "projects"));
        } catch (ToolException e) {
            if (e.reason() != ToolException.Reason.NOT_FOUND) {
                throw e;
            }
            return List.of(Target.changed(Target.RECORD, "projects"));
        }
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        Path root = projects.directory(call.arguments().text("path"));
        String name = projects.name(call.arguments().string("name"), root, context);
        return Prepared.effect(Phrases.of(context.locale()).say("index.will", name, root))
                .withUndo(Json.object()
                        .put("project", name)
                        .put("call", call.id())
                        .put(
                                "first",
                                projects.store().find(context.scope(), name).isEmpty())
                        .build());
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        CallCancellation.of(context).throwIfCancelled();
        Path root = projects.directory(call.arguments().text("path"));
        String name = projects.name(call.arguments().string("name"), root, context);
        long start = System.nanoTime();
        ProjectIndexer.Outcome outcome = projects.indexer()
                .index(
                        context.scope(),
                        name,
                        root,
                        call.id(),
                        context.taints(),
                        CallCancellation.of(context),
                        (done, total) -> context.progress(name, done, total));
        long millis = (System.nanoTime() - start) / 1_000_000;
        Project project = outcome.project();
        return ToolResult.of(
                Phrases.of(context.locale())
                        .say(
                                "index.done",
                                name,
                                project.files(),
                                outcome.added(),
                                outcome.changed(),
                                outcome.removed(),
                                outcome.leftOut(),
                                project.passages(),
                                millis),
                Json.object()
                        .put("project", name)
                        .put("files", project.files())
                        .put("added", outcome.added())
                        .put("changed", outcome.changed())
                        .put("removed", outcome.removed())
                        .put("leftOut", outcome.leftOut())
                        .put("read", outcome.read())
                        .put("passages", project.passages())
                        .put("millis", millis)
                        .build());
    }

    /** Of an index that is new nothing stays; one that was brought up to date has nothing to go back to. */
    @Override
    public void undo(Prepared prepared, ToolContext context) {
        projects.indexer().drop(context.scope(), undoable(prepared, context).name());
    }

    @Override
    public void checkUndo(ToolCall call, Prepared prepared, ToolContext context) {
        undoable(prepared, context);
    }

    private Project undoable(Prepared prepared, ToolContext context) {
        String name = prepared.undo().text("project");
        if (!prepared.undo().bool("first").orElse(false)) {
            throw new ToolException(
                    ToolException.Reason.NOT_SUPPORTED,
                    "The index of '" + name
                            + "' was there before this call brought it up to date. What it held then is not kept, and"
                            + " would not be what the files say; index.drop forgets the index");
        }
        Project project = projects.store()
                .find(context.scope(), name)
                .filter(now -> prepared.undo().string("call").equals(Optional.of(now.made())))
                .orElseThrow(() -> new ToolException(
                        ToolException.Reason.CONFLICT,
                        "The index of '" + name + "' that this call made was dropped meanwhile"));
        if (projects.watches().watches(context.scope(), name)) {
            throw new ToolException(
                    ToolException.Reason.CONFLICT,
                    "'" + name + "' is watched meanwhile; stop that by index.watch with \"on\": false first");
        }
        return project;
    }

    @Override
    public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        Optional<Project> project = prepared.undo()
                .string("project")
                .flatMap(name -> projects.store().find(context.scope(), name));
        if (project.isEmpty()) {
            return EffectState.ABSENT;
        }
        if (prepared.undo().bool("first").orElse(false)) {
            // What was finished of it stays after a crash, and the next call goes on from there.
            return project.get().made().equals(call.id()) ? EffectState.PRESENT : EffectState.ABSENT;
        }
        return project.get().complete() ? EffectState.PRESENT : EffectState.UNKNOWN;
    }
}
