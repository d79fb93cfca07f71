package io.arkestra.tools.fs.internal;

import io.arkestra.common.Cancellation;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Walks through directories by descriptors, in the order of names. Links are told and never followed, so there are no cycles; protected files
 * are passed over; everything is bounded.
 */
final class Visit {
    /** Names that are read of one directory; of a larger one the rest is left out. */
    private static final int MAX_NAMES = 50_000;

    private static final int MAX_VISITED = 200_000;
    private static final int MAX_DEPTH = 64;

    /** Takes what is found; false stops the walk. */
    interface Taker {
        boolean take(Directory directory, Place place, Entry entry) throws IOException;
    }

    private final Roots roots;
    private final int depth;
    private final boolean hidden;
    private final Taker taker;
    private final Cancellation cancel;
    private int visited;
    private int passedOver;
    private boolean cut;
    private boolean stopped;

    /**
     * @param depth how many directories deep; 1 for the directory alone
     * @param hidden whether names that begin with a dot are told; the directory {@code .git} is never gone into
     */
    Visit(Roots roots, int depth, boolean hidden, Taker taker, Cancellation cancel) {
        this.roots = roots;
        this.depth = Math.min(depth, MAX_DEPTH);
        this.hidden = hidden;
        this.taker = taker;
        this.cancel = cancel;
    }

    void walk(Place place) throws IOException {
        try (Directory directory = roots.open(place)) {
            walk(directory, place, 1);
        }
    }

    private void walk(Directory directory, Place place, int level) throws IOException {
        List<String> names = Trees.sorted(directory, MAX_NAMES);
        cut |= names.size() >= MAX_NAMES;
        for (String name : names) {
            cancel.throwIfCancelled();
            if (stopped || ++visited > MAX_VISITED) {
                cut = true;
                return;
            }
            if (name.startsWith(Pending.PREFIX) || (!hidden && name.startsWith("."))) {
                continue;
            }
            Place child = place.child(name);
            if (roots.deny().denies(child.absolute(), false).isPresent()) {
                passedOver++;
                continue;
            }
            Optional<Entry> entry = directory.entry(name);
            if (entry.isEmpty()) {
                continue;
            }
            if (!taker.take(directory, child, entry.get())) {
                stopped = true;
                cut = true;
                return;
            }
            if (entry.get().kind() == Entry.Kind.DIRECTORY && !name.equals(".git")) {
                into(directory, child, level);
            }
        }
    }

    private void into(Directory directory, Place child, int level) throws IOException {
        if (level >= depth) {
            // That there is more below is what a limited depth asks for; only the fixed end is worth telling.
            cut |= depth == MAX_DEPTH;
            return;
        }
        try (Directory inside = directory.directory(child.name())) {
            walk(inside, child, level + 1);
        } catch (java.nio.file.FileSystemException e) {
            // It went away, became a link, or may not be read: told as a name, not gone into.
            passedOver++;
        }
    }

    /** Whether there is more than was taken. */
    boolean cut() {
        return cut;
    }

    /** How many were passed over because they are protected or cannot be read. */
    int passedOver() {
        return passedOver;
    }

    int visited() {
        return visited;
    }
}
