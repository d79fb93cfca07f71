package io.arkestra.memory.record.internal;

import java.nio.ByteBuffer;
import java.util.regex.Pattern;

/**
 * A fingerprint of 64 bits that is close for texts that are close (Charikar 2002), over character trigrams of
 * the letters and digits of the normal form.
 */
public final class SimHash {
    /** Texts whose fingerprints differ in at most so many bits say the same. */
    static final int NEAR = 3;

    private static final Pattern OTHER = Pattern.compile("[^\\p{L}\\p{N}]+");

    private SimHash() {}

    public static long of(String text) {
        String normal = " " + OTHER.matcher(NormalText.of(text)).replaceAll(" ").strip() + " ";
        int[] votes = new int[64];
        for (int i = 0; i + 3 <= normal.length(); i++) {
            long hash = mix(normal.charAt(i), normal.charAt(i + 1), normal.charAt(i + 2));
            for (int bit = 0; bit < 64; bit++) {
                votes[bit] += (hash >>> bit & 1) == 1 ? 1 : -1;
            }
        }
        long result = 0;
        for (int bit = 0; bit < 64; bit++) {
            if (votes[bit] > 0) {
                result |= 1L << bit;
            }
        }
        return result;
    }

    public static boolean near(long one, long other) {
        return Long.bitCount(one ^ other) <= NEAR;
    }

    /** SplitMix64's finaliser. */
    private static long mix(char a, char b, char c) {
        long z = ByteBuffer.allocate(8)
                        .putShort((short) 0)
                        .putChar(a)
                        .putChar(b)
                        .putChar(c)
                        .getLong(0)
                + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
