package io.arkestra.vector.partition.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorPartition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The files of one partition: directories {@code segment-N} that never change once they have that name, directories
 * {@code generation-N} with a manifest that names segments, and the readable {@code key}. Everything is written under a name that ends
 * in {@code .tmp}, handed to the disk and renamed, so that what has its final name is whole. Used on the index's own threads only.
 */
final class PartitionDirectory {
    static final String PREFIX = "v-";
    static final String KEY = "key";
    static final String TEMPORARY = ".tmp";
    static final String SEGMENT = "segment-";
    static final String GENERATION = "generation-";

    private final Path path;
    private final VectorPartition partition;
    /** Temporary directories that somebody is writing to. */
    private final Set<Path> active = ConcurrentHashMap.newKeySet();

    PartitionDirectory(Path home, VectorPartition partition) {
        this.path = home.resolve(name(partition));
        this.partition = partition;
    }

    Path path() {
        return path;
    }

    /** A directory name that is valid on every file system and tells nothing about the owner. */
    static String name(VectorPartition partition) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(key(partition).toString().getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static Json key(VectorPartition partition) {
        return Json.object()
                .put("owner", partition.owner().key())
                .put("collection", partition.collection())
                .put("model", partition.model())
                .put("dimension", partition.dimension())
                .build();
    }

    /** Which partition a directory holds; empty when its key is missing or is not that of its name. */
    static Optional<VectorPartition> read(Path directory) {
        try {
            Json key = Json.parse(Files.readString(directory.resolve(KEY)));
            String owner = key.text("owner");
            VectorPartition partition = VectorPartition.of(
                    owner.equals(Owner.SYSTEM.key())
                            ? Owner.SYSTEM
                            : Owner.of(UserId.of(owner.substring(Math.min(2, owner.length())))),
                    key.text("collection"),
                    key.text("model"),
                    Math.toIntExact(key.integer("dimension").orElse(0L)));
            Path name = directory.getFileName();
            return name != null && name.toString().equals(name(partition)) ? Optional.of(partition) : Optional.empty();
        } catch (IOException | InvalidInputException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** The generations that are there, newest first. */
    List<Long> generations() throws IOException {
        return numbers(GENERATION).stream().sorted(Comparator.reverseOrder()).toList();
    }

    /** A number that no segment has. */
    long nextSegment() throws IOException {
        return 1 + numbers(SEGMENT).stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private List<Long> numbers(String prefix) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (Path entry : entries()) {
            String name = entry.getFileName().toString();
            if (name.startsWith(prefix) && !name.endsWith(TEMPORARY)) {
                try {
                    numbers.add(Long.parseLong(name.substring(prefix.length())));
                } catch (NumberFormatException e) {
                    // Not ours; sweeping removes it.
                }
            }
        }
        return numbers;
    }

    private List<Path> entries() throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.toList();
        }
    }

    GenerationManifest manifest(long generation) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path.resolve(GENERATION + generation).resolve(GenerationManifest.FILE));
        } catch (NoSuchFileException e) {
            throw new IOException("its manifest is missing", e);
        }
        GenerationManifest manifest = GenerationManifest.of(bytes, partition);
        if (manifest.generation() != generation) {
            throw new IOException("its manifest is that of generation " + manifest.generation());
        }
        return manifest;
    }

    /** A fresh directory for files that are to be published together. */
    Path temporary(String prefix) throws IOException {
        createKey();
        Path temporary = path.resolve(prefix + UUID.randomUUID() + TEMPORARY);
        active.add(temporary);
        return Files.createDirectory(temporary);
    }

    /** Nobody writes to a temporary directory any more; removes it when it was not published. */
    void done(Path temporary) {
        active.remove(temporary);
        deleteQuietly(temporary);
    }

    private void createKey() throws IOException {
        Path key = path.resolve(KEY);
        if (Files.exists(key)) {
            return;
        }
        Files.createDirectories(path);
        Path temporary = path.resolve(KEY + "-" + UUID.randomUUID() + TEMPORARY);
        write(temporary, (key(partition).pretty() + "\n").getBytes(StandardCharsets.UTF_8));
        Files.move(temporary, key, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        force(path);
        Path home = path.getParent();
        if (home != null) {
            force(home);
        }
    }

    static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Gives a temporary directory, whose files were handed to the disk, its final name. */
    Path publish(Path temporary, String name) throws IOException {
        force(temporary);
        Path target = path.resolve(name);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        force(path);
        return target;
    }

    /** Hands the names in a directory to the disk. Windows cannot open one, and does it by itself. */
    private static void force(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * Removes everything that these manifests do not need. What cannot be removed, because another system does not let go of mapped
     * files, is left for the next time.
     */
    void sweep(List<GenerationManifest> kept) throws IOException {
        Set<String> needed = new HashSet<>(Set.of(KEY));
        for (GenerationManifest manifest : kept) {
            needed.add(GENERATION + manifest.generation());
            manifest.segments().forEach(segment -> needed.add(segment.name()));
        }
        for (Path entry : entries()) {
            if (!needed.contains(entry.getFileName().toString()) && !active.contains(entry)) {
                deleteQuietly(entry);
            }
        }
    }

    /**
     * Removes the partition. Generations go first, so that half a removal leaves nothing that could be opened. What a merge is still
     * writing goes when that gives up.
     */
    void delete() throws IOException {
        for (long generation : generations()) {
            delete(path.resolve(GENERATION + generation));
        }
        for (Path entry : entries()) {
            if (!active.contains(entry)) {
                delete(entry);
            }
        }
        if (active.isEmpty()) {
            delete(path);
        }
    }

    static void deleteQuietly(Path path) {
        try {
            delete(path);
        } catch (IOException e) {
            // A mapped file on a system that keeps those: the next sweep tries again.
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, java.io.IOException failure) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
