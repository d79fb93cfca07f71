package io.arkestra.store;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A document to be written. Immutable. */
public final class DocWrite {
    /** {@link #expectVersion} of this value: the document must not exist yet. */
    public static final long ABSENT = 0;

    private final Owner owner;
    private final String id;
    private final Json body;
    private final @Nullable Long expectedVersion;
    private final @Nullable Instant expiresAt;
    private final byte @Nullable [] blob;

    private DocWrite(
            Owner owner,
            String id,
            Json body,
            @Nullable Long expectedVersion,
            @Nullable Instant expiresAt,
            byte @Nullable [] blob) {
        this.owner = Objects.requireNonNull(owner, "owner");
        this.id = id;
        this.body = body;
        this.expectedVersion = expectedVersion;
        this.expiresAt = expiresAt;
        this.blob = blob;
    }

    /**
     * Writes the body whether or not the document exists. The id is 1 to 200 characters of well-formed Unicode, the body a JSON object
     * whose compact text has at most 16 Mi characters.
     */
    public static DocWrite of(Owner owner, String id, Json body) {
        if (id.isEmpty() || id.length() > 200) {
            throw new InvalidInputException("Document id has " + id.length() + " characters; expected 1 to 200");
        }
        if (body.kind() != Json.Kind.OBJECT) {
            throw new InvalidInputException("Document body is " + body.kind() + "; expected a JSON object");
        }
        return new DocWrite(owner, id, body, null, null, null);
    }

    /** A new version of a document that was read: fails if anybody else wrote it since. Keeps its expiry and binary part. */
    public static DocWrite update(Doc doc, Json body) {
        return new DocWrite(
                doc.owner(),
                doc.id(),
                body,
                doc.version(),
                doc.expiresAt().orElse(null),
                doc.blob().orElse(null));
    }

    /** Fails with {@link VersionConflictException} unless the stored version is this one; {@link #ABSENT} = must not exist. */
    public DocWrite expectVersion(long version) {
        return new DocWrite(owner, id, body, version, expiresAt, blob);
    }

    /** The document is no longer found from this instant on, and the feed says so once it is removed. */
    public DocWrite expiresAt(Instant instant) {
        return new DocWrite(owner, id, body, expectedVersion, Objects.requireNonNull(instant), blob);
    }

    /** Takes an expiry away again. */
    public DocWrite neverExpires() {
        return new DocWrite(owner, id, body, expectedVersion, null, blob);
    }

    /** Sets the binary part, at most 16 MiB. */
    public DocWrite blob(byte[] bytes) {
        return new DocWrite(owner, id, body, expectedVersion, expiresAt, bytes.clone());
    }

    public Owner owner() {
        return owner;
    }

    public String id() {
        return id;
    }

    public Json body() {
        return body;
    }

    public OptionalLong expectedVersion() {
        return expectedVersion == null ? OptionalLong.empty() : OptionalLong.of(expectedVersion);
    }

    public Optional<Instant> expiresAt() {
        return Optional.ofNullable(expiresAt);
    }

    public Optional<byte[]> blob() {
        return blob == null ? Optional.empty() : Optional.of(blob.clone());
    }
}
