package io.arkestra.tools.project.internal;

import io.arkestra.common.Json;
import io.arkestra.common.Taint;
import io.arkestra.store.Doc;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known about an indexed project of a user.
 *
 * @param name unique for the user
 * @param root where it is
 * @param made id of the call that made its index; empty when that was an earlier version
 * @param complete whether the last indexing came to its end
 * @param files how many files are in the index
 * @param passages into how many parts they were cut
 * @param taints untrusted sources whose words had been seen when it got its name
 */
record Project(String name, String root, String made, boolean complete, long files, long passages, Set<Taint> taints) {
    static final String TAINT = "taint";

    Project {
        taints = Set.copyOf(taints);
    }

    Json toJson() {
        return Json.object()
                .put("root", root)
                .put("made", made)
                .put("complete", complete)
                .put("files", files)
                .put("passages", passages)
                .put(
                        TAINT,
                        Json.strings(
                                taints.stream().map(Taint::toString).sorted().toList()))
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
                body.integer("passages").orElse(0L),
                body.list(TAINT).stream()
                        .map(source -> Taint.parse(source.asString()))
                        .collect(Collectors.toSet()));
    }

    Project begun() {
        return new Project(name, root, made, false, files, passages, taints);
    }
}
