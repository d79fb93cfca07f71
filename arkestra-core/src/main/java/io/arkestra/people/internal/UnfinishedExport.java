package io.arkestra.people.internal;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is being written beside its place. It is locked while its process lives, so what a process that was killed left can be
 * told from what somebody is writing: the next export into the same directory deletes it.
 */
final class UnfinishedExport implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedExport.class);
    private static final String PREFIX = ".arkestra-export-";
    private static final String SUFFIX = ".zip";

    /** Files of this process: on POSIX systems closing any handle of one would end its lock. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private static final ReentrantLock BEGINNING = new ReentrantLock();

    private final Path file;
    private final FileChannel channel;

    private UnfinishedExport(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Begins a file in a directory, after deleting what exports that were cut off have left there. */
    static UnfinishedExport in(Path directory) throws IOException {
        BEGINNING.lock();
        try {
            deleteAbandoned(directory);
            UnfinishedExport begun = create(directory);
            OPEN.add(begun.file);
            return begun;
        } finally {
            BEGINNING.unlock();
        }
    }

    private static UnfinishedExport create(Path directory) throws IOException {
        // Readable by its owner only, where files have owners.
        Path file = Files.createTempFile(directory, PREFIX, SUFFIX);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            channel.lock();
            return new UnfinishedExport(file, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Where its bytes go. Closing it leaves the file open: the lock ends with the channel. */
    OutputStream out() {
        return new FilterOutputStream(Channels.newOutputStream(channel)) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    /** Gives it its name once everything is on the disk. */
    void moveTo(Path target) throws IOException {
        channel.force(true);
        channel.close(); // a file that is open cannot be renamed everywhere
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes it unless it got its name. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            OPEN.remove(file);
            Files.deleteIfExists(file);
        }
    }

    private static void deleteAbandoned(Path directory) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
            for (Path file : found) {
                if (!OPEN.contains(file) && isAbandoned(file)) {
                    Files.deleteIfExists(file);
                    LOG.info("An export that was cut off has been deleted: {}", file);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    private static boolean isAbandoned(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // somebody in this process writes it by another name of the directory
        } catch (IOException e) {
            LOG.debug("An unfinished export cannot be looked at: {}", file, e);
            return false; // another user's, or gone meanwhile
        }
    }
}
