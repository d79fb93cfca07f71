package io.arkestra.tool;

import java.io.InputStream;

/** Keeps files that a call makes for the user: listed on the reply, gone with the user. Thread-safe. */
@FunctionalInterface
public interface ArtifactWriter {
    /**
     * Keeps a file. It is whole when this returns, or not there at all.
     *
     * @param name a file name without a path, 1 to 200 characters
     * @param mediaType for example {@code text/markdown}
     * @param content read to its end; not closed
     * @throws ToolException when it is too large, the call has too many, or the disk is full
     */
    Artifact write(String name, String mediaType, InputStream content);
}
