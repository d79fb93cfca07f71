package io.arkestra.llm.llamacpp.worker.internal;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A temporary directory that nobody else can look into. The native library is unpacked there, and its loader deletes files around it. */
public final class PrivateDirectory {
    private PrivateDirectory() {}

    public static Path create() throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return Files.createTempDirectory(
                    "arkestra-llama-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return Files.createTempDirectory("arkestra-llama-");
    }

    /** Deletes what can be deleted. Host and child both try, so a file that has gone in between is no failure. */
    public static void delete(Path directory) {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(directory)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            return;
        }
        for (Path file : files) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // Windows keeps a loaded library until its process is gone; the other side deletes it then.
                continue;
            }
        }
    }
}
