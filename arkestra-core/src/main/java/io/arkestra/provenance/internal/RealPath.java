package io.arkestra.provenance.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a path really leads, as tools say it. */
public final class RealPath {
    private RealPath() {}

    /** The same with {@code /} between its names. */
    public static String of(Path path) {
        return path(path).toString().replace('\\', '/');
    }

    /** With links resolved as far as it exists; what {@code ..} leads out of is where a link leads, not the link. */
    public static Path path(Path path) {
        Path absolute = path.toAbsolutePath();
        List<Path> rest = new ArrayList<>();
        for (Path at = absolute; at != null; at = at.getParent()) {
            try {
                Path real = at.toRealPath();
                for (int i = rest.size() - 1; i >= 0; i--) {
                    real = real.resolve(rest.get(i));
                }
                return real.normalize();
            } catch (IOException e) { // not there: what is above it decides
                Optional.ofNullable(at.getFileName()).ifPresent(rest::add);
            }
        }
        return absolute.normalize();
    }
}
