package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.store.Doc;

/**
 * What is known about an indexed project of a user.
 *
 * @param name unique for the user
 * @param root where it is
 * @param made id of the call that made its index; empty when that was an earlier version
 * @param complete whether the last indexing came to its end
 * @param files how many files are in the index
 * @param passages into how many parts they were cut
 */
record Project(String name, String root, String made, boolean complete, long files, long passages) {
    Json toJson() {
        return Json.object()
                .put("root", root)
                .put("made", made)
                .put("complete", complete)
                .put("files", files)
                .put("passages", passages)
                .build();
    }

    static Project from(Doc doc) {
        Json body = doc.body();
        return new Project(
                doc.id(),
                body.text("root"),
                body.string("made").orElse(""),
                body.bool("complete").orElse(false),
                body.integer("files").orElse(0L),
                body.integer("passages").orElse(0L));
    }

    Project begun() {
        return new Project(name, root, made, false, files, passages);
    }
}
