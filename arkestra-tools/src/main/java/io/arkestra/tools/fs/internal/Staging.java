package io.arkestra.tools.fs.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes directories. Java makes them by path only, and somebody may exchange what is on the path: so each is made where nobody can, and moved
 * from there by descriptors.
 */
final class Staging implements AutoCloseable {
    private final Directory directory;
    private final @Nullable Pending pending;
    private final @Nullable Place place;

    private Staging(Directory directory, @Nullable Pending pending, @Nullable Place place) {
        this.directory = directory;
        this.pending = pending;
        this.place = place;
    }

    /** In a root, whose own path only the host can exchange. */
    static Staging in(FileAccess access, Root root) throws IOException {
        return new Staging(access.roots().openRoot(root), access.pending(), new Place(root, java.util.List.of()));
    }

    /** In a directory of our own, which is cleared of what is left over anyway. */
    static Staging in(Directory own) {
        return new Staging(own, null, null);
    }

    void make(Directory to, String name) throws IOException {
        String temporary = pending == null || place == null ? Pending.PREFIX + UUID.randomUUID() : pending.begin(place);
        try {
            Files.createDirectory(directory.path().resolve(temporary));
            try {
                directory.move(temporary, to, name);
            } catch (IOException e) {
                directory.deleteDirectory(temporary);
                throw e;
            }
        } finally {
            if (pending != null && directory.entry(temporary).isEmpty()) {
                pending.end(temporary);
            }
        }
    }

    @Override
    public void close() {
        if (place != null) {
            directory.close();
        }
    }
}
