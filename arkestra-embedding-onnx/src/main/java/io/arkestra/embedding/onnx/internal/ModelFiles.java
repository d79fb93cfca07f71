package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.EmbeddingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** Models as files: a model that is opened by its path takes half the memory of one that is read into an array. Thread-safe. */
final class ModelFiles {
    private final Path directory;

    ModelFiles(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    /**
     * A resource as a file whose name begins with its SHA-256. Unpacked once; what lies there under its checksum was unpacked whole,
     * because it got its name last.
     */
    Path unpack(String resource, String name) {
        try {
            PackedResource packed = PackedResource.of(resource);
            Files.createDirectories(directory);
            String end = "-" + packed.checksum() + "-" + name;
            Optional<Path> known = known(end, packed.size());
            if (known.isPresent()) {
                return known.get();
            }
            return write(packed, name, end);
        } catch (IOException e) {
            throw unpackable(name, e);
        }
    }

    /** A resource as a file of just this name, for what has to have it. The directory belongs to this version of it alone. */
    Path unpackAs(String resource, String name) {
        Path target = directory.resolve(name);
        try {
            PackedResource packed = PackedResource.of(resource);
            if (Files.exists(target) && Files.size(target) == packed.size()) {
                return target;
            }
            Files.createDirectories(directory);
            return move(write(packed, name, "-" + name), target);
        } catch (IOException e) {
            throw unpackable(name, e);
        }
    }

    private Path write(PackedResource packed, String name, String end) throws IOException {
        Path part = Files.createTempFile(directory, name, ".part");
        try {
            MessageDigest digest = digest();
            try (InputStream in = packed.open();
                    OutputStream out = new DigestOutputStream(Files.newOutputStream(part), digest)) {
                in.transferTo(out);
            }
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            return move(part, directory.resolve(HexFormat.of().formatHex(digest.digest()) + end));
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Optional<Path> known(String end, long size) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + end)) {
            for (Path file : files) {
                boolean named = file.getFileName().toString().length() == 64 + end.length();
                if (named && Files.size(file) == size) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    private static Path move(Path part, Path target) throws IOException {
        try {
            return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            return Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private EmbeddingException unpackable(String name, IOException e) {
        return new EmbeddingException(
                "missing",
                name + " cannot be unpacked into " + directory + " (" + e + "); make room there or choose another home",
                e);
    }

    /** SHA-256 of a file, in hexadecimal. */
    static String sha256(Path file) {
        return ModelDigest.sha256(file);
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
