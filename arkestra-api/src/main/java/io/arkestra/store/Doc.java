package io.arkestra.store;

import io.arkestra.common.Json;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stored document. Immutable; the binary part is copied at the boundary. Made by stores. */
public final class Doc {
    private final Owner owner;
    private final String id;
    private final long version;
    private final long sequence;
    private final Instant createdAt;
    private final Instant updatedAt;
    private final @Nullable Instant expiresAt;
    private final Json body;
    private final byte @Nullable [] blob;

    private Doc(Builder builder) {
        this.owner = builder.owner;
        this.id = builder.id;
        this.version = builder.version;
        this.sequence = builder.sequence;
        this.createdAt = builder.createdAt;
        this.updatedAt = builder.updatedAt;
        this.expiresAt = builder.expiresAt;
        this.body = builder.body;
        this.blob = builder.blob;
    }

    /**
     * Starts a document as a store holds it: the first version, without expiry and binary part.
     *
     * @param owner to whom it belongs
     * @param id unique for the owner and the collection
     * @param body a JSON object
     * @param createdAt when it was first written
     */
    public static Builder builder(Owner owner, String id, Json body, Instant createdAt) {
        return new Builder(owner, id, body, createdAt);
    }

    public Owner owner() {
        return owner;
    }

    public String id() {
        return id;
    }

    /**
     * 1 for the first write, one more with each. What {@link DocWrite#expectVersion} compares with. Goes on counting when a deleted or
     * expired document is written again, so a version never means two bodies.
     */
    public long version() {
        return version;
    }

    /** Place of the last write in the collection's feed. */
    public long sequence() {
        return sequence;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public Instant updatedAt() {
        return updatedAt;
    }

    /** From when on the document is no longer found. */
    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    public Json body() {
        return body;
    }

    /** The binary part, for example a vector. */
    public Optional<byte[]> blob() {
        return blob == null ? Optional.empty() : Optional.of(blob.clone());
    }

    @Override
    public String toString() {
        return "Doc[" + owner + "/" + id + " v" + version + " #" + sequence + "]";
    }

    /** Builds {@link Doc}. Not thread-safe. */
    public static final class Builder {
        private final Owner owner;
        private final String id;
        private final Json body;
        private final Instant createdAt;
        private Instant updatedAt;
        private long version = 1;
        private long sequence;
        private @Nullable Instant expiresAt;
        private byte @Nullable [] blob;

        private Builder(Owner owner, String id, Json body, Instant createdAt) {
            this.owner = Objects.requireNonNull(owner, "owner");
            this.id = Objects.requireNonNull(id, "id");
            this.body = Objects.requireNonNull(body, "body");
            this.createdAt = Objects.requireNonNull(createdAt, "createdAt");
            this.updatedAt = createdAt;
        }

        /** 1 for the first write, one more with each. */
        public Builder version(long value) {
            version = value;
            return this;
        }

        /** Place of the last write in the collection's feed. */
        public Builder sequence(long value) {
            sequence = value;
            return this;
        }

        /** When it was last written; when it was created unless set. */
        public Builder updatedAt(Instant value) {
            updatedAt = Objects.requireNonNull(value, "value");
            return this;
        }

        /** From when on it is no longer found. */
        public Builder expiresAt(Instant value) {
            expiresAt = Objects.requireNonNull(value, "value");
            return this;
        }

        /** The binary part; copied. */
        public Builder blob(byte[] bytes) {
            blob = bytes.clone();
            return this;
        }

        public Doc build() {
            return new Doc(this);
        }
    }
}
