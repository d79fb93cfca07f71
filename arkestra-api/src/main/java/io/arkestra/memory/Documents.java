package io.arkestra.memory;

import io.arkestra.common.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Long texts that a user gave to be searched, cut into chunks. Each user sees only the own ones. Thread-safe. */
public interface Documents {
    /** Adds a document or replaces the one with the same id. It can be found by words when this returns, by meaning soon after. */
    DocumentInfo add(Scope scope, DocumentDraft draft);

    /** Documents by id, at most {@code limit}, after the given id. */
    List<DocumentInfo> list(Scope scope, Optional<String> after, int limit);

    Optional<DocumentInfo> find(Scope scope, String id);

    /** Removes a document and everything made from it. Returns false when there was none. */
    boolean remove(Scope scope, String id);

    /**
     * Chunks that answer a query, best first, at most one run of neighbouring chunks per place.
     *
     * @param where metadata that a document must have, all of them; empty for any
     */
    Recall search(Scope scope, RecallQuery query, Map<String, String> where);
}
