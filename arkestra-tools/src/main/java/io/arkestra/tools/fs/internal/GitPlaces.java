package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Looks for the top of a repository from a place upwards, by descriptors, and never above the root. */
public final class GitPlaces {
    private static final String LINKED = "gitdir:";

    private final Roots roots;

    public GitPlaces(Roots roots) {
        this.roots = roots;
    }

    /**
     * A repository.
     *
     * @param top its working tree
     * @param linked what the file {@code .git} says when there is one in the place of the directory; a path as it stands there
     * @param bare whether there is no working tree
     */
    public record Found(Place top, Optional<String> linked, boolean bare) {
        /** The names from the top to a place; empty for the top. */
        public String below(Place place) {
            return String.join(
                    "/",
                    place.names()
                            .subList(
                                    Math.min(top.names().size(), place.names().size()),
                                    place.names().size()));
        }
    }

    public Optional<Found> find(Place asked) throws IOException {
        for (int depth = asked.names().size(); depth >= 0; depth--) {
            Place at = new Place(asked.root(), asked.names().subList(0, depth));
            Optional<Found> found = at(at, depth == asked.names().size());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** @param mayBeFile whether the place may be a file or have gone: that has a history too */
    private Optional<Found> at(Place place, boolean mayBeFile) throws IOException {
        if (mayBeFile && !place.isRoot()) {
            try (Parent parent = Parent.of(roots, place)) {
                Optional<Entry> entry =
                        parent.missing().isEmpty() ? parent.directory().entry(place.name()) : Optional.empty();
                if (entry.isEmpty() || entry.get().kind() == Entry.Kind.FILE) {
                    return Optional.empty();
                }
            }
        }
        try (Directory directory = roots.open(place)) {
            Optional<Entry> git = directory.entry(".git");
            if (git.isEmpty()) {
                boolean bare = is(directory, "HEAD", Entry.Kind.FILE)
                        && is(directory, "objects", Entry.Kind.DIRECTORY)
                        && is(directory, "refs", Entry.Kind.DIRECTORY);
                return bare ? Optional.of(new Found(place, Optional.empty(), true)) : Optional.empty();
            }
            if (git.get().kind() == Entry.Kind.DIRECTORY) {
                return Optional.of(new Found(place, Optional.empty(), false));
            }
            String text = new String(
                    Contents.read(directory, ".git", 10_000, Cancellation.none())
                            .bytes(),
                    StandardCharsets.UTF_8);
            if (!text.startsWith(LINKED)) {
                throw Refusal.invalid("The file '.git' in '" + place.relative() + "' names no repository");
            }
            return Optional.of(
                    new Found(place, Optional.of(text.substring(LINKED.length()).strip()), false));
        } catch (io.arkestra.tool.ToolException e) {
            if (e.reason() == io.arkestra.tool.ToolException.Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean is(Directory directory, String name, Entry.Kind kind) throws IOException {
        return directory.entry(name).filter(entry -> entry.kind() == kind).isPresent();
    }

    /** The name of the root that a real path is in. */
    public Optional<String> rootOf(Path real) {
        List<Root> all = roots.all();
        return all.stream()
                .filter(root -> real.startsWith(root.path()))
                .map(Root::name)
                .findFirst();
    }
}
