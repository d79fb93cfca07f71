package io.arkestra.memory;

import io.arkestra.common.InvalidInputException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A long text to be searched. A form feed ({@code U+000C}) in it ends a page; citations of a text with form feeds name pages. Immutable.
 */
public final class DocumentDraft {
    /**
     * The key of the metadata that puts a document into a project. Such documents are found only by searches for this key and value, or in
     * the scope of the project; they wait for no embedding when they are added.
     */
    public static final String PROJECT = "project";

    /** The most sections a document may have. */
    public static final int MAX_SECTIONS = 20_000;

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
    private final List<Section> sections;

    /**
     * A part of the text that belongs together and reaches to the next one.
     *
     * @param start offset of its first code unit
     * @param level 1 is the outermost; 0 stands for a part without a name, which stands below those that have one
     * @param heading what it is called; empty for a part without a name
     */
    public record Section(int start, int level, String heading) {
        public Section {
            Objects.requireNonNull(heading, "heading");
        }
    }

    private DocumentDraft(
            String id,
            String title,
            String text,
            Origin origin,
            Map<String, String> metadata,
            @Nullable Instant at,
            List<Section> sections) {
        this.id = Objects.requireNonNull(id, "id");
        this.title = Objects.requireNonNull(title, "title");
        this.text = Objects.requireNonNull(text, "text");
        this.origin = Objects.requireNonNull(origin, "origin");
        this.metadata = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        this.at = at;
        this.sections = List.copyOf(sections);
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
        checkSections(name);
        if (metadata.size() > 50) {
            throw new InvalidInputException("Document '" + id + "' has " + metadata.size() + " metadata; at most 50");
        }
    }

    private void checkSections(String name) {
        if (sections.size() > MAX_SECTIONS) {
            throw new InvalidInputException(
                    name + " has " + sections.size() + " sections; at most " + MAX_SECTIONS + " are kept");
        }
        int before = -1;
        for (Section section : sections) {
            if (section.start() <= before || section.start() >= text.length() || section.level() < 0) {
                throw new InvalidInputException(
                        "A section of " + name + " begins at " + section.start() + " with level " + section.level()
                                + "; expected sections in order, each inside the text, with a level of 0 or more");
            }
            DraftRules.atMost("The heading of a section of " + name, section.heading(), MAX_TITLE);
            before = section.start();
        }
    }

    /** Plain text or Markdown, whose headings go into the chunks below them. Adding the same id again replaces it. */
    public static DocumentDraft of(String id, String title, String text) {
        return new DocumentDraft(id, title, text, Origin.USER, Map.of(), null, List.of());
    }

    /** Who wrote it; a document is never trusted more than this. */
    public DocumentDraft origin(Origin value) {
        return new DocumentDraft(id, title, text, value, metadata, at, sections);
    }

    /** A property to filter by. */
    public DocumentDraft metadata(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(metadata);
        more.put(key, value);
        return new DocumentDraft(id, title, text, origin, more, at, sections);
    }

    /** When it was written; when it is added unless set. */
    public DocumentDraft at(Instant value) {
        return new DocumentDraft(id, title, text, origin, metadata, Objects.requireNonNull(value, "value"), sections);
    }

    /** Its parts in order, for a text that is no prose; found by its headings unless set. */
    public DocumentDraft sections(List<Section> value) {
        return new DocumentDraft(id, title, text, origin, metadata, at, value);
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

    /** Its parts as they were given; empty for a text whose headings say them. */
    public List<Section> sections() {
        return sections;
    }
}
