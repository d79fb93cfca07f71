package io.arkestra.store.h2.internal;

import io.arkestra.common.Json;
import io.arkestra.common.WellFormed;
import io.arkestra.disk.internal.DiskFull;
import io.arkestra.store.StoreException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Makes one process the owner of a data directory: a lock of the operating system on {@code arkestra.lock}, which ends with the
 * process, and an entry per directory in this JVM. The file says who holds it.
 */
final class DirectoryLock implements AutoCloseable {
    static final String FILE = "arkestra.lock";

    /** Beyond the text, so that others can read it where locks are mandatory. */
    private static final long LOCKED_BYTE = 1L << 30;

    /**
     * System properties are the one registry that all copies of this class in a JVM share. It must be asked before the file is
     * touched: on POSIX systems closing any handle of a file ends the locks of the whole process on it.
     */
    private static final String REGISTRY = "io.arkestra.store.lock:";

    private final String key;
    private final RandomAccessFile file;
    private final FileLock lock;

    private DirectoryLock(String key, RandomAccessFile file, FileLock lock) {
        this.key = key;
        this.file = file;
        this.lock = lock;
    }

    static DirectoryLock acquire(Path directory, Instant now) {
        Path real = realPath(directory);
        String key = REGISTRY + real;
        String holder = description(now, real);
        Object present = System.getProperties().putIfAbsent(key, holder);
        if (present != null) {
            throw inUse(real, present.toString(), null);
        }
        boolean acquired = false;
        try {
            DirectoryLock lock = lock(real, key, holder);
            acquired = true;
            return lock;
        } finally {
            if (!acquired) {
                System.getProperties().remove(key);
            }
        }
    }

    private static DirectoryLock lock(Path real, String key, String holder) {
        RandomAccessFile file = null;
        boolean acquired = false;
        try {
            file = new RandomAccessFile(real.resolve(FILE).toFile(), "rw");
            FileLock lock = file.getChannel().tryLock(LOCKED_BYTE, 1, false);
            if (lock == null) {
                throw inUse(real, read(file), null);
            }
            byte[] text = holder.getBytes(StandardCharsets.UTF_8);
            file.seek(0);
            file.write(text);
            file.setLength(text.length);
            acquired = true;
            return new DirectoryLock(key, file, lock);
        } catch (OverlappingFileLockException e) {
            throw inUse(real, "", e);
        } catch (IOException e) {
            throw notWritable(real, e);
        } finally {
            if (!acquired && file != null) {
                closeQuietly(file);
            }
        }
    }

    static StoreException notWritable(Path directory, Exception cause) {
        if (DiskFull.caused(cause)) {
            return new StoreException(
                    "disk-full",
                    "The data directory " + directory + " cannot be written, because its disk is full; nothing was"
                            + " changed. Free some space and try again",
                    false,
                    cause);
        }
        return new StoreException(
                "not-writable",
                "The data directory " + directory + " cannot be written ("
                        + cause.getClass().getSimpleName() + ": " + cause.getMessage()
                        + "); choose another home or change its permissions",
                false,
                cause);
    }

    private static Path realPath(Path directory) {
        try {
            if (!Files.isDirectory(directory)) {
                throw new StoreException(
                        "not-writable",
                        "The data directory " + directory + " is not a directory; create it or choose another home");
            }
            return directory.toRealPath();
        } catch (IOException e) {
            throw notWritable(directory, e);
        }
    }

    private static StoreException inUse(Path directory, String holder, @Nullable Exception cause) {
        String who = "another process";
        try {
            Json json = Json.parse(holder);
            who = "process " + json.integer("pid").orElse(0L) + " on "
                    + json.string("host").orElse("an unknown host")
                    + " since " + json.string("since").orElse("an unknown time") + " ("
                    + json.string("command").orElse("?")
                    + ")";
        } catch (RuntimeException e) {
            who += " (its lock file says nothing readable)";
        }
        return new StoreException(
                "in-use",
                "The data directory " + directory + " is in use by " + who
                        + "; only one process may use it. End that process, or choose another home",
                true,
                cause);
    }

    private static String description(Instant now, Path directory) {
        ProcessHandle self = ProcessHandle.current();
        return Json.object()
                .put("pid", self.pid())
                .put("since", now)
                .put("host", HostName.get())
                .put("command", self.info().command().orElse("java"))
                .put("directory", WellFormed.text(directory.toString()))
                .build()
                .toString();
    }

    private static String read(RandomAccessFile file) throws IOException {
        byte[] bytes = new byte[(int) Math.min(file.length(), 4096)];
        file.seek(0);
        file.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void closeQuietly(RandomAccessFile file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (file) {
            file.setLength(0);
            lock.release();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("The lock of the data directory could not be released", e);
        } finally {
            System.getProperties().remove(key);
        }
    }
}
