package io.arkestra.tools.fs.internal;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Set;

/**
 * What is under a name, seen without following a link.
 *
 * @param kind of it
 * @param bytes how long a file is
 * @param key tells one file from another; empty where the system has none
 * @param modified when it was changed last
 * @param mode who may do what; empty where the system has no such modes
 */
record Entry(Kind kind, long bytes, String key, Instant modified, Set<PosixFilePermission> mode) {
    enum Kind {
        FILE,
        DIRECTORY,
        LINK,
        /** A device, a pipe or a socket. */
        OTHER;

        String word() {
            return switch (this) {
                case FILE -> "a file";
                case DIRECTORY -> "a directory";
                case LINK -> "a link, and links are not followed";
                case OTHER -> "a device, pipe or socket";
            };
        }
    }

    static Entry of(BasicFileAttributes read) {
        Kind kind = Kind.OTHER;
        if (read.isSymbolicLink()) {
            kind = Kind.LINK;
        } else if (read.isDirectory()) {
            kind = Kind.DIRECTORY;
        } else if (read.isRegularFile()) {
            kind = Kind.FILE;
        }
        return new Entry(
                kind,
                read.size(),
                read.fileKey() == null ? "" : read.fileKey().toString(),
                read.lastModifiedTime().toInstant(),
                read instanceof PosixFileAttributes posix ? Set.copyOf(posix.permissions()) : Set.of());
    }

    /** Whether nothing can be seen to have changed between the two looks. */
    boolean sameAs(Entry other) {
        return kind == other.kind && bytes == other.bytes && key.equals(other.key) && modified.equals(other.modified);
    }
}
