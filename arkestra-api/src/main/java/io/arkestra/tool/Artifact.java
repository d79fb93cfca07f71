package io.arkestra.tool;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A file that a call made for the user. Use what {@link ArtifactWriter} gives.
 *
 * @param id unique
 * @param name the name to show, for example {@code report.pdf}
 * @param mediaType for example {@code application/pdf}
 * @param bytes how long it is
 * @param sha256 the digest of its bytes, in lower-case hexadecimal digits
 * @param file where it is; read-only for others
 */
public record Artifact(String id, String name, String mediaType, long bytes, String sha256, Path file) {
    public Artifact {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(mediaType, "mediaType");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(file, "file");
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes is " + bytes);
        }
    }
}
