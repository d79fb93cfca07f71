package io.arkestra.tools.project.internal;

import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tools.document.internal.Decoding;
import io.arkestra.tools.document.internal.FileSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds the files of a project that are worth reading, with what their directory says of them. Confined to one thread. */
final class ProjectWalk {
    private static final long LONGEST_RULES = 1024 * 1024;
    private static final int DEEPEST = 100;

    private final FileSource files;
    private final IndexLimits limits;
    private final IgnoreRules standard;
    private final Runnable goOn;
    private final List<Found> found = new ArrayList<>();
    private final List<Path> directories = new ArrayList<>();
    private int tooLarge;

    /** @param goOn throws when nobody wants it any more */
    ProjectWalk(FileSource files, IndexLimits limits, IgnoreRules standard, Runnable goOn) {
        this.files = files;
        this.limits = limits;
        this.standard = standard;
        this.goOn = goOn;
    }

    /**
     * A file.
     *
     * @param path below the project, with {@code /} between its parts
     * @param place where it is
     * @param size in bytes
     * @param modified when it was last written, in milliseconds since 1970
     */
    record Found(String path, Path place, long size, long modified) {}

    /** All files, in order of their paths. */
    List<Found> files(Path root) {
        walk(root, "", rules(root.resolve(".git").resolve("info"), "exclude", "", standard), 0);
        return found;
    }

    /** The directories that were walked. */
    List<Path> directories() {
        return directories;
    }

    /** Files that were left out for their size. */
    int tooLarge() {
        return tooLarge;
    }

    private void walk(Path directory, String base, IgnoreRules above, int depth) {
        goOn.run();
        if (depth > DEEPEST) {
            return;
        }
        List<FileSource.Item> entries = list(directory, depth);
        directories.add(directory);
        IgnoreRules rules = above;
        for (String name : List.of(".gitignore", ".arkestraignore")) {
            if (entries.stream().anyMatch(entry -> entry.name().equals(name) && entry.kind() == FileSource.Kind.FILE)) {
                rules = rules(directory, name, base, rules);
            }
        }
        for (FileSource.Item entry : entries) {
            goOn.run();
            String path = base.isEmpty() ? entry.name() : base + "/" + entry.name();
            boolean inner = entry.kind() == FileSource.Kind.DIRECTORY;
            if (entry.kind() == FileSource.Kind.OTHER || rules.ignores(path, inner)) {
                continue;
            }
            if (inner) {
                walk(directory.resolve(entry.name()), path, rules, depth + 1);
            } else {
                add(new Found(
                        path,
                        directory.resolve(entry.name()),
                        entry.size(),
                        entry.modified().toEpochMilli()));
            }
        }
    }

    private void add(Found file) {
        if (file.size() > limits.fileBytes()) {
            tooLarge++;
            return;
        }
        if (found.size() == limits.files()) {
            throw new ToolException(
                    Reason.INVALID_ARGUMENTS,
                    "The project has more than " + limits.files()
                            + " files; leave some out by a file .arkestraignore, or index a directory of it");
        }
        found.add(file);
    }

    private List<FileSource.Item> list(Path directory, int depth) {
        try {
            return files.list(directory);
        } catch (ToolException e) {
            goOn.run();
            if (depth == 0) {
                throw e;
            }
            // A directory that went meanwhile, or that may not be read, is not part of the project.
            return List.of();
        }
    }

    private IgnoreRules rules(Path directory, String name, String base, IgnoreRules above) {
        try {
            return Decoding.text(files.read(directory.resolve(name), LONGEST_RULES))
                    .map(text -> above.with(base, text))
                    .orElse(above);
        } catch (ToolException e) {
            goOn.run();
            // Not there, or no file that could hold rules.
            return above;
        }
    }
}
