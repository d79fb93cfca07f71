package io.arkestra.tools.fs.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A directory by its path, for systems that cannot hold one: Windows. Before and after each step its real path is compared with what it has to
 * be. A directory that is exchanged within that moment and changed back is not noticed.
 */
final class CheckedDirectory implements Directory {
    private final Path path;

    private CheckedDirectory(Path path) {
        this.path = path;
    }

    /** @param path a real path */
    static Directory open(Path path) throws IOException {
        CheckedDirectory opened = new CheckedDirectory(path);
        opened.check();
        return opened;
    }

    private interface Step<T> {
        T run() throws IOException;
    }

    private <T> T checked(Step<T> step) throws IOException {
        check();
        T result = step.run();
        try {
            check();
        } catch (IOException e) {
            if (result instanceof AutoCloseable open) {
                try {
                    open.close();
                } catch (Exception closing) {
                    e.addSuppressed(closing);
                }
            }
            throw e;
        }
        return result;
    }

    private void check() throws IOException {
        if (!path.toRealPath().equals(path) || !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new NoSuchFileException(path.toString(), null, "it is another directory now");
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Optional<Entry> entry(String name) throws IOException {
        return checked(() -> {
            try {
                PosixFileAttributeView posix = Files.getFileAttributeView(
                        path.resolve(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                return Optional.of(Entry.of(
                        posix == null
                                ? Files.readAttributes(
                                        path.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                                : posix.readAttributes()));
            } catch (NoSuchFileException e) {
                return Optional.<Entry>empty();
            }
        });
    }

    @Override
    public List<String> names(int atMost) throws IOException {
        return checked(() -> {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
                return Directory.names(stream, atMost);
            }
        });
    }

    @Override
    public Directory directory(String name) throws IOException {
        return checked(() -> open(path.resolve(name)));
    }

    @Override
    public SeekableByteChannel read(String name) throws IOException {
        return checked(
                () -> Files.newByteChannel(path.resolve(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public FileChannel create(String name) throws IOException {
        return checked(() -> FileChannel.open(
                path.resolve(name),
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE_NEW,
                LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public void mode(String name, Set<PosixFilePermission> mode) throws IOException {
        checked(() -> {
            PosixFileAttributeView view = Files.getFileAttributeView(path.resolve(name), PosixFileAttributeView.class);
            if (view != null) {
                view.setPermissions(mode);
            }
            return true;
        });
    }

    @Override
    public void move(String name, Directory to, String newName) throws IOException {
        ((CheckedDirectory) to).check();
        checked(() -> Files.move(path.resolve(name), to.path().resolve(newName), StandardCopyOption.ATOMIC_MOVE));
        ((CheckedDirectory) to).check();
    }

    @Override
    public void deleteFile(String name) throws IOException {
        checked(() -> {
            if (Files.isDirectory(path.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                throw new java.nio.file.FileSystemException(name, null, "it is a directory");
            }
            Files.delete(path.resolve(name));
            return true;
        });
    }

    @Override
    public void deleteDirectory(String name) throws IOException {
        checked(() -> {
            if (!Files.isDirectory(path.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                throw new java.nio.file.NotDirectoryException(name);
            }
            Files.delete(path.resolve(name));
            return true;
        });
    }

    @Override
    public void sync() {
        // Windows cannot force a directory.
    }

    @Override
    public int links(String name, Entry seen) throws IOException {
        return checked(() -> {
            try {
                Map<String, Object> read =
                        Files.readAttributes(path.resolve(name), "unix:nlink", LinkOption.NOFOLLOW_LINKS);
                return read.get("nlink") instanceof Integer count ? count : 1;
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                return 1;
            }
        });
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
