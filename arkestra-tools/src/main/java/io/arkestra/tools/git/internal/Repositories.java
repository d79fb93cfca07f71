package io.arkestra.tools.git.internal;

import io.arkestra.tool.ToolException;
import io.arkestra.tools.fs.internal.GitPlaces;
import io.arkestra.tools.fs.internal.Place;
import io.arkestra.tools.fs.internal.Refusal;
import io.arkestra.tools.fs.internal.Roots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the repository of a place and opens it, when all of it is inside the roots. */
final class Repositories {
    private static final Pattern INCLUDE = Pattern.compile("(?im)^\\s*\\[\\s*include");

    /** What may lead elsewhere inside a directory of git. */
    private static final List<String> PARTS = List.of(
            "HEAD",
            "index",
            "objects",
            "refs",
            "packed-refs",
            "objects/pack",
            "objects/info",
            "refs/heads",
            "info",
            "info/exclude");

    private final Roots roots;
    private final GitPlaces places;

    Repositories(Roots roots) {
        this.roots = roots;
        this.places = new GitPlaces(roots);
    }

    /**
     * An open repository.
     *
     * @param repository closed by the caller
     * @param top the place of its working tree
     * @param path of the asked place below that; empty for all
     * @param home the working tree that keeps the objects, which is another one for a linked one
     */
    record Opened(QuietRepository repository, Place top, String path, Path home) implements AutoCloseable {
        @Override
        public void close() {
            repository.close();
        }
    }

    Opened open(Place asked) throws IOException {
        GitPlaces.Found found = places.find(asked)
                .orElseThrow(() -> Refusal.missing("'" + asked.relative() + "' in '"
                        + asked.root().name() + "' is in no git repository whose top is inside the root"));
        if (found.bare()) {
            throw new ToolException(
                    ToolException.Reason.NOT_SUPPORTED,
                    "'" + found.top().relative()
                            + "' is a bare repository, without working files; give a path in a clone of it");
        }
        Path gitDirectory = found.linked().isEmpty()
                ? found.top().absolute().resolve(".git")
                : inRoots(found.top().absolute().resolve(found.linked().get()));
        Path common = common(gitDirectory);
        for (Path directory : List.of(gitDirectory, common)) {
            for (String part : PARTS) {
                if (Files.isSymbolicLink(directory.resolve(part))) {
                    throw Refusal.invalid("'" + part + "' of the repository is a link, and links are not followed");
                }
            }
        }
        if (Files.exists(common.resolve("objects/info/alternates"), LinkOption.NOFOLLOW_LINKS)) {
            throw new ToolException(
                    ToolException.Reason.NOT_SUPPORTED,
                    "The repository borrows objects from another one (objects/info/alternates), which may be outside the roots");
        }
        String config = config(common.resolve("config"));
        QuietRepository repository = QuietRepository.open(
                gitDirectory.toFile(), common.toFile(), found.top().absolute().toFile(), config);
        Path home = common.getParent();
        return new Opened(
                repository,
                found.top(),
                found.below(asked),
                home == null ? found.top().absolute() : home);
    }

    /** A linked working tree keeps its objects in the directory of the main one. */
    private Path common(Path gitDirectory) throws IOException {
        Path file = gitDirectory.resolve("commondir");
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return gitDirectory;
        }
        return inRoots(gitDirectory.resolve(small(file).strip()));
    }

    private Path inRoots(Path path) throws IOException {
        Path real = path.toRealPath();
        Optional<String> root = places.rootOf(real);
        if (root.isEmpty() || !Files.isDirectory(real)) {
            throw Refusal.invalid(
                    "The data of the repository is outside the directories that may be used: " + roots.names());
        }
        return real;
    }

    private static String config(Path file) throws IOException {
        String text = Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? small(file) : "";
        if (INCLUDE.matcher(text).find()) {
            throw new ToolException(
                    ToolException.Reason.NOT_SUPPORTED,
                    "The configuration of the repository includes other files, which may be outside the roots");
        }
        return text;
    }

    private static String small(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > 1_000_000) {
            throw Refusal.invalid("'" + file.getFileName() + "' of the repository is no ordinary file, or too large");
        }
        return Files.readString(file);
    }
}
