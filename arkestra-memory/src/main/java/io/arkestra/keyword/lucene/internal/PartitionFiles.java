package io.arkestra.keyword.lucene.internal;

import io.arkestra.store.Owner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NRTCachingDirectory;
import org.jspecify.annotations.Nullable;

/** Where partitions live: below a directory, or in memory when there is none. Used on the index thread only. */
final class PartitionFiles {
    private static final String PREFIX = "p-";
    /** Segments of a few texts, written after every message, stay in memory until a commit or a merge. */
    private static final double CACHED_SEGMENT_MB = 1;

    private static final double CACHED_MB = 4;

    private final @Nullable Path directory;
    private final UnaryOperator<Directory> disk;

    PartitionFiles(@Nullable Path directory) {
        this(directory, UnaryOperator.identity());
    }

    /** @param disk what stands between Lucene and the files */
    PartitionFiles(@Nullable Path directory, UnaryOperator<Directory> disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** A directory name that tells nothing about the owner and is valid on every file system. */
    static String name(Owner owner) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(owner.key().getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Reads the manifest and removes what it does not vouch for; anything wrong with it empties the index. */
    Manifest open(String fingerprint, Consumer<String> warnings) throws IOException {
        Manifest nothing = new Manifest(fingerprint, 0, Map.of());
        if (directory == null) {
            return nothing;
        }
        Files.createDirectories(directory);
        if (!Manifest.exists(directory)) {
            clear();
            return nothing;
        }
        String fault;
        try {
            Manifest manifest = Manifest.read(directory);
            fault = fault(manifest, fingerprint);
            if (fault.isEmpty()) {
                for (Path partition : partitions()) {
                    String name = partition.getFileName().toString();
                    // Made after the last commit: its changes come again from the feed.
                    if (!manifest.partitions().containsKey(name)) {
                        delete(name);
                    }
                }
                return manifest;
            }
        } catch (IOException e) {
            fault = "its manifest cannot be read: " + e.getMessage();
        }
        warnings.accept("The keyword index in " + directory + " is built anew: " + fault);
        clear();
        return nothing;
    }

    private String fault(Manifest manifest, String fingerprint) {
        if (!manifest.spec().equals(fingerprint)) {
            return "it was made for other fields or by another version of the analysis";
        }
        for (Map.Entry<String, Manifest.Partition> partition :
                manifest.partitions().entrySet()) {
            if (generation(partition.getKey()) < partition.getValue().generation()) {
                return "its partition " + partition.getKey() + " is missing or older than the manifest says";
            }
        }
        return "";
    }

    private long generation(String name) {
        Path path = path(name);
        if (path == null || !Files.isDirectory(path)) {
            return -1;
        }
        try (Stream<Path> files = Files.list(path)) {
            return SegmentInfos.getLastCommitGeneration(
                    files.map(file -> file.getFileName().toString()).toArray(String[]::new));
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    Partition partition(String name, Manifest.@Nullable Partition expected) throws IOException {
        Path path = path(name);
        if (path != null && expected != null && !Files.isDirectory(path)) {
            throw new IndexNotFoundException("its directory is missing");
        }
        Directory files = path == null
                ? new ByteBuffersDirectory()
                : new NRTCachingDirectory(disk.apply(new MMapDirectory(path)), CACHED_SEGMENT_MB, CACHED_MB);
        try {
            return new Partition(name, files, expected);
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** Whether a closed partition can be opened again. */
    boolean evictable() {
        return directory != null;
    }

    void write(Manifest manifest) throws IOException {
        if (directory != null) {
            manifest.write(directory);
        }
    }

    void delete(String name) throws IOException {
        Path path = path(name);
        if (path == null || !Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            List<Path> deepestFirst = new ArrayList<>(files.toList());
            java.util.Collections.reverse(deepestFirst);
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Removes the manifest and every partition; nothing else that may be in the directory. */
    void clear() throws IOException {
        if (directory == null) {
            return;
        }
        Manifest.delete(directory);
        for (Path partition : partitions()) {
            delete(partition.getFileName().toString());
        }
    }

    private List<Path> partitions() throws IOException {
        if (directory == null) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> entry.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
    }

    private @Nullable Path path(String name) {
        return directory == null ? null : directory.resolve(name);
    }
}
