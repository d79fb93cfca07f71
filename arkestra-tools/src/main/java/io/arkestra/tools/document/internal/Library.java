package io.arkestra.tools.document.internal;

import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.memory.Documents;
import io.arkestra.memory.Origin;
import io.arkestra.tool.ToolContext;
import io.arkestra.tools.fs.internal.CallCancellation;
import io.arkestra.tools.fs.internal.Digests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The imported documents of all users, each seen only by its own. Thread-safe. */
final class Library {
    /** The key of the metadata that marks what was imported, and says by which id. */
    static final String DOCUMENT = "document";
    /** Where the file was. */
    static final String SOURCE = "source";
    /** The taint of everything in it. */
    static final String TAINT = "taint";

    static final String PAGES = "pages";

    private static final int PAGE = 1_000;
    private static final int ID_DIGITS = 24;
    private static final int LONGEST_NAME = 200;

    private final Documents documents;
    private final FileSource files;
    private final Limits limits;

    Library(Documents documents, FileSource files, Limits limits) {
        this.documents = documents;
        this.files = files;
        this.limits = limits;
    }

    /**
     * A file that was read.
     *
     * @param id made of its content
     * @param path where it was
     * @param title for people
     */
    record Volume(String id, Path path, String title, Extracted extracted) {
        /** About what the memory will make of it. */
        int passages() {
            return 1 + extracted.text().length() / 900;
        }
    }

    Documents documents() {
        return documents;
    }

    FileSource files() {
        return files;
    }

    /** Reads a file. Changes nothing. */
    Volume read(String named, Optional<String> title, ToolContext context) {
        Path path = files.resolve(named);
        byte[] bytes = files.read(path, limits.bytes());
        String name = String.valueOf(path.getFileName());
        Extracted extracted = DocumentReader.read(bytes, Reading.of(name, limits, context));
        String shown =
                title.filter(given -> !given.isBlank()).orElse(extracted.title().isEmpty() ? name : extracted.title());
        return new Volume(id(bytes), path, oneLine(shown, name), extracted);
    }

    private static String oneLine(String title, String name) {
        String line = CleanText.of(title).replaceAll("\\s+", " ").strip();
        String shown = line.isEmpty() ? name : line;
        return shown.length() <= LONGEST_NAME
                ? shown
                : shown.substring(0, shown.offsetByCodePoints(0, LONGEST_NAME / 2));
    }

    private static String id(byte[] bytes) {
        return "doc-" + Digests.of(bytes).substring(0, ID_DIGITS);
    }

    /** @throws io.arkestra.common.CancelledException when the call was stopped; nothing was kept */
    DocumentInfo add(ToolContext context, Volume volume) {
        String name = String.valueOf(volume.path().getFileName());
        DocumentDraft draft = DocumentDraft.of(
                        volume.id(), volume.title(), volume.extracted().text())
                .origin(Origin.WEB)
                .metadata(DOCUMENT, volume.id())
                .metadata(SOURCE, shortened(volume.path().toString()))
                .metadata(TAINT, taint(name).toString());
        int pages = volume.extracted().pages();
        return documents.add(
                context.scope(),
                pages > 0 ? draft.metadata(PAGES, String.valueOf(pages)) : draft,
                CallCancellation.of(context));
    }

    private static String shortened(String path) {
        return path.length() <= DocumentDraft.MAX_METADATA
                ? path
                : path.substring(path.length() - DocumentDraft.MAX_METADATA);
    }

    private static Taint taint(String name) {
        return Taint.of("document", name);
    }

    /** Where the words of a document come from. */
    static Taint taint(DocumentInfo document) {
        return Optional.ofNullable(document.metadata().get(TAINT))
                .map(Taint::parse)
                .orElseGet(() -> taint(document.title()));
    }

    Optional<DocumentInfo> find(Scope scope, String id) {
        return documents.find(scope, id).filter(Library::isOwn);
    }

    /** Not the files of projects, which have tools of their own. */
    private static boolean isOwn(DocumentInfo document) {
        return !document.metadata().containsKey(DocumentDraft.PROJECT);
    }

    /** All of a user. */
    List<DocumentInfo> all(Scope scope) {
        List<DocumentInfo> all = new ArrayList<>();
        Optional<String> after = Optional.empty();
        while (true) {
            List<DocumentInfo> page = documents.list(scope, after, PAGE);
            page.stream().filter(Library::isOwn).forEach(all::add);
            if (page.size() < PAGE) {
                return all;
            }
            after = Optional.of(page.get(page.size() - 1).id());
        }
    }

    /** What was imported from the same place earlier. */
    List<DocumentInfo> older(Scope scope, Volume volume) {
        String source = shortened(volume.path().toString());
        return all(scope).stream()
                .filter(document -> !document.id().equals(volume.id())
                        && source.equals(document.metadata().get(SOURCE)))
                .toList();
    }
}
