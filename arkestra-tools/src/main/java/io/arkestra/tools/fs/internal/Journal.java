package io.arkestra.tools.fs.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What was there before, in the provider's own directory: contents of files by their digest, and deleted trees by their call. The oldest go
 * when they expire, or when all together are too large. Thread-safe.
 */
final class Journal {
    private final Path blobs;
    private final Path trash;
    private final Clock clock;
    private final Duration kept;
    private final long maxBytes;

    Journal(Path directory, Clock clock, Duration kept, long maxBytes) throws IOException {
        this.blobs = Files.createDirectories(directory.resolve("before"));
        this.trash = Files.createDirectories(directory.resolve("trash"));
        this.clock = clock;
        this.kept = kept;
        this.maxBytes = maxBytes;
    }

    /** Keeps the content of a file; it is on the disk when this returns. */
    void keep(byte[] content) throws IOException {
        if (content.length > maxBytes) {
            throw Refusal.invalid(
                    "The file is too large to be kept for undoing: " + content.length + " bytes, at most " + maxBytes);
        }
        Path blob = blobs.resolve(Digests.of(content));
        if (!Files.exists(blob)) {
            Path part = Files.createTempFile(blobs, "", ".part");
            try {
                write(part, content);
                Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                // On a full disk above all the rest of it must not stay.
                Files.deleteIfExists(part);
                throw e;
            }
        }
        touch(blob);
        expire();
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    /** The content of this digest; empty when it is not kept any more. */
    Optional<byte[]> kept(String sha256) throws IOException {
        Path blob = blobs.resolve(sha256);
        if (!sha256.matches("[0-9a-f]{64}") || !Files.isRegularFile(blob)) {
            return Optional.empty();
        }
        byte[] content = Files.readAllBytes(blob);
        return Digests.of(content).equals(sha256) ? Optional.of(content) : Optional.empty();
    }

    /** Where deleted trees are. */
    Path trash() {
        return trash;
    }

    void trashed(String name) throws IOException {
        touch(trash.resolve(name));
        expire();
    }

    private void touch(Path path) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(clock.instant()));
    }

    private record Kept(Path path, Instant since, long bytes) {}

    /** Lets go of what is too old, and of the oldest while all is too large; never of the newest. */
    void expire() throws IOException {
        List<Kept> all = new ArrayList<>();
        for (Path directory : List.of(blobs, trash)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                for (Path path : stream) {
                    all.add(new Kept(path, Files.getLastModifiedTime(path).toInstant(), bytes(path)));
                }
            }
        }
        all.sort(Comparator.comparing(Kept::since).reversed());
        Instant oldest = clock.instant().minus(kept);
        long sum = 0;
        boolean newest = true;
        for (Kept one : all) {
            sum += one.bytes();
            if (!newest && (sum > maxBytes || one.since().isBefore(oldest))) {
                delete(one.path());
            } else if (newest && one.since().isBefore(oldest)) {
                delete(one.path());
            }
            newest = false;
        }
    }

    private static long bytes(Path path) throws IOException {
        if (!Files.isDirectory(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return Files.size(path);
        }
        long sum = 0;
        try (Stream<Path> walk = Files.walk(path)) {
            for (Path each : (Iterable<Path>) walk::iterator) {
                sum += Files.isRegularFile(each, java.nio.file.LinkOption.NOFOLLOW_LINKS) ? Files.size(each) : 0;
            }
        }
        return sum;
    }

    private void delete(Path path) throws IOException {
        Path above = path.getParent();
        Path directory = above == null ? blobs : above;
        Optional<Directory> held = HeldDirectory.open(directory);
        try (Directory parent = held.isPresent() ? held.get() : CheckedDirectory.open(directory.toRealPath())) {
            Trees.delete(parent, String.valueOf(path.getFileName()));
        }
    }
}
