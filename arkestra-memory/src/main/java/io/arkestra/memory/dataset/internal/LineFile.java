package io.arkestra.memory.dataset.internal;

import io.arkestra.common.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file of lines that is written beside its place and put there at once. Not thread-safe. */
final class LineFile implements AutoCloseable {
    private final Path place;
    private final Path fresh;
    private final MessageDigest digest = sha256();
    private final OutputStream out;
    private long lines;

    LineFile(Path place) throws IOException {
        this.place = place;
        this.fresh = place.resolveSibling(place.getFileName() + ".tmp");
        this.out = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(fresh)), digest);
    }

    void add(Json line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        lines++;
    }

    long lines() {
        return lines;
    }

    /** Puts the file in place, unless the same is there. Returns what a manifest says of it. */
    Json put() throws IOException {
        out.close();
        String hash = HexFormat.of().formatHex(digest.digest());
        if (Files.exists(place) && hash(place).equals(hash)) {
            Files.delete(fresh);
        } else {
            Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return Json.object()
                .put("file", place.getFileName().toString())
                .put("lines", lines)
                .put("sha256", hash)
                .build();
    }

    /** Leaves nothing behind when {@link #put} was not reached. */
    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(fresh);
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
