package io.arkestra.embedding;

import io.arkestra.common.Health;
import java.util.List;
import java.util.Optional;

/** The models of an engine, each loaded when it is first asked for. Thread-safe. */
public interface Embedders extends AutoCloseable {
    /** The model for a purpose; two purposes may share one. Empty when there is none, which {@link #describe} explains. */
    Optional<Embedder> find(EmbeddingPurpose purpose);

    /** Lines for {@code describe()}: which model for what, which languages it understands, what is missing and the fix. */
    List<String> describe();

    /** What was chosen and cannot be used, with the fix; green when every chosen model can, as far as they were asked for. */
    default Health health() {
        return Health.green();
    }

    /** Closes all models. Idempotent. */
    @Override
    void close();
}
