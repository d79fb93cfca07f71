package io.arkestra.tools.fs.internal;

import io.arkestra.common.Taint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A place in a root, by names that keep the rules.
 *
 * @param root in which
 * @param names from the root on; empty for the root itself
 */
public record Place(Root root, List<String> names) {
    public Place {
        names = List.copyOf(names);
    }

    /** The root's path and the names; links in it are not resolved. */
    public Path absolute() {
        Path path = root.path();
        for (String name : names) {
            path = path.resolve(name);
        }
        return path;
    }

    /** From the root on, with {@code /} between names; {@code .} for the root itself. */
    public String relative() {
        return names.isEmpty() ? "." : String.join("/", names);
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    /** The last name; not for a root. */
    String name() {
        return names.get(names.size() - 1);
    }

    Place parent() {
        return new Place(root, names.subList(0, names.size() - 1));
    }

    Place child(String name) {
        return descendant(List.of(name));
    }

    /** @param below names from here on */
    Place descendant(List<String> below) {
        List<String> longer = new ArrayList<>(names);
        longer.addAll(below);
        return new Place(root, longer);
    }

    /** What its words carry; empty when the host vouches for them. */
    public Optional<Taint> taint() {
        return root.trusted()
                ? Optional.empty()
                : Optional.of(Taint.of("file.external", root.name() + "/" + relative()));
    }
}
