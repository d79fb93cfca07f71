package io.arkestra.llm.llamacpp.models;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A model of the catalogue or of the directory. Immutable.
 *
 * @param id in the catalogue; for other files the name without {@code .gguf}
 * @param path where it lies or would lie
 * @param state whether it is there
 * @param bytes on disk
 * @param entry of the catalogue
 */
public record ModelFile(String id, Path path, State state, long bytes, Optional<ModelEntry> entry) {
    /** Whether the file is there. */
    public enum State {
        /** Only named in the catalogue. */
        AVAILABLE,
        /** A download was begun and can be continued. */
        PARTIAL,
        /** There, whole. */
        INSTALLED
    }
}
