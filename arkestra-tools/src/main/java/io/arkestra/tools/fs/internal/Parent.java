package io.arkestra.tools.fs.internal;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * As much of the way to a place as exists, open.
 *
 * @param directory the last that exists
 * @param place of it
 * @param missing names of directories that would have to be made
 */
record Parent(Directory directory, Place place, List<String> missing) implements AutoCloseable {
    private static final int MAX_NAMES = 100_000;

    /** Opens what there is above a place. */
    static Parent of(Roots roots, Place child) throws IOException {
        List<String> names = child.parent().names();
        Directory at = roots.openRoot(child.root());
        for (int i = 0; i < names.size(); i++) {
            Optional<Entry> entry;
            Directory next;
            try {
                entry = at.entry(names.get(i));
                if (entry.isEmpty()) {
                    return new Parent(
                            at,
                            new Place(child.root(), names.subList(0, i)),
                            List.copyOf(names.subList(i, names.size())));
                }
                if (entry.get().kind() != Entry.Kind.DIRECTORY) {
                    throw Refusal.invalid("'" + names.get(i) + "' in '" + child.relative() + "' is "
                            + entry.get().kind().word());
                }
                next = at.directory(names.get(i));
            } catch (IOException | RuntimeException e) {
                at.close();
                throw e;
            }
            at.close();
            at = next;
        }
        return new Parent(at, child.parent(), List.of());
    }

    /**
     * A new name must not be one that another file system takes for an existing one.
     *
     * @param except a name that goes away, so that it does not count
     */
    void checkNew(String name, String except) throws IOException {
        String wanted = missing.isEmpty() ? name : missing.get(0);
        String folded = NameRules.folded(wanted);
        for (String there : directory.names(MAX_NAMES)) {
            if (!there.equals(wanted)
                    && !there.equals(except)
                    && NameRules.folded(there).equals(folded)) {
                throw Refusal.invalid(
                        "'" + wanted + "' differs from '" + there
                                + "' only in case or in the form of letters, and other systems take them for one; use another name");
            }
        }
    }

    @Override
    public void close() {
        directory.close();
    }
}
