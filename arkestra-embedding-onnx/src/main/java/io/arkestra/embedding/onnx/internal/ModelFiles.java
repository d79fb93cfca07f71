package io.arkestra.embedding.onnx.internal;

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
    private final UnpackDirectory place;
    private final Path directory;

    ModelFiles(UnpackDirectory place) {
        this.place = place;
        this.directory = place.path();
    }

    /** A resource as a file whose name begins with its SHA-256. Unpacked once, and again when what lies there was damaged. */
    Path unpack(String resource, String name) {
        try {
            PackedResource packed = PackedResource.of(resource);
            Files.createDirectories(directory);
            String end = "-" + packed.checksum() + "-" + name;
            Optional<Path> known = known(end, packed);
            if (known.isPresent()) {
                return known.get();
            }
            return write(packed, name, end);
        } catch (IOException e) {
            throw place.failure(e);
        }
    }

    /**
     * A resource as a file of just this name, for what has to have it, in a directory that nobody else can write to. The directory belongs
     * to this version of it alone.
     */
    Path unpackAs(String resource, String name) {
        Path target = directory.resolve(name);
        try {
            PackedResource packed = PackedResource.of(resource);
            PrivateDirectory.make(directory);
            if (packed.isIn(target)) {
                return target;
            }
            return move(write(packed, name, "-" + name), target);
        } catch (IOException e) {
            throw place.failure(e);
        }
    }

    private Path write(PackedResource packed, String name, String end) throws IOException {
        place.checkRoom(packed.size());
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

    private Optional<Path> known(String end, PackedResource packed) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + end)) {
            for (Path file : files) {
                boolean named = file.getFileName().toString().length() == 64 + end.length();
                if (named && packed.isIn(file)) {
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
