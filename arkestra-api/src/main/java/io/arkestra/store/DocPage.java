package io.arkestra.store;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Some documents and where to go on. Immutable. */
public final class DocPage {
    private final List<Doc> docs;
    private final @Nullable String next;

    private DocPage(List<Doc> docs, @Nullable String next) {
        this.docs = List.copyOf(docs);
        this.next = next;
    }

    /** The last page. */
    public static DocPage last(List<Doc> docs) {
        return new DocPage(docs, null);
    }

    /** A page with another one after it, which this cursor leads to. */
    public static DocPage of(List<Doc> docs, String next) {
        return new DocPage(docs, Objects.requireNonNull(next, "next"));
    }

    public List<Doc> docs() {
        return docs;
    }

    /** For {@link DocQuery#after}; empty on the last page. Opaque, and only valid for the same filter and order. */
    public Optional<String> next() {
        return Optional.ofNullable(next);
    }
}
