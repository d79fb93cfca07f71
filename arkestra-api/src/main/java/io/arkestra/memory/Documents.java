package io.arkestra.memory;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Long texts that a user gave to be searched, cut into chunks. Each user sees only the own ones. Thread-safe. */
public interface Documents {
    /** Adds a document or replaces the one with the same id. It can be found by words when this returns, by meaning soon after. */
    DocumentInfo add(Scope scope, DocumentDraft draft);

    /**
     * The same, unless it is cancelled before the document is kept.
     *
     * @throws io.arkestra.common.CancelledException when it was cancelled; nothing was added or replaced
     */
    default DocumentInfo add(Scope scope, DocumentDraft draft, Cancellation cancel) {
        cancel.throwIfCancelled();
        return add(scope, draft);
    }

    /**
     * Adds several documents or replaces those with the same ids; quicker than one by one. When the process ends meanwhile, some of them may
     * have been added, each wholly.
     */
    default List<DocumentInfo> addAll(Scope scope, List<DocumentDraft> drafts) {
        return drafts.stream().map(draft -> add(scope, draft)).toList();
    }

    /** Removes several documents and everything made from them; quicker than one by one. Returns how many there were. */
    default int removeAll(Scope scope, List<String> ids) {
        return (int) ids.stream().filter(id -> remove(scope, id)).count();
    }

    /** Documents by id, at most {@code limit}, after the given id. */
    List<DocumentInfo> list(Scope scope, Optional<String> after, int limit);

    Optional<DocumentInfo> find(Scope scope, String id);

    /** Removes a document and everything made from it. Returns false when there was none. */
    boolean remove(Scope scope, String id);

    /**
     * Chunks that answer a query, best first, at most one run of neighbouring chunks per place.
     *
     * @param where metadata that a document must have, all of them; an empty value stands for a document that does not have it; empty for
     *     any
     */
    Recall search(Scope scope, RecallQuery query, Map<String, String> where);
}
