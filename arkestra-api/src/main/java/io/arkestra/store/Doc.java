package io.arkestra.store;

import io.arkestra.common.Json;
import java.time.Instant;
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

    /**
     * For stores.
     *
     * @param version 1 for the first write, one more with each
     * @param sequence place in the collection's feed
     */
    public Doc(
            Owner owner,
            String id,
            long version,
            long sequence,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant expiresAt,
            Json body,
            byte @Nullable [] blob) {
        this.owner = owner;
        this.id = id;
        this.version = version;
        this.sequence = sequence;
        this.createdAt = createdAt;
        this.updatedAt = updatedAt;
        this.expiresAt = expiresAt;
        this.body = body;
        this.blob = blob == null ? null : blob.clone();
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
}
