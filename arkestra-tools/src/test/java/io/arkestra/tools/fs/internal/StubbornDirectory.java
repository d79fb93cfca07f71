package io.arkestra.tools.fs.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** A real directory on a disk that does not let go of one name in it, and maybe takes nothing new. */
final class StubbornDirectory implements Directory {
    private final Directory real;
    private final String kept;
    private final AtomicBoolean full;
    private final AtomicReference<Step> meanwhile;

    /** What somebody else does. */
    interface Step {
        void run() throws IOException;
    }

    StubbornDirectory(Directory real, String kept) {
        this(real, kept, new AtomicBoolean(), new AtomicReference<>(() -> {}));
    }

    private StubbornDirectory(Directory real, String kept, AtomicBoolean full, AtomicReference<Step> meanwhile) {
        this.real = real;
        this.kept = kept;
        this.full = full;
        this.meanwhile = meanwhile;
    }

    /** Somebody does this just before the name is not let go of. */
    void meanwhile(Step step) {
        meanwhile.set(step);
    }

    void takesNothing() {
        full.set(true);
    }

    @Override
    public Path path() {
        return real.path();
    }

    @Override
    public Optional<Entry> entry(String name) throws IOException {
        return real.entry(name);
    }

    @Override
    public List<String> names(int atMost) throws IOException {
        return real.names(atMost);
    }

    @Override
    public Directory directory(String name) throws IOException {
        return new StubbornDirectory(real.directory(name), kept, full, meanwhile);
    }

    @Override
    public SeekableByteChannel read(String name) throws IOException {
        return real.read(name);
    }

    @Override
    public FileChannel create(String name) throws IOException {
        if (full.get()) {
            throw new FileSystemException(name, null, "No space left on device");
        }
        return real.create(name);
    }

    @Override
    public void mode(String name, Set<PosixFilePermission> mode) throws IOException {
        real.mode(name, mode);
    }

    @Override
    public void move(String name, Directory to, String newName) throws IOException {
        throw new AtomicMoveNotSupportedException(name, newName, "another file system");
    }

    @Override
    public void deleteFile(String name) throws IOException {
        letGo(name);
        real.deleteFile(name);
    }

    @Override
    public void deleteDirectory(String name) throws IOException {
        letGo(name);
        real.deleteDirectory(name);
    }

    private void letGo(String name) throws IOException {
        if (name.equals(kept)) {
            meanwhile.get().run();
            throw new FileSystemException(name, null, "Device or resource busy");
        }
    }

    @Override
    public void sync() {
        real.sync();
    }

    @Override
    public int links(String name, Entry seen) throws IOException {
        return real.links(name, seen);
    }

    @Override
    public void close() {
        real.close();
    }
}
