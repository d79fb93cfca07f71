package io.arkestra.llm.llamacpp.models;

import io.arkestra.common.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** SHA-256 of files, and the small file beside a model that holds it. Stateless. */
final class FileHashes {
    private FileHashes() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest of(Path file, Cancellation cancellation) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                cancellation.throwIfCancelled();
                digest.update(buffer, 0, count);
            }
        }
        return digest;
    }

    static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".sha256");
    }

    /** In the form of sha256sum, so that {@code sha256sum -c} works too. */
    static void write(Path file, String hash) throws IOException {
        Files.writeString(beside(file), hash + "  " + file.getFileName() + "\n");
    }

    static Optional<String> read(Path file) throws IOException {
        try {
            String text = Files.readString(beside(file)).strip();
            return text.matches("(?s)[0-9a-f]{64}\\b.*") ? Optional.of(text.substring(0, 64)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
