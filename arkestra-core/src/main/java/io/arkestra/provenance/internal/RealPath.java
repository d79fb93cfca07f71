package io.arkestra.provenance.internal;

import java.io.IOException;
import java.nio.file.Path;

/** Where a path really leads, as tools say it. */
public final class RealPath {
    private RealPath() {}

    /** With links resolved as far as it exists, and {@code /} between its names. */
    public static String of(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        for (Path there = absolute; there != null; there = there.getParent()) {
            try {
                return there.toRealPath()
                        .resolve(there.relativize(absolute))
                        .toString()
                        .replace('\\', '/');
            } catch (IOException e) {
                // It is not there; what it is in may be.
            }
        }
        return absolute.toString().replace('\\', '/');
    }
}
