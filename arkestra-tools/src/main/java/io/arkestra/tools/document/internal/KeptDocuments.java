package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tools.fs.internal.CallCancellation;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code document.list}, {@code document.search} and {@code document.forget}. */
final class KeptDocuments {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ISO_LOCAL_DATE;

    private KeptDocuments() {}

    static List<Tool> all(Library library) {
        return List.of(new ListDocuments(library), new Search(library), new Forget(library));
    }

    private static DocumentInfo named(Library library, String id, ToolContext context) {
        return library.find(context.scope(), id)
                .orElseThrow(() -> new ToolException(
                        Reason.NOT_FOUND,
                        "There is no document '" + id + "'; document.list gives the ids of those that are there"));
    }

    /** Adds where the words of documents come from. */
    static ToolResult tainted(ToolResult result, List<DocumentInfo> documents) {
        return result.tainted(documents.stream().map(Library::taint).toArray(Taint[]::new));
    }

    private record ListDocuments(Library library) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("document.list")
                .description("Lists the documents that the user imported, with their ids and titles.")
                .arguments("""
                        {"type":"object","additionalProperties":false,
                         "properties":{"limit":{"type":"integer","minimum":1,"maximum":500}}}
                        """)
                .result("""
                        {"type":"object","required":["total","documents"],
                         "properties":{"total":{"type":"integer"},
                                       "documents":{"type":"array","items":{"type":"object",
                                         "required":["document","title","characters","passages"],
                                         "properties":{"document":{"type":"string"},"title":{"type":"string"},
                                                       "characters":{"type":"integer"},"passages":{"type":"integer"}}}}}}
                        """)
                .capability("memory.read")
                .untrusted("document")
                .examples("Which documents did I import?", "Какие документы я импортировал?")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            List<DocumentInfo> all = library.all(context.scope());
            List<DocumentInfo> shown = all.stream()
                    .limit(call.arguments().integer("limit").orElse(100L))
                    .toList();
            Phrases say = Phrases.of(context.locale());
            String text = shown.isEmpty()
                    ? say.say("list.none")
                    : shown.stream()
                            .map(document -> say.say(
                                    "list.line",
                                    document.id(),
                                    document.title(),
                                    document.characters(),
                                    DAY.format(document.at().atZone(context.zone()))))
                            .collect(Collectors.joining("\n"));
            Json data = Json.object()
                    .put("total", all.size())
                    .put(
                            "documents",
                            Json.array(shown.stream()
                                    .map(document -> (Json) Json.object()
                                            .put("document", document.id())
                                            .put("title", document.title())
                                            .put("characters", document.characters())
                                            .put("passages", document.chunks())
                                            .build())
                                    .toList()))
                    .build();
            return tainted(ToolResult.of(text, data), shown);
        }
    }

    private record Search(Library library) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("document.search")
                .description(
                        "Searches the documents that the user imported; gives passages with title, page or heading, to be cited.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["query"],
                         "properties":{"query":{"type":"string","minLength":1,"maxLength":1000},
                                       "document":{"type":"string","minLength":1,"maxLength":150,
                                         "description":"id of the one document to search; all unless given"},
                                       "limit":{"type":"integer","minimum":1,"maximum":20}}}
                        """)
                .result(Citations.SCHEMA)
                .capability("memory.read")
                .untrusted("document")
                .examples("What does the contract say about notice?", "Что в договоре сказано о сроке?")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            Map<String, String> where = new LinkedHashMap<>();
            where.put(DocumentDraft.PROJECT, "");
            Optional<String> only = call.arguments().string("document");
            only.ifPresent(id -> {
                DocumentInfo document = named(library, id, context);
                where.put(Library.DOCUMENT, document.metadata().getOrDefault(Library.DOCUMENT, ""));
            });
            Recall recall = library.documents()
                    .search(
                            context.scope(),
                            RecallQuery.about(call.arguments().text("query"))
                                    .limit(call.arguments()
                                            .integer("limit")
                                            .orElse(6L)
                                            .intValue())
                                    .tokenBudget(3_000),
                            where);
            List<Passage> passages = recall.passages().stream()
                    .filter(passage -> only.isEmpty() || only.equals(passage.source()))
                    .toList();
            Phrases say = Phrases.of(context.locale());
            if (passages.isEmpty()) {
                return ToolResult.of(
                        say.say("search.none"), Citations.ofDocuments(say).data(passages));
            }
            List<DocumentInfo> documents = passages.stream()
                    .flatMap(passage -> passage.source().stream())
                    .distinct()
                    .flatMap(id -> library.find(context.scope(), id).stream())
                    .toList();
            Citations citations = Citations.ofDocuments(say);
            return tainted(
                    ToolResult.of(citations.text(passages), citations.data(passages))
                            .citing(passages),
                    documents);
        }
    }

    private record Forget(Library library) implements Tool {
        private static final ToolSpec SPEC = ToolSpec.builder("document.forget")
                .description(
                        "Forgets an imported document for good, its passages included. The file that it was imported from stays.")
                .arguments("""
                        {"type":"object","additionalProperties":false,"required":["document"],
                         "properties":{"document":{"type":"string","minLength":1,"maxLength":150,
                                         "description":"its id, as document.list gives it"}}}
                        """)
                .result("""
                        {"type":"object","required":["document"],"properties":{"document":{"type":"string"}}}
                        """)
                .capability("memory.write")
                .capability("document.forget")
                .sideEffect(ToolSpec.SideEffect.OWN_DATA)
                .examples("Forget the old contract", "Удали старый договор из документов")
                .build();

        @Override
        public ToolSpec spec() {
            return SPEC;
        }

        @Override
        public List<Target> targets(ToolCall call, ToolContext context) {
            return List.of(Target.changed(
                    Target.RECORD, "documents/" + call.arguments().text("document")));
        }

        @Override
        public Prepared prepare(ToolCall call, ToolContext context) {
            DocumentInfo document = named(library, call.arguments().text("document"), context);
            return Prepared.effect(Phrases.of(context.locale())
                            .say("forget.will", document.title(), document.characters(), document.chunks()))
                    .withUndo(Json.object().put("title", document.title()).build())
                    .withStateDigest(document.id());
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            CallCancellation.of(context).throwIfCancelled();
            DocumentInfo document = named(library, call.arguments().text("document"), context);
            library.documents().remove(context.scope(), document.id());
            return ToolResult.of(
                    Phrases.of(context.locale()).say("forget.done", document.title()),
                    Json.object().put("document", document.id()).build());
        }

        @Override
        public io.arkestra.tool.EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
            return library.find(context.scope(), call.arguments().text("document"))
                            .isPresent()
                    ? io.arkestra.tool.EffectState.ABSENT
                    : io.arkestra.tool.EffectState.PRESENT;
        }
    }
}
