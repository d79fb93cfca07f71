package io.arkestra.guard.secret.internal;

/** Shannon's entropy of a string's own characters. */
final class Entropy {

    private Entropy() {}

    /** Bits per character. */
    static double of(String text) {
        int[] ascii = new int[128];
        int others = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 128) {
                ascii[text.charAt(i)]++;
            } else {
                others++;
            }
        }
        double bits = term(others, text.length());
        for (int count : ascii) {
            bits += term(count, text.length());
        }
        return bits;
    }

    private static double term(int count, int length) {
        if (count == 0) {
            return 0;
        }
        double share = (double) count / length;
        return -share * Math.log(share) / Math.log(2);
    }
}
