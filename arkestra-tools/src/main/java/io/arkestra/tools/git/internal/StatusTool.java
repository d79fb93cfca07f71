package io.arkestra.tools.git.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tools.fs.internal.Roots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.IndexDiff;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.submodule.SubmoduleWalk.IgnoreSubmoduleMode;
import org.eclipse.jgit.treewalk.filter.PathFilter;

/** {@code git.status}: the branch, and what was changed since the last commit. */
final class StatusTool extends GitTool {
    private static final int MAX_PATHS = 500;

    StatusTool(Roots roots) {
        super(
                roots,
                ToolSpec.builder("git.status")
                        .description(
                                "Tells the branch of a git repository and which files were changed, added, deleted or are not tracked. "
                                        + "Changes nothing. Roots: "
                                        + roots.names() + ".")
                        .arguments("{\"type\": \"object\", \"properties\": {" + PLACE_SCHEMA
                                + "}, \"additionalProperties\": false}")
                        .result("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "branch": {"type": "string"},
                                    "head": {"type": "string"},
                                    "clean": {"type": "boolean"},
                                    "truncated": {"type": "boolean"}
                                  },
                                  "required": ["branch", "head", "clean", "truncated"],
                                  "additionalProperties": {"type": "array", "items": {"type": "string"}}
                                }
                                """)
                        .examples("What did I change in the project?", "Есть ли незакоммиченные изменения?"));
    }

    @Override
    ToolResult read(Repositories.Opened opened, Json arguments, Cancellation cancel) throws IOException {
        QuietRepository repository = opened.repository();
        IndexDiff diff = new IndexDiff(repository, Constants.HEAD, new QuietTree(repository));
        // A submodule is a repository of its own, with a configuration of its own.
        diff.setIgnoreSubmoduleMode(IgnoreSubmoduleMode.ALL);
        if (!opened.path().isEmpty()) {
            diff.setFilter(PathFilter.create(opened.path()));
        }
        diff.diff(new Stopping(cancel), 0, 0, "");
        // JGit stops without a word and leaves what it had found until then.
        cancel.throwIfCancelled();
        Map<String, Set<String>> kinds = new LinkedHashMap<>();
        kinds.put("staged", union(diff.getAdded(), diff.getChanged(), diff.getRemoved()));
        kinds.put("changed", diff.getModified());
        kinds.put("deleted", diff.getMissing());
        kinds.put("untracked", diff.getUntracked());
        kinds.put("conflicting", diff.getConflicting());
        String branch = repository.getBranch();
        ObjectId head = repository.resolve(Constants.HEAD);
        String commit = head == null ? "" : head.name();
        List<String> lines = new ArrayList<>();
        lines.add("Branch " + branch + (head == null ? ", no commit yet" : ", commit " + commit));
        Json.ObjectBuilder data =
                Json.object().put("branch", branch == null ? "" : branch).put("head", commit);
        int count = 0;
        boolean truncated = false;
        for (Map.Entry<String, Set<String>> kind : kinds.entrySet()) {
            List<String> paths = new ArrayList<>();
            for (String path : new TreeSet<>(kind.getValue())) {
                if (count++ < MAX_PATHS) {
                    paths.add(path);
                    lines.add(kind.getKey() + ": " + path);
                } else {
                    truncated = true;
                }
            }
            data.put(kind.getKey(), Json.strings(paths));
        }
        if (count == 0) {
            lines.add("Nothing was changed.");
        }
        if (truncated) {
            lines.add("[cut here: " + (count - MAX_PATHS) + " more; name a directory]");
        }
        return ToolResult.of(
                String.join("\n", lines),
                data.put("clean", count == 0).put("truncated", truncated).build());
    }

    private static Set<String> union(Set<String> one, Set<String> two, Set<String> three) {
        Set<String> all = new TreeSet<>(one);
        all.addAll(two);
        all.addAll(three);
        return all;
    }
}
