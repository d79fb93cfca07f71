package io.arkestra.embedding.onnx.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** A directory for native code: nobody else can put anything there. Systems without POSIX permissions give each user his own anyway. */
final class PrivateDirectory {
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");
    static final FileAttribute<?> ATTRIBUTE = PosixFilePermissions.asFileAttribute(OWN);

    private PrivateDirectory() {}

    /**
     * Makes it, or takes the rights of others from one that is there.
     *
     * @throws FileSystemException when it belongs to somebody else than this user or root, and when others can write to it nevertheless
     */
    static Path make(Path directory) throws IOException {
        Path parent = Files.createDirectories(directory.toAbsolutePath().getParent());
        if (!hasPermissions(parent)) {
            return Files.createDirectories(directory);
        }
        create(directory);
        if (isMine(directory)) {
            if (isOpen(directory)) {
                Files.setPosixFilePermissions(directory, OWN);
            }
            return directory;
        }
        String owner = Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).getName();
        if (!owner.equals("root") || isOpen(directory)) {
            throw new FileSystemException(
                    directory.toString(),
                    null,
                    directory + " belongs to the user " + owner
                            + ", and native code of somebody else is not loaded; remove it");
        }
        return directory;
    }

    private static void create(Path directory) throws IOException {
        try {
            Files.createDirectory(directory, ATTRIBUTE);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileSystemException(
                        directory.toString(),
                        null,
                        directory + " is no directory of its own, but a file or a link; remove it");
            }
        }
    }

    static boolean hasPermissions(Path directory) throws IOException {
        return Files.getFileStore(directory).supportsFileAttributeView("posix");
    }

    /** Whether others can write to it. */
    static boolean isOpen(Path directory) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
        return permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    /** Whether it belongs to the user of this process. */
    static boolean isMine(Path directory) throws IOException {
        Path probe = Files.createTempFile("arkestra", ".owner");
        try {
            UserPrincipal me = Files.getOwner(probe);
            return Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS).equals(me);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    static void close(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, OWN);
    }
}
