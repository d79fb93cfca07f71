package io.arkestra.store;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Some documents and where to go on. Immutable. */
public final class DocPage {
    private final List<Doc> docs;
    private final @Nullable String next;

    public DocPage(List<Doc> docs, @Nullable String next) {
        this.docs = List.copyOf(docs);
        this.next = next;
    }

    public List<Doc> docs() {
        return docs;
    }

    /** For {@link DocQuery#after}; empty on the last page. Opaque, and only valid for the same filter and order. */
    public Optional<String> next() {
        return Optional.ofNullable(next);
    }
}
