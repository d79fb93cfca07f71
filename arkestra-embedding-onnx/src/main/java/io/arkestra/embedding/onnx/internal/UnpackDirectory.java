package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.EmbeddingException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToLongFunction;

/**
 * Where models and native libraries are unpacked, and what to do when that does not work.
 *
 * @param path of the directory
 * @param called what people know it by
 * @param remedy what else than mending the directory helps
 * @param usable the room of a file system in bytes, by an existing path on it
 */
record UnpackDirectory(Path path, String called, String remedy, ToLongFunction<Path> usable) {
    /** What stays free for the database, which may be on the same disk. */
    static final long RESERVE = 64L << 20;

    private static final String SETTING = "embedding.directory";

    /** Named in the configuration. */
    static UnpackDirectory configured(Path path) {
        return new UnpackDirectory(
                path, SETTING + ", which is " + path, "name another directory there", UnpackDirectory::usableSpace);
    }

    static UnpackDirectory inHome(Path path) {
        return new UnpackDirectory(
                path, path + " in the home", "choose another home or set " + SETTING, UnpackDirectory::usableSpace);
    }

    /** For whoever has no home. */
    static UnpackDirectory withoutHome() {
        Path path = SharedDirectory.open();
        return new UnpackDirectory(path, path.toString(), "set " + SETTING, UnpackDirectory::usableSpace);
    }

    /** A directory in this one, with the same remedy. */
    UnpackDirectory in(String name) {
        return new UnpackDirectory(path.resolve(name), called, remedy, usable);
    }

    private static long usableSpace(Path existing) {
        try {
            return Files.getFileStore(existing).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE; // what the system does not tell is seen when it is written
        }
    }

    /** @throws IOException when there is no room for so much besides the reserve */
    void checkRoom(long size) throws IOException {
        long free = usable.applyAsLong(path);
        if (free < size + RESERVE) {
            throw new FileSystemException(
                    path.toString(),
                    null,
                    "there is not enough room: " + megabytes(size) + " are needed besides " + megabytes(RESERVE)
                            + " that stay free for the database, and " + megabytes(free)
                            + " are free; make room there");
        }
    }

    private static String megabytes(long bytes) {
        return (bytes + (1 << 20) - 1 >> 20) + " MB";
    }

    /** What to tell when something cannot be unpacked. */
    EmbeddingException failure(IOException cause) {
        return new EmbeddingException(
                "missing",
                "Embedding models cannot be unpacked into " + called + ": " + reason(cause) + ", or " + remedy,
                cause);
    }

    private String reason(IOException cause) {
        Path there = path.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            return there + " is a file where a directory is expected; remove it";
        }
        if (cause instanceof AccessDeniedException || !Files.isWritable(there)) {
            return "this user may not write to " + there + "; allow it";
        }
        boolean told = cause instanceof FileSystemException known && known.getReason() != null;
        return told ? ((FileSystemException) cause).getReason() : cause + "; mend that";
    }
}
