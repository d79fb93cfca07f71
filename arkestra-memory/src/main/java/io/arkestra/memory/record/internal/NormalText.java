package io.arkestra.memory.record.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** What makes two texts the same to a person: neither case, spacing, ё or е, nor the punctuation at the end. */
public final class NormalText {
    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");
    private static final Pattern TRAILING = Pattern.compile("[\\p{P}\\s]+$");

    private NormalText() {}

    public static String of(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replace('ё', 'е');
        String spaced = SPACE.matcher(folded).replaceAll(" ").strip();
        String bare = TRAILING.matcher(spaced).replaceAll("");
        return bare.isEmpty() ? spaced : bare;
    }

    /** SHA-256 of the normal form, in hexadecimal. */
    public static String hash(String text) {
        return HexFormat.of().formatHex(sha256(of(text)));
    }

    public static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
