package io.arkestra.memory;

import io.arkestra.common.Health;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
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

    /** A memory with what it replaced and what replaced it, the newest first; empty when there is none. */
    List<MemoryRecord> history(Scope scope, String id);

    /** What was learned from a message, replaced since or not, the oldest first; empty for a memory that does not know. */
    default List<MemoryRecord> learnedFrom(Scope scope, String message) {
        return List.of();
    }

    /**
     * Replaces the words of a memory by the user's: a new record supersedes the old one, which stays in its history.
     *
     * @throws io.arkestra.common.InvalidInputException when there is none or it is locked
     */
    default MemoryRecord edit(Scope scope, String id, String text) {
        return edit(scope, id, text, List.of());
    }

    /**
     * The same with words that did not come from the user alone.
     *
     * @param taint untrusted sources of the new words
     */
    MemoryRecord edit(Scope scope, String id, String text, List<String> taint);

    /** Pinned memories are never evicted, expire never and come first among equals. Returns false when there is none. */
    boolean pin(Scope scope, String id, boolean pinned);

    /** Locked memories are neither edited nor superseded nor merged; only forgetting removes them. Returns false when there is none. */
    boolean lock(Scope scope, String id, boolean locked);

    /** Moves a memory to another tier. Returns false when there is none. */
    boolean move(Scope scope, String id, Tier tier);

    /** Forgets all memories of a tier, pinned and locked ones left out. Returns how many. */
    long clear(Scope scope, Tier tier);

    /** Forgets everything of this extent of one user, pinned and locked or not. Returns how many documents went. */
    long reset(Scope scope, Reset extent);

    /** Takes messages of conversations that took place elsewhere into the log, in order, each once. Returns those that are kept. */
    List<Message> record(Scope scope, List<MessageDraft> messages);

    /**
     * Forgets a message and everything that was made from it alone: facts, notes, summaries, the graph, postings and vectors. Of a
     * turn of the engine goes what repeats the message: its trace, the calls of tools with what these answered, feedback on it, and
     * the answer when the message is the user's. Answers in later turns that quote it are messages of their own and stay.
     *
     * <p>When this returns nothing of it can be read or found any more. Its bytes leave the files of the store when the store is
     * closed, when it sleeps, or when it is next opened after the process was killed ({@link DocTransaction#expunge}).
     *
     * @return false when there was none
     */
    boolean forgetMessage(Scope scope, String id);

    /**
     * Removes what is kept outside the store about a user: postings, vectors, caches. The caller erases the user's documents first.
     */
    void erase(UserId user);

    /** Long texts to be searched. */
    Documents documents();

    /** Who and what the memories are about. */
    Graph graph();

    /** The life of conversations. */
    Sessions sessions();

    /**
     * Does the nightly work on memories: ends idle conversations, sums up, finds facts, promotes, merges, expires, refreshes. Every step is
     * committed by itself and can be done again without effect; a sleep that was cut off is continued by the next one.
     */
    SleepOutcome sleep(SleepRequest request);

    /** Who lets their conversations be used to train models. */
    default DataSetConsent dataSetConsent() {
        return DataSetConsent.none();
    }

    /** What does not work as well as it should. */
    Health health();

    /**
     * Forgets a memory for good, in files as {@link #forgetMessage} does. The messages that it was taken from
     * ({@link MemoryRecord#sources}) stay, and with them what was said: forgetting those forgets the memory as well.
     *
     * @return false when there was none
     */
    boolean forget(Scope scope, String id);

    /**
     * Brings indexes up to date, what is still to be embedded included, and makes that survive a restart: part of the nightly work.
     */
    void refresh();

    /** Lines for {@code describe()}: what it runs on, how much it holds, what is missing and what that costs. */
    List<String> describe();

    @Override
    void close();
}
