package io.arkestra.vector;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * One partition of vectors. Derived state: it knows up to which sequence of the feed it is complete and may be thrown away at any time.
 * Thread-safe: any number of searches run beside one writer; what was applied is found by the next search, and a search sees every
 * batch whole or not at all.
 *
 * <p>A batch of the feed is applied with as many calls of {@link #upsert} and {@link #remove} as it takes, all with sequences of the
 * batch (that of its last change will do), and then finished with {@link #advance}. Only that moves {@link #appliedSequence()}: a
 * process that dies between two calls finds the whole batch again, and putting the same entries twice does no harm.
 */
public interface VectorIndex extends AutoCloseable {
    VectorPartition partition();

    /**
     * Adds or replaces entries; of several with one id the last counts. With a sequence at or below {@link #appliedSequence()} it
     * changes nothing: that was applied before.
     *
     * @throws VectorIndexException with code {@code vector.model} for a wrong dimension, {@code vector.value} for a vector that is not
     *     finite or is zero; nothing of the batch was applied then
     */
    void upsert(long sequence, List<VectorEntry> entries);

    /** Removes entries; unknown ids are ignored. With a sequence at or below {@link #appliedSequence()} it changes nothing. */
    void remove(long sequence, Collection<String> ids);

    /**
     * Says that everything up to this sequence was applied, whether or not it concerned this partition. A sequence at or below
     * {@link #appliedSequence()} changes nothing.
     */
    void advance(long sequence);

    /** Removes everything and forgets the sequence. */
    void clear();

    /**
     * Searches. Scores are exact cosines whatever way the hits were found.
     *
     * @throws VectorIndexException with code {@code vector.model} when the query is of another model or dimension
     * @throws io.arkestra.common.CancelledException when cancelled
     */
    VectorResult search(VectorQuery query);

    /** The vectors of these ids, of length 1, as far as they are there. */
    Map<String, float[]> vectors(Collection<String> ids);

    /**
     * The sequence up to which the feed was applied; after opening, what a restart found. For the one who follows the feed, who asks
     * before each batch and goes on from there: when files turn out to be damaged while the partition is in use, the partition is
     * emptied by this call and the sequence falls back to 0. Everybody else asks {@link #stats()}.
     */
    long appliedSequence();

    /**
     * Makes everything applied so far survive a restart: seals, writes a new generation and drops old ones. Complete when that is on
     * disk; merges and graphs that are due then are begun in the background and saved by themselves. Searches and writes go on
     * meanwhile. Fails with a {@link VectorIndexException} of code {@code vector.io} or {@code vector.closed}; what was saved before
     * stays valid.
     */
    CompletionStage<Void> checkpoint();

    /**
     * As {@link #checkpoint}, and rewrites whatever still holds removed or replaced entries: afterwards nothing of them is left in the
     * files. May take long; closing cancels it.
     */
    CompletionStage<Void> compact();

    VectorStats stats();

    /**
     * Ends the use of the partition: waits for readers, cancels builds, never waits for one. What no {@link #checkpoint} saved comes
     * again from the feed. Idempotent.
     */
    @Override
    void close();
}
