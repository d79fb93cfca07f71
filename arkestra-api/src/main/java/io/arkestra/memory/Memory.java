package io.arkestra.memory;

import io.arkestra.common.Scope;
import io.arkestra.store.DocTransaction;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The long-term memory of all users, each seen only by its own. Thread-safe. What was committed to the store is recalled by the next
 * call; indexes follow the store's feed by themselves.
 */
public interface Memory extends AutoCloseable {
    /** Remembers. The same text of the same kind is kept once; remembering it again returns the record that is there. */
    MemoryRecord remember(Scope scope, MemoryDraft draft);

    /** Remembers as part of the caller's transaction. */
    MemoryRecord remember(DocTransaction transaction, Scope scope, MemoryDraft draft);

    /** Passages for a question, best first, each with its source. */
    Recall recall(Scope scope, RecallQuery query);

    /** Messages of the user with {@code from <= at < to}, oldest first, at most {@code limit}. */
    List<Message> messages(Scope scope, Instant from, Instant to, int limit);

    /** The newest memories first, at most {@code limit}. */
    List<MemoryRecord> list(Scope scope, int limit);

    /** The newest memories of one kind first, at most {@code limit}, however many of other kinds there are. */
    List<MemoryRecord> list(Scope scope, MemoryKind kind, int limit);

    Optional<MemoryRecord> find(Scope scope, String id);

    /** Forgets a memory for good. Returns false when there was none. */
    boolean forget(Scope scope, String id);

    /** Brings indexes up to date and makes that survive a restart: part of the nightly work. */
    void refresh();

    /** Lines for {@code describe()}: what it runs on, how much it holds, what is missing and what that costs. */
    List<String> describe();

    @Override
    void close();
}
