package io.arkestra.schedule;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Work to be done, durably. Immutable. */
public final class JobSpec {
    private final String type;
    private final Owner owner;
    private final Json payload;
    private final @Nullable String dedupeKey;
    private final @Nullable Instant runAt;
    private final int maxAttempts;
    private final Duration backoff;

    private JobSpec(Builder builder) {
        this.type = builder.type;
        this.owner = builder.owner;
        this.payload = builder.payload;
        this.dedupeKey = builder.dedupeKey;
        this.runAt = builder.runAt;
        this.maxAttempts = builder.maxAttempts;
        this.backoff = builder.backoff;
    }

    /**
     * Starts a job.
     *
     * @param type which handler runs it
     * @param owner on whose behalf
     */
    public static Builder builder(String type, Owner owner) {
        return new Builder(type, owner);
    }

    public String type() {
        return type;
    }

    public Owner owner() {
        return owner;
    }

    public Json payload() {
        return payload;
    }

    /** While an unfinished job of the type has this key, another one is not made. */
    public Optional<String> dedupeKey() {
        return Optional.ofNullable(dedupeKey);
    }

    /** Not before this instant; at once when empty. */
    public Optional<Instant> runAt() {
        return Optional.ofNullable(runAt);
    }

    public int maxAttempts() {
        return maxAttempts;
    }

    /** The wait before the second attempt; doubles with each, up to an hour, with full jitter. */
    public Duration backoff() {
        return backoff;
    }

    /** Builds {@link JobSpec}. Not thread-safe. */
    public static final class Builder {
        private final String type;
        private final Owner owner;
        private Json payload = Json.emptyObject();
        private @Nullable String dedupeKey;
        private @Nullable Instant runAt;
        private int maxAttempts = 5;
        private Duration backoff = Duration.ofSeconds(1);

        private Builder(String type, Owner owner) {
            this.type = type;
            this.owner = owner;
        }

        public Builder payload(Json value) {
            payload = value;
            return this;
        }

        public Builder dedupeKey(String value) {
            dedupeKey = value;
            return this;
        }

        public Builder runAt(Instant value) {
            runAt = value;
            return this;
        }

        /** 1 means: never tried again. */
        public Builder maxAttempts(int value) {
            if (value < 1) {
                throw new ConfigException("maxAttempts of job '" + type + "' is " + value + "; expected 1 or more");
            }
            maxAttempts = value;
            return this;
        }

        public Builder backoff(Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new ConfigException("backoff of job '" + type + "' is " + value + "; expected above zero");
            }
            backoff = value;
            return this;
        }

        public JobSpec build() {
            return new JobSpec(this);
        }
    }
}
