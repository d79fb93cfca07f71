package io.arkestra.memory.record.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.FieldType;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A part of a document, as it is kept and searched.
 *
 * @param id unique for the owner
 * @param document id of the document
 * @param ordinal which part, from 0
 * @param start offset of its first code unit in the document
 * @param end offset after its last one
 * @param title of the document
 * @param heading the headings above it, outermost first; empty when there is none
 * @param text the words
 * @param at when the document was written
 * @param line the line that it begins in, from 1; 0 when it was cut before lines were counted
 * @param page the page that it begins on, from 1; 0 when the document has no pages
 */
public record Chunk(
        String id,
        String document,
        int ordinal,
        int start,
        int end,
        String title,
        String heading,
        String text,
        Instant at,
        int line,
        int page) {
    public static final CollectionSpec COLLECTION = CollectionSpec.builder("chunks")
            .field("document", FieldType.STRING)
            .field("ordinal", FieldType.LONG)
            .field("at", FieldType.INSTANT)
            .uniqueKey("document", "ordinal")
            .feed()
            .check(Chunk::from)
            .build();
    public static final String NAME = COLLECTION.name();

    private static final int STEM_BYTES = 16;

    /** The id of a part of a document. */
    public static String id(String document, int ordinal) {
        return stem(document) + String.format("-%05d", ordinal);
    }

    /** How the ids of all parts of a document begin. */
    public static String stem(String document) {
        return HexFormat.of().formatHex(NormalText.sha256(document), 0, STEM_BYTES);
    }

    /** The beginning of a chunk id that names its document, see {@link #stem}. */
    public static String stemOf(String id) {
        return id.substring(0, Math.min(id.length(), 2 * STEM_BYTES));
    }

    /** The id of a chunk that stands so many places after another one, which need not exist. */
    public static Optional<String> neighbour(String id, int places) {
        try {
            int ordinal = Integer.parseInt(id.substring(2 * STEM_BYTES + 1)) + places;
            return ordinal < 0 ? Optional.empty() : Optional.of(stemOf(id) + String.format("-%05d", ordinal));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** What stands above the words: title and headings, for keys that are searched. */
    public String lead() {
        StringBuilder lead = new StringBuilder(title.strip());
        if (!heading.isEmpty()) {
            lead.append(lead.isEmpty() ? "" : "\n").append(heading);
        }
        return lead.isEmpty() ? "" : lead.append('\n').toString();
    }

    public Json toJson() {
        return Json.object()
                .put("document", document)
                .put("ordinal", ordinal)
                .put("start", start)
                .put("end", end)
                .put("title", title)
                .put("heading", heading)
                .put("text", text)
                .put("at", at)
                .put("line", line)
                .put("page", page)
                .build();
    }

    /** @throws InvalidInputException when the document in the store is not a chunk */
    public static Chunk from(Doc doc) {
        Json body = doc.body();
        return new Chunk(
                doc.id(),
                body.text("document"),
                Math.toIntExact(body.integer("ordinal").orElse(0L)),
                Math.toIntExact(body.integer("start").orElse(0L)),
                Math.toIntExact(body.integer("end").orElse(0L)),
                body.text("title"),
                body.string("heading").orElse(""),
                body.text("text"),
                body.instant("at").orElse(doc.createdAt()),
                Math.toIntExact(body.integer("line").orElse(0L)),
                Math.toIntExact(body.integer("page").orElse(0L)));
    }

    /** The chunk in a document; none, with a word to the host, when somebody wrote something else there. */
    public static List<Chunk> readable(Doc doc, Consumer<String> broken) {
        try {
            return List.of(from(doc));
        } catch (InvalidInputException | IllegalArgumentException | ArithmeticException e) {
            broken.accept("Chunk " + doc.id() + " cannot be read and is left out: " + e.getMessage());
            return List.of();
        }
    }
}
