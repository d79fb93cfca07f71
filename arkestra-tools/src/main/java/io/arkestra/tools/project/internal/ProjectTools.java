package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.Documents;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.spi.ProviderContext;
import io.arkestra.store.DocStore;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tools.document.internal.Citations;
import io.arkestra.tools.document.internal.FileSource;
import io.arkestra.tools.document.internal.Phrases;
import io.arkestra.tools.fs.internal.CallCancellation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tools for projects. */
public final class ProjectTools {
    private static final String NAMED = """
            {"type":"object","additionalProperties":false,"required":["project"],
             "properties":{"project":{"type":"string","minLength":1,"maxLength":100}}}
            """;

    private ProjectTools() {}

    /** All of them; what watches ends with the engine. */
    public static List<Tool> open(ProviderContext context, Documents documents, FileSource files) {
        ProjectStore store = new ProjectStore(context.require(DocStore.class));
        ProjectIndexer indexer =
                new ProjectIndexer(documents, store, files, IndexLimits.of(context.settings()), context.clock());
        ProjectWatches watches = context.own(new ProjectWatches(indexer, store, context::warn));
        Projects projects = new Projects(documents, store, files, indexer, watches);
        return List.of(
                new IndexProject(projects),
                new Status(projects),
                new Watch(projects),
                new Drop(projects),
                new Search(projects));
    }

