package io.arkestra.tools.document.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.tool.CostClass;
import io.arkestra.tool.EffectState;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Target;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code document.import}. */
final class ImportDocument implements Tool {
    private static final ToolSpec SPEC = ToolSpec.builder("document.import")
            .description(
                    "Imports a file (PDF, DOCX, HTML, Markdown, text) into the user's documents, so that questions about it can be"
                            + " answered by document.search. The same content is imported once.")
            .arguments("""
                    {"type":"object","additionalProperties":false,"required":["path"],
                     "properties":{"path":{"type":"string","minLength":1,"maxLength":4000,
                                     "description":"the file, absolute or below an allowed directory"},
                                   "title":{"type":"string","minLength":1,"maxLength":200,
                                     "description":"how it is to be called; its own title unless given"}}}
                    """)
            .result("""
                    {"type":"object","required":["document","title","new"],
                     "properties":{"document":{"type":"string"},"title":{"type":"string"},"new":{"type":"boolean"},
                                   "pages":{"type":"integer"},"characters":{"type":"integer"},"passages":{"type":"integer"},
                                   "older":{"type":"array","items":{"type":"string"}}}}
                    """)
            .capability("fs.read")
            .capability("memory.write")
            .sideEffect(ToolSpec.SideEffect.OWN_DATA)
            .reversible()
            .idempotent()
            .cost(CostClass.MEDIUM)
            .timeout(Duration.ofMinutes(5))
            .untrusted("document")
            .examples("Import the contract in contract.pdf", "Импортируй отчёт report.docx")
            .build();

    private final Library library;

    ImportDocument(Library library) {
        this.library = library;
    }

    @Override
    public ToolSpec spec() {
        return SPEC;
    }

    @Override
    public List<Target> targets(ToolCall call, ToolContext context) {
        String named = call.arguments().text("path");
        String path;
        try {
            path = library.files().resolve(named).toString().replace('\\', '/');
        } catch (ToolException e) {
            if (e.reason() != Reason.NOT_FOUND) {
                throw e;
            }
            path = named;
        }
        return List.of(Target.read(Target.PATH, path), Target.changed(Target.RECORD, "documents"));
    }

    private Library.Volume read(ToolCall call, ToolContext context) {
        return library.read(call.arguments().text("path"), call.arguments().string("title"), context);
    }

    @Override
    public Prepared prepare(ToolCall call, ToolContext context) {
        Library.Volume volume = read(call, context);
        Optional<DocumentInfo> known = library.find(context.scope(), volume.id());
        Phrases say = Phrases.of(context.locale());
        String effect = known.isPresent()
                ? say.say("import.known", known.get().title())
                : say.say(
                        "import.will",
                        volume.title(),
                        pages(say, volume.extracted().pages()),
                        volume.extracted().text().length(),
                        volume.passages());
        return Prepared.effect(effect)
                .withUndo(Json.object()
                        .put("document", volume.id())
                        .put("known", known.isPresent())
                        .build())
                .withStateDigest(volume.id() + (known.isPresent() ? "+" : "-"));
    }

    private static String pages(Phrases say, int pages) {
        return pages > 0 ? say.say("import.pages", pages) : say.say("import.nopages");
    }

    @Override
    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
        Library.Volume volume = read(call, context);
        String expected = prepared.undo().string("document").orElse(volume.id());
        if (!expected.equals(volume.id())) {
            throw new ToolException(
                    Reason.CONFLICT,
                    "'" + volume.path().getFileName() + "' has changed since it was looked at; ask to import it again");
        }
        Optional<DocumentInfo> known = library.find(context.scope(), volume.id());
        DocumentInfo document = known.orElseGet(() -> library.add(context, volume));
        List<DocumentInfo> older = known.isPresent() ? List.of() : library.older(context.scope(), volume);
        return ToolResult.of(
                        text(document, known.isPresent(), volume, older, context),
                        data(document, known.isPresent(), volume, older))
                .tainted(Library.taint(document));
    }

    private static String text(
            DocumentInfo document,
            boolean known,
            Library.Volume volume,
            List<DocumentInfo> older,
            ToolContext context) {
        Phrases say = Phrases.of(context.locale());
        if (known) {
            return say.say("import.known", document.title());
        }
        String done = say.say(
                "import.done",
                document.title(),
                document.id(),
                pages(say, volume.extracted().pages()),
                document.characters(),
                document.chunks());
        return older.isEmpty() ? done : done + " " + say.say("import.older", ids(older));
    }

    private static String ids(List<DocumentInfo> documents) {
        return documents.stream().map(DocumentInfo::id).collect(Collectors.joining(", "));
    }

    private static Json data(DocumentInfo document, boolean known, Library.Volume volume, List<DocumentInfo> older) {
        return Json.object()
                .put("document", document.id())
                .put("title", document.title())
                .put("new", !known)
                .put("pages", volume.extracted().pages())
                .put("characters", document.characters())
                .put("passages", document.chunks())
                .put("older", Json.strings(older.stream().map(DocumentInfo::id).toList()))
                .build();
    }

    @Override
    public void undo(Prepared prepared, ToolContext context) {
        String id = prepared.undo().text("document");
        boolean known = prepared.undo().bool("known").orElse(false);
        if (!known && !library.documents().remove(context.scope(), id)) {
            throw forgotten(id);
        }
    }

    @Override
    public void checkUndo(ToolCall call, Prepared prepared, ToolContext context) {
        String id = prepared.undo().text("document");
        boolean known = prepared.undo().bool("known").orElse(false);
        if (!known && library.find(context.scope(), id).isEmpty()) {
            throw forgotten(id);
        }
    }

    private static ToolException forgotten(String id) {
        return new ToolException(Reason.CONFLICT, "Document '" + id + "' was forgotten already");
    }

    @Override
    public EffectState state(ToolCall call, Prepared prepared, ToolContext context) {
        // What was there before is not an effect of the call.
        boolean known = prepared.undo().bool("known").orElse(false);
        boolean there =
                library.find(context.scope(), prepared.undo().text("document")).isPresent();
        return there && !known ? EffectState.PRESENT : EffectState.ABSENT;
    }
}
