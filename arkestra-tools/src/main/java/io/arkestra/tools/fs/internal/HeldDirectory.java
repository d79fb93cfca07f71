package io.arkestra.tools.fs.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A directory that is held by its descriptor: Linux and macOS. No name above it matters any more once it is open. */
final class HeldDirectory implements Directory {
    private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);
    private static final Path HERE = Path.of(".");

    private final SecureDirectoryStream<Path> stream;
    private final Path path;

    private HeldDirectory(SecureDirectoryStream<Path> stream, Path path) {
        this.stream = stream;
        this.path = path;
    }

    /** Opens a directory by its path; empty where directories cannot be held. */
    static Optional<Directory> open(Path path) throws IOException {
        DirectoryStream<Path> stream = Files.newDirectoryStream(path);
        if (stream instanceof SecureDirectoryStream<Path> held) {
            return Optional.of(new HeldDirectory(held, path));
        }
        stream.close();
        return Optional.empty();
    }

    /** Tells this directory from any other. */
    String key() throws IOException {
        BasicFileAttributeView view = stream.getFileAttributeView(BasicFileAttributeView.class);
        return String.valueOf(view.readAttributes().fileKey());
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Optional<Entry> entry(String name) throws IOException {
        PosixFileAttributeView view = view(name);
        try {
            return Optional.of(Entry.of(view.readAttributes()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private PosixFileAttributeView view(String name) {
        return stream.getFileAttributeView(Path.of(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public List<String> names(int atMost) throws IOException {
        // A stream can be read once only, so another one is opened by the same descriptor.
        try (SecureDirectoryStream<Path> again = stream.newDirectoryStream(HERE, LinkOption.NOFOLLOW_LINKS)) {
            return Directory.names(again, atMost);
        }
    }

    @Override
    public Directory directory(String name) throws IOException {
        return new HeldDirectory(
                stream.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS), path.resolve(name));
    }

    @Override
    public SeekableByteChannel read(String name) throws IOException {
        return stream.newByteChannel(Path.of(name), READ);
    }

    @Override
    public FileChannel create(String name) throws IOException {
        return (FileChannel) stream.newByteChannel(Path.of(name), CREATE, PRIVATE);
    }

    @Override
    public void mode(String name, Set<PosixFilePermission> mode) throws IOException {
        // Not without following: Linux cannot change the mode of a link, and refuses even for a file then. The name was
        // made by us a moment
        // ago in a directory that is held.
        stream.getFileAttributeView(Path.of(name), PosixFileAttributeView.class).setPermissions(mode);
    }

    @Override
    public void move(String name, Directory to, String newName) throws IOException {
        stream.move(Path.of(name), ((HeldDirectory) to).stream, Path.of(newName));
    }

    @Override
    public void deleteFile(String name) throws IOException {
        stream.deleteFile(Path.of(name));
    }

    @Override
    public void deleteDirectory(String name) throws IOException {
        stream.deleteDirectory(Path.of(name));
    }

    @Override
    public void sync() {
        try (SeekableByteChannel here = stream.newByteChannel(HERE, Set.of(StandardOpenOption.READ))) {
            if (here instanceof FileChannel channel) {
                channel.force(true);
            }
        } catch (IOException e) {
            // Some file systems cannot; the contents of the files were forced before.
            return;
        }
    }

    @Override
    public int links(String name, Entry seen) throws IOException {
        Map<String, Object> read =
                Files.readAttributes(path.resolve(name), "unix:nlink,fileKey", LinkOption.NOFOLLOW_LINKS);
        if (!String.valueOf(read.get("fileKey")).equals(seen.key())) {
            throw new NoSuchFileException(name);
        }
        return read.get("nlink") instanceof Integer count ? count : 1;
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw Refusal.of("Closing a directory", e);
        }
    }
}