    private record Status(Projects projects) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("index.status")
                .description(
                        "Says which projects are indexed, where they are, and whether their index is complete and watched.")
                .result("""
                        {"type":"object","required":["projects"],
                         "properties":{"projects":{"type":"array","items":{"type":"object",
                           "required":["project","root","complete","files","passages","watched"],
                           "properties":{"project":{"type":"string"},"root":{"type":"string"},
                                         "complete":{"type":"boolean"},"files":{"type":"integer"},
                                         "passages":{"type":"integer"},"watched":{"type":"boolean"}}}}}}
                        """)
                .capability("memory.read")
                .examples("Which projects are indexed?", "Какие проекты проиндексированы?")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            Phrases say = Phrases.of(context.locale());
            List<Project> all = projects.store().all(context.scope());
            String text = all.isEmpty()
                    ? say.say("index.none")
                    : all.stream()
                            .map(project -> say.say(
                                    "index.status",
                                    project.name(),
                                    project.root(),
                                    project.files(),
                                    project.passages(),
                                    say.say(state(project, context))))
                            .collect(Collectors.joining("\n"));
            List<Json> list = all.stream()
                    .map(project -> project.toJson()
                            .without("made")
                            .without(Project.TAINT)
                            .with("project", Json.of(project.name()))
                            .with("watched", Json.of(projects.watches().watches(context.scope(), project.name()))))
                    .toList();
            return ToolResult.of(
                            text,
                            Json.object().put("projects", Json.array(list)).build())
                    .tainted(all.stream()
                            .flatMap(project -> project.taints().stream())
                            .toArray(Taint[]::new));
        }

        private String state(Project project, ToolContext context) {
            if (!project.complete()) {
                return "index.part";
            }
            return projects.watches().watches(context.scope(), project.name()) ? "index.watched" : "index.whole";
        }
    }

    private record Watch(Projects projects) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("index.watch")
                .description("Keeps the index of a project up to date by itself while the program runs, or stops that.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["project"],
                         "properties":{"project":{"type":"string","minLength":1,"maxLength":100},
                                       "on":{"type":"boolean","description":"false stops it; true unless given"}}}
                        """)
                .result("""
                        {"type":"object","required":["project","watched"],
                         "properties":{"project":{"type":"string"},"watched":{"type":"boolean"}}}
                        """)
                .capability("fs.read")
                .capability("memory.write")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .reversible()
                .idempotent()
                .timeout(java.time.Duration.ofMinutes(30))
                .examples("Watch my project for changes", "Следи за изменениями в проекте")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        private static boolean on(ToolCall call) {
            return call.arguments().bool("on").orElse(true);
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return List.of(Target.changed(Target.RECORD, "projects"));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            Project project = projects.named(call.arguments().string("project"), context);
            return Prepared.effect(Phrases.of(context.locale())
                            .say(on(call) ? "index.watch" : "index.unwatch", project.name()))
                    .withUndo(Json.object()
                            .put("project", project.name())
                            .put("on", on(call))
                            .put("before", projects.watches().watches(context.scope(), project.name()))
                            .build());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            CallCancellation.of(context).throwIfCancelled();
            Project project = projects.named(call.arguments().string("project"), context);
            set(project, on(call), context);
            return ToolResult.of(
                    Phrases.of(context.locale()).say(on(call) ? "index.watch" : "index.unwatch", project.name()),
                    Json.object()
                            .put("project", project.name())
                            .put("watched", on(call))
                            .build());
        }

        /** Watched first and indexed again then, so that no change falls between the two. */
        private void set(Project project, boolean on, ToolContext context) {
            if (!on) {
                projects.watches().stop(context.scope(), project.name());
                return;
            }
            Path root = projects.directory(project.root());
            List<Path> directories = projects.indexer().directories(root, CallCancellation.of(context));
            projects.watches().start(context.scope(), project, directories);
            projects.indexer()
                    .index(
                            context.scope(),
                            project.name(),
                            root,
                            "",
                            context.taints(),
                            CallCancellation.of(context),
                            (done, total) -> context.progress(project.name(), done, total));
        }

        @Override
        public void undo(Prepared prepared, ToolContext context) {
            String name = prepared.undo().text("project");
            Project project = projects.store()
                    .find(context.scope(), name)
                    .orElseThrow(() -> new ToolException(
                            ToolException.Reason.CONFLICT, "The index of '" + name + "' was dropped meanwhile"));
            boolean on = prepared.undo().bool("on").orElse(true);
            if (projects.watches().watches(context.scope(), name) != on) {
                throw new ToolException(
                        ToolException.Reason.CONFLICT,
                        "'" + name + "' is " + (on ? "not watched any more" : "watched again")
                                + ": that was changed meanwhile");
            }
            set(project, prepared.undo().bool("before").orElse(false), context);
        }

        @Override
        public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
            boolean wanted = prepared.undo().bool("on").orElse(true);
            boolean now =
                    projects.watches().watches(context.scope(), prepared.undo().text("project"));
            return now == wanted ? EffectState.PRESENT : EffectState.ABSENT;
        }
    }

    private record Drop(Projects projects) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("index.drop")
                .description("Forgets the index of a project. Its files stay, and it can be indexed again.")
                .arguments(NAMED)
                .result("""
                        {"type":"object","required":["project","files"],
                         "properties":{"project":{"type":"string"},"files":{"type":"integer"}}}
                        """)
                .capability("memory.write")
                .capability("index.delete")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .timeout(java.time.Duration.ofMinutes(10))
                .examples("Forget the index of my project", "Забудь индекс проекта")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return List.of(
                    Target.changed(Target.RECORD, "projects/" + call.arguments().text("project")));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            Project project = projects.named(call.arguments().string("project"), context);
            return Prepared.effect(Phrases.of(context.locale()).say("index.drop", project.name(), project.files()));
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            CallCancellation.of(context).throwIfCancelled();
            Project project = projects.named(call.arguments().string("project"), context);
            projects.watches().stop(context.scope(), project.name());
            int files = projects.indexer().drop(context.scope(), project.name());
            return ToolResult.of(
                    Phrases.of(context.locale()).say("index.dropped", project.name(), files),
                    Json.object()
                            .put("project", project.name())
                            .put("files", files)
                            .build());
        }

        @Override
        public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
            return projects.store()
                            .find(context.scope(), call.arguments().text("project"))
                            .isPresent()
                    ? EffectState.ABSENT
                    : EffectState.PRESENT;
        }
    }

    private record Search(Projects projects) implements Tool {
        private static final int MORE = 4;
        private static final ToolSpec SPEC = ToolSpec.builder("project.search")
                .description(
                        "Searches the files of an indexed project by words, names of classes and functions, and meaning;"
                                + " gives passages with path and lines.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["query"],
                         "properties":{"query":{"type":"string","minLength":1,"maxLength":1000},
                                       "project":{"type":"string","minLength":1,"maxLength":100,
                                         "description":"its name; may be left out when there is one"},
                                       "limit":{"type":"integer","minimum":1,"maximum":20}}}
                        """)
                .result(Citations.SCHEMA)
                .capability("memory.read")
                .untrusted("document")
                .examples("Where is the parser of ignore files?", "Где в проекте разбираются даты?")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            Project project = projects.named(call.arguments().string("project"), context);
            String query = call.arguments().text("query");
            int limit = call.arguments().integer("limit").orElse(6L).intValue();
            List<Passage> found = projects.documents()
                    .search(
                            context.scope(),
                            RecallQuery.about(query).limit(MORE * limit).tokenBudget(MORE * 4_000),
                            Map.of(DocumentDraft.PROJECT, project.name()))
                    .passages();
            List<Passage> passages =
                    Symbols.first(query, found).stream().limit(limit).toList();
            Phrases say = Phrases.of(context.locale());
            if (passages.isEmpty()) {
                return ToolResult.of(
                        say.say("project.none"), Citations.ofFiles(say).data(passages));
            }
            Citations citations = Citations.ofFiles(say);
            return ToolResult.of(citations.text(passages), citations.data(passages))
                    .citing(passages)
                    .tainted(ProjectIndexer.taint(project.name()));
        }
    }
}
