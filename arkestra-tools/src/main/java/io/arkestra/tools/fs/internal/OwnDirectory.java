package io.arkestra.tools.fs.internal;

import io.arkestra.spi.ProviderContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The engine's home as a policy sees it: its own but for what may lie in it, which are projects and what providers of tools keep. Immutable.
 *
 * @param home folded; empty when there is none
 * @param open directories in it that are not the engine's own, folded
 */
record OwnDirectory(Optional<String> home, List<String> open) {
    static OwnDirectory of(ProviderContext context) {
        Optional<String> home = FilesSettings.homes(context.home()).stream()
                .map(DenyList::folded)
                .findFirst();
        return new OwnDirectory(
                home,
                home.stream()
                        .flatMap(place -> context.openDirectories().stream()
                                .map(OwnDirectory::real)
                                .map(DenyList::folded)
                                .filter(open -> open.startsWith(place + "/")))
                        .toList());
    }

    /** Whether a path is in what is the engine's own, as it is written or as its links lead. An open directory itself is read, not changed. */
    boolean holds(Path path, boolean changes) {
        return home.isPresent()
                && Stream.of(path.toAbsolutePath().normalize(), real(path))
                        .map(DenyList::folded)
                        .anyMatch(form -> DenyList.within(form, home.get())
                                && open.stream()
                                        .noneMatch(place ->
                                                DenyList.within(form, place) && !(changes && form.equals(place))));
    }

    /** Links are followed before {@code ..} is: so the system does. */
    private static Path real(Path path) {
        return Roots.real(path.toAbsolutePath()).normalize();
    }
}
