package io.arkestra.keyword;

import io.arkestra.store.Owner;
import java.util.Collection;
import java.util.List;

/**
 * A full-text index with one partition per owner: statistics of one owner's texts never reach another's scores. Derived state: it
 * remembers the feed sequence up to which it is complete and may be thrown away at any time. Thread-safe; what was applied is found
 * by the next search.
 *
 * <p>Any method may throw {@link KeywordIndexException} with code {@code keyword.full} when the disk has no space left. Nothing is
 * damaged then: the index is as it was at its last commit, from where it is to be followed again, and until it can be committed again
 * searches find what they found before, as far as possible.
 */
public interface KeywordIndex extends AutoCloseable {
    /** Adds or replaces texts. */
    void upsert(List<KeywordDoc> docs);

    /** Removes texts; unknown ids are ignored. */
    void remove(Owner owner, Collection<String> ids);

    /** Removes everything of an owner, files included. */
    void drop(Owner owner);

    /** Removes everything and forgets the sequence. */
    void clear();

    /**
     * Searches one owner's texts, best first, ties by id.
     *
     * @throws KeywordIndexException with code {@code keyword.damaged} when the index cannot be read; {@link #clear} and replay mend it
     */
    List<KeywordHit> search(KeywordQuery query);

    /** Makes everything applied so far survive a restart, complete up to this sequence of the feed. */
    void commit(long sequence);

    /** The sequence of the last {@link #commit}; 0 when nothing is kept. */
    long committedSequence();

    /** How many texts an owner has in it. */
    long count(Owner owner);

    @Override
    void close();
}
