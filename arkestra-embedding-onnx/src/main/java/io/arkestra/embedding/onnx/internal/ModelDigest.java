package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.EmbeddingException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a model file is.
 *
 * @param sha256 of its bytes, in hexadecimal
 * @param quantised whether it takes the scale of its numbers from the input, so that texts run together change each other's vectors
 */
record ModelDigest(String sha256, boolean quantised) {
    private static final Pattern UNPACKED = Pattern.compile("([0-9a-f]{64})-[0-9a-f]{8}-.*");
    private static final byte[] DYNAMIC = "DynamicQuantizeLinear".getBytes(StandardCharsets.US_ASCII);

    /** The digest of any file; of one that was unpacked it stands in the name. */
    static String sha256(Path file) {
        Matcher name = UNPACKED.matcher(file.getFileName().toString());
        return name.matches() ? name.group(1) : read(file).sha256();
    }

    /** Reads the whole file. */
    static ModelDigest read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = ModelFiles.digest();
            byte[] buffer = new byte[1 << 16];
            boolean found = false;
            int matched = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                for (int i = 0; i < read && !found; i++) {
                    // Its first letter occurs in it once, so a failed match can only begin again at this byte.
                    matched = buffer[i] == DYNAMIC[matched] ? matched + 1 : buffer[i] == DYNAMIC[0] ? 1 : 0;
                    found = matched == DYNAMIC.length;
                }
            }
            return new ModelDigest(HexFormat.of().formatHex(digest.digest()), found);
        } catch (IOException e) {
            throw new EmbeddingException("missing", "The file " + file + " cannot be read (" + e + ")", e);
        }
    }
}
