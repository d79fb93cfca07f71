package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Where models go without a home: one directory per user of the machine, so that they are not unpacked at every start. Native code is loaded
 * from it, so it must be nobody else's: what another user could have put there is not used.
 */
final class SharedDirectory {
    private SharedDirectory() {}

    static Path open() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path directory = temporary.resolve("arkestra-models-" + System.getProperty("user.name"));
        try {
            if (!PrivateDirectory.hasPermissions(temporary)) {
                return Files.createDirectories(directory);
            }
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(directory, PrivateDirectory.ATTRIBUTE);
            }
            boolean usable = Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    && PrivateDirectory.isMine(directory)
                    && !PrivateDirectory.isOpen(directory);
            if (usable) {
                PrivateDirectory.close(directory);
                return directory;
            }
            return Files.createTempDirectory("arkestra-models", PrivateDirectory.ATTRIBUTE);
        } catch (IOException e) {
            throw new ConfigException(
                    "The directory " + directory + " for models cannot be made (" + e
                            + "); set embedding.directory to one that can",
                    e);
        }
    }
}
