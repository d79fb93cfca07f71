package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

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
            if (!Files.getFileStore(temporary).supportsFileAttributeView("posix")) {
                return Files.createDirectories(directory); // such systems give each user a directory of his own
            }
            Set<PosixFilePermission> own = PosixFilePermissions.fromString("rwx------");
            FileAttribute<?> attribute = PosixFilePermissions.asFileAttribute(own);
            if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(directory, attribute);
            }
            if (isOwn(directory)) {
                Files.setPosixFilePermissions(directory, own);
                return directory;
            }
            return Files.createTempDirectory("arkestra-models", attribute);
        } catch (IOException e) {
            throw new ConfigException(
                    "The directory " + directory + " for models cannot be made (" + e
                            + "); set embedding.directory to one that can",
                    e);
        }
    }

    private static boolean isOwn(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
        Path probe = Files.createTempFile("arkestra", ".owner");
        try {
            UserPrincipal me = Files.getOwner(probe);
            return Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(me)
                    && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                    && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
        } finally {
            Files.deleteIfExists(probe);
        }
    }
}
