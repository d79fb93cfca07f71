package io.arkestra.tools.git.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tools.fs.internal.Refusal;
import io.arkestra.tools.fs.internal.Roots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jgit.diff.DiffEntry;
import org.eclipse.jgit.diff.DiffFormatter;
import org.eclipse.jgit.dircache.DirCacheIterator;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.filter.PathFilter;

/** {@code git.diff}: what differs between the working files, what is staged, and commits. */
final class DiffTool extends GitTool {
    private static final int MAX_FILES = 200;
    private static final int MAX_CHARS = 64 * 1024;
    private static final int MAX_FILE_BYTES = 1024 * 1024;

    DiffTool(Roots roots) {
        super(
                roots,
                ToolSpec.builder("git.diff")
                        .description(
                                "Shows the differences in a git repository as a unified diff: of the working files and what is staged; with "
                                        + "staged, of what is staged and the last commit; with from and to, of two commits. Changes nothing. Roots: "
                                        + roots.names() + ".")
                        .arguments("{\"type\": \"object\", \"properties\": {" + PLACE_SCHEMA + """
                                  ,
                                  "staged": {"type": "boolean"},
                                  "from": {"type": "string", "minLength": 1, "maxLength": 200, "description": "a commit, branch or tag"},
                                  "to": {"type": "string", "minLength": 1, "maxLength": 200, "description": "a commit, branch or tag; HEAD unless given with from"}
                                }, "additionalProperties": false}
                                """)
                        .result("""
                                {
                                  "type": "object",
                                  "properties": {
                                    "files": {"type": "array", "items": {"type": "string"}},
                                    "diff": {"type": "string"},
                                    "truncated": {"type": "boolean"}
                                  },
                                  "required": ["files", "diff", "truncated"]
                                }
                                """)
                        .examples("Show me the diff of my changes", "Что изменилось между v1.0 и main?"));
    }

    @Override
    ToolResult read(Repositories.Opened opened, Json arguments, Cancellation cancel) throws IOException {
        boolean staged = arguments.bool("staged").orElse(false);
        if (arguments.has("to") && !arguments.has("from")) {
            throw Refusal.invalid("'to' needs 'from'");
        }
        if (staged && arguments.has("from")) {
            throw Refusal.invalid("Either 'staged' or 'from', not both");
        }
        QuietRepository repository = opened.repository();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ObjectReader reader = repository.newObjectReader();
                DiffFormatter formatter = new DiffFormatter(out)) {
            formatter.setReader(reader, repository.getConfig());
            formatter.setRepository(repository);
            formatter.setBinaryFileThreshold(MAX_FILE_BYTES);
            formatter.setProgressMonitor(new Stopping(cancel));
            formatter.setDetectRenames(true);
            if (!opened.path().isEmpty()) {
                formatter.setPathFilter(PathFilter.create(opened.path()));
            }
            AbstractTreeIterator before;
            AbstractTreeIterator after;
            if (arguments.has("from")) {
                before = tree(opened, reader, arguments.text("from"));
                after = tree(opened, reader, arguments.string("to").orElse(Constants.HEAD));
            } else if (staged) {
                before = repository.resolve(Constants.HEAD) == null
                        ? new EmptyTreeIterator()
                        : tree(opened, reader, Constants.HEAD);
                after = new DirCacheIterator(repository.readDirCache());
            } else {
                before = new DirCacheIterator(repository.readDirCache());
                after = new QuietTree(repository);
            }
            List<DiffEntry> entries = formatter.scan(before, after).stream()
                    // Files that are not tracked have no former state to differ from.
                    .filter(entry ->
                            staged || arguments.has("from") || entry.getChangeType() != DiffEntry.ChangeType.ADD)
                    .toList();
            return result(opened, formatter, out, entries, cancel);
        }
    }

    private ToolResult result(
            Repositories.Opened opened,
            DiffFormatter formatter,
            ByteArrayOutputStream out,
            List<DiffEntry> entries,
            Cancellation cancel)
            throws IOException {
        List<String> files =
                entries.stream().limit(MAX_FILES).map(DiffTool::name).toList();
        boolean truncated = entries.size() > MAX_FILES;
        for (DiffEntry entry : entries.subList(0, files.size())) {
            cancel.throwIfCancelled();
            if (out.size() > MAX_CHARS) {
                truncated = true;
                break;
            }
            if (protectedFile(opened, entry)) {
                out.write(("diff of " + name(entry) + ": protected, not shown\n").getBytes(StandardCharsets.UTF_8));
            } else {
                formatter.format(entry);
                formatter.flush();
            }
        }
        String diff = out.toString(StandardCharsets.UTF_8);
        if (diff.length() > MAX_CHARS) {
            diff = diff.substring(0, Character.isHighSurrogate(diff.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS);
            truncated = true;
        }
        String text = diff.isEmpty() ? "No differences." : diff;
        return ToolResult.of(
                truncated ? text + "\n[cut here: " + entries.size() + " files differ; name a file or directory]" : text,
                Json.object()
                        .put("files", Json.strings(files))
                        .put("diff", diff)
                        .put("truncated", truncated)
                        .build());
    }

    private boolean protectedFile(Repositories.Opened opened, DiffEntry entry) {
        return !(entry.getOldPath().equals(DiffEntry.DEV_NULL) || shown(opened, entry.getOldPath()))
                || !(entry.getNewPath().equals(DiffEntry.DEV_NULL) || shown(opened, entry.getNewPath()));
    }

    private static String name(DiffEntry entry) {
        return entry.getChangeType() == DiffEntry.ChangeType.DELETE ? entry.getOldPath() : entry.getNewPath();
    }

    private static AbstractTreeIterator tree(Repositories.Opened opened, ObjectReader reader, String name)
            throws IOException {
        ObjectId id = revision(opened, name);
        try (RevWalk walk = new RevWalk(reader)) {
            return new CanonicalTreeParser(null, reader, walk.parseTree(id));
        }
    }
}
