package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A long text to be searched. Immutable. */
public final class DocumentDraft {
    /** The most characters a document may have. */
    public static final int MAX_TEXT = 8_000_000;

    /** The most characters its title may have; it stands before every chunk. */
    public static final int MAX_TITLE = 1_000;

    /** The most characters a key or a value of its metadata may have. */
    public static final int MAX_METADATA = 1_000;

    private final String id;
    private final String title;
    private final String text;
    private final Origin origin;
    private final Map<String, String> metadata;
    private final @Nullable Instant at;

    private DocumentDraft(
            String id, String title, String text, Origin origin, Map<String, String> metadata, @Nullable Instant at) {
        this.id = Objects.requireNonNull(id, "id");
        this.title = Objects.requireNonNull(title, "title");
        this.text = Objects.requireNonNull(text, "text");
        this.origin = Objects.requireNonNull(origin, "origin");
        this.metadata = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        this.at = at;
        DraftRules.text("The id of a document", id, 150);
        String name = "Document '" + id + "'";
        DraftRules.atMost("The title of " + name, title, MAX_TITLE);
        DraftRules.text(name, text, MAX_TEXT);
        this.metadata.forEach((key, value) -> {
            DraftRules.text("A metadata key of " + name, key, MAX_METADATA);
            DraftRules.atMost("The metadata '" + key + "' of " + name, value, MAX_METADATA);
        });
        if (at != null) {
            DraftRules.time("The time of " + name + ", 'at',", at);
        }
        if (metadata.size() > 50) {
            throw new InvalidInputException("Document '" + id + "' has " + metadata.size() + " metadata; at most 50");
        }
    }

    /** Plain text or Markdown, whose headings go into the chunks below them. Adding the same id again replaces it. */
    public static DocumentDraft of(String id, String title, String text) {
        return new DocumentDraft(id, title, text, Origin.USER, Map.of(), null);
    }

    /** Who wrote it; a document is never trusted more than this. */
    public DocumentDraft origin(Origin value) {
        return new DocumentDraft(id, title, text, value, metadata, at);
    }

    /** A property to filter by. */
    public DocumentDraft metadata(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(key, value);
        return new DocumentDraft(id, title, text, origin, more, at);
    }

    /** When it was written; when it is added unless set. */
    public DocumentDraft at(Instant value) {
        return new DocumentDraft(id, title, text, origin, metadata, Objects.requireNonNull(value, "value"));
    }

    public String id() {
        return id;
    }

    public String title() {
        return title;
    }

    public String text() {
        return text;
    }

    public Origin origin() {
        return origin;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    public Optional<Instant> at() {
        return Optional.ofNullable(at);
    }
}
