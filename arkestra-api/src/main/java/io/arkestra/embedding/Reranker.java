package io.arkestra.embedding;

import io.arkestra.common.Cancellation;
import java.time.Duration;
import java.util.List;

/** A model that reads query and text together and says how well the text answers. Thread-safe. */
public interface Reranker extends AutoCloseable {
    /** Name and digest of the model and its settings. */
    String id();

    /**
     * Judges candidates, best of the first stage first, until the deadline has passed. The result holds those that were judged, best
     * first; the others are left out and keep their place behind them. Text beyond the model's limit is judged by its best part.
     *
     * @param deadline from now; at least one candidate is judged
     * @throws EmbeddingException when the model cannot be used
     * @throws io.arkestra.common.CancelledException when cancelled between two candidates
     */
    List<RerankScore> rerank(String query, List<RerankCandidate> candidates, Duration deadline, Cancellation cancel);

    /** Whether its model understands the language of this text. */
    boolean understands(String text);

    /** Releases the model. Idempotent. */
    @Override
    void close();
}
