package io.arkestra.tools.git.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tools.fs.internal.Roots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.PathFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/** {@code git.log}: commits, newest first. */
final class LogTool extends GitTool {
    private static final int USUAL = 20;
    private static final int MAX_MESSAGE = 500;
    /** Commits that are looked at when only those of one file are wanted. */
    private static final int MAX_WALK = 100_000;

    LogTool(Roots roots) {
        super(
                roots,
                ToolSpec.builder("git.log")
                        .description(
                                "Lists the commits of a git repository, or those that changed one file or directory, newest first: hash, time, "
                                        + "author, message. Changes nothing. Roots: "
                                        + roots.names() + ".")
                        .arguments("{\"type\": \"object\", \"properties\": {" + PLACE_SCHEMA + """
                                  ,
                                  "from": {"type": "string", "minLength": 1, "maxLength": 200, "description": "a commit, branch or tag to begin with; HEAD unless given"},
                                  "limit": {"type": "integer", "minimum": 1, "maximum": 200, "description": "20 unless given"}
                                }, "additionalProperties": false}
                                """)
                        .result("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "commits": {"type": "array", "items": {
                                      "type": "object",
                                      "properties": {
                                        "id": {"type": "string"},
                                        "at": {"type": "string"},
                                        "author": {"type": "string"},
                                        "message": {"type": "string"}
                                      },
                                      "required": ["id", "at", "author", "message"]
                                    }},
                                    "truncated": {"type": "boolean"}
                                  },
                                  "required": ["commits", "truncated"]
                                }
                                """)
                        .examples("What were the last commits?", "Кто последним менял README.md?"));
    }

    @Override
    ToolResult read(Repositories.Opened opened, Json arguments, Cancellation cancel) throws IOException {
        QuietRepository repository = opened.repository();
        int limit = arguments.integer("limit").map(Math::toIntExact).orElse(USUAL);
        List<Json> commits = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        boolean truncated = false;
        ObjectId start =
                arguments.has("from") ? revision(opened, arguments.text("from")) : repository.resolve(Constants.HEAD);
        if (start == null) {
            return ToolResult.of("There is no commit yet.", json(commits, false));
        }
        try (RevWalk walk = new RevWalk(repository)) {
            if (!opened.path().isEmpty()) {
                walk.setTreeFilter(AndTreeFilter.create(PathFilter.create(opened.path()), TreeFilter.ANY_DIFF));
                walk.setRewriteParents(false);
            }
            walk.markStart(walk.parseCommit(start));
            int walked = 0;
            for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
                cancel.throwIfCancelled();
                if (commits.size() >= limit || ++walked > MAX_WALK) {
                    truncated = true;
                    break;
                }
                PersonIdent author = commit.getAuthorIdent();
                String at = author == null ? "" : author.getWhenAsInstant().toString();
                String name = author == null ? "" : author.getName();
                String message = shortened(commit.getFullMessage().strip());
                commits.add(Json.object()
                        .put("id", commit.name())
                        .put("at", at)
                        .put("author", name)
                        .put("message", message)
                        .build());
                lines.add(commit.name().substring(0, 12) + " " + at + " " + name + ": "
                        + shortened(commit.getShortMessage()));
            }
        }
        if (commits.isEmpty()) {
            lines.add("No commits.");
        }
        if (truncated) {
            lines.add("[cut here: there are more]");
        }
        return ToolResult.of(String.join("\n", lines), json(commits, truncated));
    }

    private static Json json(List<Json> commits, boolean truncated) {
        return Json.object()
                .put("commits", Json.array(commits))
                .put("truncated", truncated)
                .build();
    }

    private static String shortened(String message) {
        if (message.length() <= MAX_MESSAGE) {
            return message;
        }
        int end = Character.isHighSurrogate(message.charAt(MAX_MESSAGE - 1)) ? MAX_MESSAGE - 1 : MAX_MESSAGE;
        return message.substring(0, end) + "…";
    }
}
