package io.arkestra.tools.project.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.ProjectId;
import io.arkestra.memory.Documents;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tools.document.internal.FileSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What the tools for projects share. Thread-safe.
 *
 * @param documents where the passages are
 * @param store what was indexed
 * @param files the allowed directories
 * @param indexer brings an index up to date
 * @param watches follows projects while they change
 */
record Projects(
        Documents documents, ProjectStore store, FileSource files, ProjectIndexer indexer, ProjectWatches watches) {
    /** The project that a call names, the one of the session, or the only one. */
    Project named(Optional<String> name, ToolContext context) {
        List<Project> all = store.all(context.scope());
        String wanted = name.or(() -> context.scope()
                        .project()
                        .map(ProjectId::value)
                        .filter(id ->
                                all.stream().anyMatch(project -> project.name().equals(id))))
                .or(() -> all.size() == 1 ? Optional.of(all.get(0).name()) : Optional.empty())
                .orElseThrow(() -> new ToolException(
                        Reason.INVALID_ARGUMENTS,
                        all.isEmpty()
                                ? "No project is indexed; index one by index.project first"
                                : "Say which project: " + names(all)));
        return all.stream()
                .filter(project -> project.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new ToolException(
                        Reason.NOT_FOUND,
                        "No project '" + wanted + "' is indexed; "
                                + (all.isEmpty() ? "none is" : "there are " + names(all))));
    }

    private static String names(List<Project> projects) {
        return projects.stream().map(Project::name).collect(Collectors.joining(", "));
    }

    /**
     * The directory of a project.
     *
     * @throws ToolException when it is none
     */
    Path directory(String named) {
        Path root = files.resolve(named);
        if (files.look(root).kind() != FileSource.Kind.DIRECTORY) {
            throw new ToolException(
                    Reason.INVALID_ARGUMENTS, "'" + named + "' is no directory; name the directory of the project");
        }
        return root;
    }

    /** The name for a directory: the one that was given, or that of the directory. */
    String name(Optional<String> given, Path root, ToolContext context) {
        String name = given.orElseGet(() -> identifier(String.valueOf(root.getFileName())));
        try {
            ProjectId.of(name);
        } catch (InvalidInputException e) {
            throw new ToolException(
                    Reason.INVALID_ARGUMENTS, "'" + name + "' cannot be the name of a project: " + e.getMessage(), e);
        }
        Optional<Project> known = store.find(context.scope(), name);
        if (known.isPresent() && !known.get().root().equals(root.toString())) {
            throw new ToolException(
                    Reason.CONFLICT,
                    "There is a project '" + name + "' already, at "
                            + known.get().root() + "; give this one another name");
        }
        return name;
    }

    private static String identifier(String directory) {
        String name = directory.replaceAll("[^\\p{L}\\p{Nd}_.-]+", "-").replaceAll("^[.-]+", "");
        return name.isEmpty() ? "project" : name.substring(0, Math.min(100, name.length()));
    }
}
