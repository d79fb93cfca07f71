package io.arkestra.schedule;

import io.arkestra.common.Json;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A job as it stands. Immutable. Made by {@link JobQueue}; a test of a handler builds its own. */
public final class Job {
    private final String id;
    private final String type;
    private final Owner owner;
    private final Json payload;
    private final JobState state;
    private final Instant runAt;
    private final int attempts;
    private final int maxAttempts;
    private final long fence;
    private final @Nullable String lastError;

    private Job(Builder builder) {
        this.id = builder.id;
        this.type = builder.type;
        this.owner = builder.owner;
        this.payload = builder.payload;
        this.state = builder.state;
        this.runAt = builder.runAt;
        this.attempts = builder.attempts;
        this.maxAttempts = builder.maxAttempts;
        this.fence = builder.fence;
        this.lastError = builder.lastError;
    }

    /**
     * Starts a job that waits for its first attempt.
     *
     * @param id unique
     * @param type which handler runs it
     * @param owner on whose behalf
     * @param runAt when it is due
     */
    public static Builder builder(String id, String type, Owner owner, Instant runAt) {
        return new Builder(id, type, owner, runAt);
    }

    public String id() {
        return id;
    }

    /** Which handler runs it. */
    public String type() {
        return type;
    }

    /** On whose behalf. */
    public Owner owner() {
        return owner;
    }

    /** What to do. */
    public Json payload() {
        return payload;
    }

    public JobState state() {
        return state;
    }

    /** When it is due, or was. */
    public Instant runAt() {
        return runAt;
    }

    /** How often it was started. */
    public int attempts() {
        return attempts;
    }

    /** How often it may be started. */
    public int maxAttempts() {
        return maxAttempts;
    }

    /** Rises with every claim; a worker that lost its lease cannot finish the job. */
    public long fence() {
        return fence;
    }

    /** What the last failed attempt said. */
    public Optional<String> lastError() {
        return Optional.ofNullable(lastError);
    }

    @Override
    public String toString() {
        return "Job[" + id + " " + type + " " + state + "]";
    }

    /** Builds {@link Job}. Not thread-safe. */
    public static final class Builder {
        private final String id;
        private final String type;
        private final Owner owner;
        private final Instant runAt;
        private Json payload = Json.emptyObject();
        private JobState state = JobState.QUEUED;
        private int attempts;
        private int maxAttempts = 5;
        private long fence;
        private @Nullable String lastError;

        private Builder(String id, String type, Owner owner, Instant runAt) {
            this.id = Objects.requireNonNull(id, "id");
            this.type = Objects.requireNonNull(type, "type");
            this.owner = Objects.requireNonNull(owner, "owner");
            this.runAt = Objects.requireNonNull(runAt, "runAt");
        }

        public Builder payload(Json value) {
            payload = Objects.requireNonNull(value, "value");
            return this;
        }

        public Builder state(JobState value) {
            state = Objects.requireNonNull(value, "value");
            return this;
        }

        /** How often it was started, how often it may be, and the fence of the last claim. */
        public Builder attempts(int started, int most, long lastFence) {
            attempts = started;
            maxAttempts = most;
            fence = lastFence;
            return this;
        }

        public Builder lastError(String value) {
            lastError = Objects.requireNonNull(value, "value");
            return this;
        }

        public Job build() {
            return new Job(this);
        }
    }
}
