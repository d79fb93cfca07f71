package io.arkestra.schedule;

import io.arkestra.common.Json;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands. Immutable.
 *
 * @param id unique
 * @param type which handler runs it
 * @param owner on whose behalf
 * @param payload what to do
 * @param state where it is
 * @param runAt when it is due, or was
 * @param attempts how often it was started
 * @param maxAttempts how often it may be
 * @param fence rises with every claim; a worker that lost its lease cannot finish the job
 * @param error what the last failed attempt said
 */
public record Job(
        String id,
        String type,
        Owner owner,
        Json payload,
        JobState state,
        Instant runAt,
        int attempts,
        int maxAttempts,
        long fence,
        @Nullable String error) {
    /** What the last failed attempt said. */
    public Optional<String> lastError() {
        return Optional.ofNullable(error);
    }
}
