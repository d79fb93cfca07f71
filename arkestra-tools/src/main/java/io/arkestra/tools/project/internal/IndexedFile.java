package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.store.Doc;

/**
 * What a file was like when it was indexed: one that still is like that is not read again.
 *
 * @param document id of what was made of it
 * @param project name of the project
 * @param path below the project
 * @param size in bytes
 * @param modified when it was last written, in milliseconds since 1970
 * @param read when it was read, in milliseconds since 1970
 * @param hash of its content
 * @param passages into how many parts it was cut; 0 when it holds nothing to be searched
 */
record IndexedFile(
        String document, String project, String path, long size, long modified, long read, String hash, long passages) {
    /** File systems count time in steps; a file written in the step in which it was read may have changed unseen. */
    private static final long STEP_MILLIS = 2_000;

    /** Whether a file that looks like this need not be read. */
    boolean isSettled(ProjectWalk.Found found) {
        return size == found.size() && modified == found.modified() && read - modified > STEP_MILLIS;
    }

    Json toJson() {
        return Json.object()
                .put("project", project)
                .put("path", path)
                .put("size", size)
                .put("modified", modified)
                .put("read", read)
                .put("hash", hash)
                .put("passages", passages)
                .build();
    }

    static IndexedFile from(Doc doc) {
        Json body = doc.body();
        return new IndexedFile(
                doc.id(),
                body.text("project"),
                body.text("path"),
                body.integer("size").orElse(-1L),
                body.integer("modified").orElse(0L),
                body.integer("read").orElse(0L),
                body.text("hash"),
                body.integer("passages").orElse(0L));
    }
}
