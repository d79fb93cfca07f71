package io.arkestra.tools.fs.internal;

import io.arkestra.common.Json;
import io.arkestra.tool.Target;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The directories that the host opened, and how a path that a model wrote is looked up in them. Immutable. */
public final class Roots {
    private static final boolean WINDOWS = File.separatorChar == '\\';

    private final List<Root> roots;
    private final DenyList deny;
    private final boolean held;

    /** @param held whether directories are held by descriptors where the system can; false for tests of the other way */
    Roots(List<Root> roots, DenyList deny, boolean held) {
        this.roots = List.copyOf(roots);
        this.deny = deny;
        this.held = held;
    }

    public DenyList deny() {
        return deny;
    }

    List<Root> all() {
        return roots;
    }

    /** Their names for the descriptions of tools, for example {@code project, notes (read-only)}. */
    public String names() {
        return roots.stream()
                .map(root -> root.name() + (root.readOnly() ? " (read-only)" : ""))
                .collect(Collectors.joining(", "));
    }

    /**
     * The place that a path names.
     *
     * @param path relative to the root, or absolute and inside one
     * @param rootName the root of a relative path; empty for the first
     * @param changes whether it is to be changed
     * @throws io.arkestra.tool.ToolException when it breaks a rule, is outside the roots or protected
     */
    public Place place(String path, String rootName, boolean changes) {
        Place place = inRoot(path, rootName);
        if (changes && place.root().readOnly()) {
            throw Refusal.invalid(
                    "Nothing can be changed in '" + place.root().name() + "': the host opened it for reading only");
        }
        deny.check(place.absolute(), changes);
        return place;
    }

    private Place inRoot(String path, String rootName) {
        if (!absolute(path)) {
            return new Place(named(rootName), NameRules.names(path));
        }
        Path wanted = plain(path);
        return roots.stream()
                .filter(root -> wanted.startsWith(root.path()) || wanted.startsWith(root.given()))
                .max(Comparator.comparingInt(root -> root.path().getNameCount()))
                .map(root -> new Place(root, below(root, wanted)))
                .orElseThrow(() -> Refusal.invalid("'" + path + "' is outside the directories that may be used: "
                        + names() + "; give a path relative to one of them"));
    }

    private static List<String> below(Root root, Path wanted) {
        Path rest = (wanted.startsWith(root.path()) ? root.path() : root.given()).relativize(wanted);
        return StreamSupport.stream(rest.spliterator(), false)
                .map(Path::toString)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private Root named(String name) {
        if (roots.isEmpty()) {
            throw Refusal.invalid("No directory is open to tools; the host names them in the setting roots");
        }
        return name.isEmpty()
                ? roots.get(0)
                : roots.stream()
                        .filter(root -> root.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> Refusal.invalid("There is no root '" + name + "'; there are: " + names()));
    }

    private static boolean absolute(String path) {
        return path.startsWith("/") || (WINDOWS && path.length() > 2 && path.charAt(1) == ':' && path.charAt(2) == '/');
    }

    /** An absolute path whose names keep the rules. */
    private static Path plain(String path) {
        int from = path.startsWith("/") ? 0 : 2;
        List<String> names = NameRules.names(path.substring(from));
        try {
            return Path.of(path.substring(0, from) + "/" + String.join("/", names));
        } catch (InvalidPathException e) {
            throw Refusal.invalid("'" + path + "' cannot be a path here: " + e.getReason());
        }
    }

    /**
     * What a policy judges: where the path really leads, links resolved as far as it exists. Also for paths outside the roots, which the tools
     * refuse by themselves.
     */
    public Target target(String path, String rootName, boolean changes) {
        Path wanted = absolute(path) ? plain(path) : new Place(named(rootName), NameRules.names(path)).absolute();
        String real = real(wanted).toString().replace(File.separatorChar, '/');
        return changes ? Target.changed(Target.PATH, real) : Target.read(Target.PATH, real);
    }

    /** The path with links resolved as far as it exists. */
    static Path real(Path path) {
        List<Path> rest = new ArrayList<>();
        for (Path at = path; at != null; at = at.getParent()) {
            try {
                Path real = at.toRealPath();
                for (int i = rest.size() - 1; i >= 0; i--) {
                    real = real.resolve(rest.get(i));
                }
                return real;
            } catch (IOException | InvalidPathException e) {
                // Not there, or a link to nowhere: what is above it decides.
                Path name = at.getFileName();
                if (name != null) {
                    rest.add(name);
                }
            }
        }
        return path;
    }

    /** Opens a directory name by name, following no link. The caller closes it. */
    Directory open(Place place) throws IOException {
        Directory at = openRoot(place.root());
        for (String name : place.names()) {
            try (Directory above = at) {
                at = step(above, name);
            }
        }
        return at;
    }

    private static Directory step(Directory above, String name) throws IOException {
        Entry entry = above.entry(name).orElseThrow(() -> Refusal.missing("There is no directory '" + name + "'"));
        if (entry.kind() != Entry.Kind.DIRECTORY) {
            throw Refusal.invalid("'" + name + "' is " + entry.kind().word());
        }
        return above.directory(name);
    }

    Directory openRoot(Root root) throws IOException {
        Path path = root.path();
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                || !path.toRealPath().equals(path)) {
            throw Refusal.failed("The root '" + root.name() + "' is not the directory any more that the host opened");
        }
        Directory opened = opened(path);
        // Between the look and the opening it may have been exchanged: it is the right one when it still has that path.
        if (opened instanceof HeldDirectory directory) {
            Object key = Files.readAttributes(
                            path, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
            if (!directory.key().equals(String.valueOf(key))) {
                directory.close();
                throw Refusal.failed("The root '" + root.name() + "' was exchanged while it was opened");
            }
        }
        return opened;
    }

    /** Opens a directory of our own, or a root. */
    Directory opened(Path path) throws IOException {
        if (held) {
            var directory = HeldDirectory.open(path);
            if (directory.isPresent()) {
                return directory.get();
            }
        }
        return CheckedDirectory.open(path);
    }

    /** The path and the root among the arguments of a call. */
    static String path(Json arguments, String key) {
        return arguments.string(key).orElse("");
    }

    static String root(Json arguments) {
        return arguments.string("root").orElse("");
    }
}
