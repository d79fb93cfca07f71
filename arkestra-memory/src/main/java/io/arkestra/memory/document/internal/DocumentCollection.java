package io.arkestra.memory.document.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.memory.Origin;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.FieldType;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The collection of documents: what is known about each. The words are in its chunks, every one of them. */
final class DocumentCollection {
    static final CollectionSpec SPEC = CollectionSpec.builder("documents")
            .field("at", FieldType.INSTANT)
            .field(DocumentDraft.PROJECT, FieldType.STRING)
            .orderedIndex(DocumentDraft.PROJECT, CollectionSpec.FIELD_ID)
            .check(DocumentCollection::info)
            .build();
    static final String NAME = SPEC.name();

    private DocumentCollection() {}

    static Json body(DocumentDraft draft, Instant at, int chunks) {
        Map<String, Json> metadata = new LinkedHashMap<>();
        draft.metadata().forEach((key, value) -> metadata.put(key, Json.of(value)));
        Json.ObjectBuilder body = Json.object();
        project(draft.metadata()).ifPresent(project -> body.put(DocumentDraft.PROJECT, project));
        return body.put("title", draft.title())
                .put("origin", draft.origin().name().toLowerCase(Locale.ROOT))
                .put("metadata", Json.object(metadata))
                .put("at", at)
                .put("chunks", chunks)
                .put("characters", draft.text().length())
                .build();
    }

    /** The project that a document with this metadata belongs to. */
    static Optional<String> project(Map<String, String> metadata) {
        return Optional.ofNullable(metadata.get(DocumentDraft.PROJECT)).filter(project -> !project.isEmpty());
    }

    /** The document; none, with a word to the host, when somebody wrote something else there. */
    static List<DocumentInfo> readable(Doc doc, Consumer<String> broken) {
        try {
            return List.of(info(doc));
        } catch (InvalidInputException | IllegalArgumentException | ArithmeticException e) {
            broken.accept("Document " + doc.id() + " cannot be read and is left out: " + e.getMessage());
            return List.of();
        }
    }

    private static DocumentInfo info(Doc doc) {
        Json body = doc.body();
        Map<String, String> metadata = new LinkedHashMap<>();
        body.get("metadata")
                .ifPresent(values -> values.members().forEach((key, value) -> {
                    if (value.isString()) {
                        metadata.put(key, value.asString());
                    }
                }));
        return DocumentInfo.of(
                doc.id(),
                body.text("title"),
                Origin.valueOf(body.text("origin").toUpperCase(Locale.ROOT)),
                metadata,
                body.instant("at").orElse(doc.createdAt()),
                Math.toIntExact(body.integer("chunks").orElse(0L)),
                Math.toIntExact(body.integer("characters").orElse(0L)));
    }
}
