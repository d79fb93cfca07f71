package io.arkestra.llm.llamacpp.models;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** What was received of a file, and the note beside it that tells of which version. Used by the holder of the lock only. */
final class PartFile {
    private final Path data;
    private final Path note;

    PartFile(Path target) {
        data = target.resolveSibling(target.getFileName() + ".part");
        note = target.resolveSibling(target.getFileName() + ".part.json");
    }

    Path data() {
        return data;
    }

    long size() throws IOException {
        return Files.exists(data) ? Files.size(data) : 0;
    }

    /** The address that the bytes come from. */
    Optional<String> url() throws IOException {
        return read("url");
    }

    /** The version to continue; empty when there is nothing to continue, or no way to ask for the same version. */
    Optional<String> version(String url) throws IOException {
        if (size() == 0 || !url().equals(Optional.of(url))) {
            return Optional.empty();
        }
        // A weak tag promises no equal bytes (RFC 9110, 8.8.1).
        return read("etag").filter(tag -> !tag.startsWith("W/"));
    }

    private Optional<String> read(String key) throws IOException {
        if (!Files.exists(note)) {
            return Optional.empty();
        }
        try {
            return Json.parse(Files.readString(note)).string(key);
        } catch (ArkestraException e) {
            // A note that a crash cut off: the download starts over.
            return Optional.empty();
        }
    }

    /** Begins a file; what was there before goes. */
    FileChannel begin(String url, Optional<String> etag, long length) throws IOException {
        discard();
        Json text = Json.object()
                .put("url", url)
                .putIfPresent("etag", etag)
                .put("length", length)
                .build();
        Files.writeString(note, text.toString());
        return FileChannel.open(data, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    FileChannel resume() throws IOException {
        return FileChannel.open(data, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    void discard() throws IOException {
        Files.deleteIfExists(data);
        Files.deleteIfExists(note);
    }

    /** Puts the whole file into its place at once. */
    void finish(Path target, String hash) throws IOException {
        FileHashes.write(target, hash);
        Files.move(data, target, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(note);
    }
}
