package io.arkestra.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Cuts a text into pieces of whole characters of which no two are equal and none is a single byte: a bigram model knows by the piece that
 * it wrote last where in the text it is. A piece that has been used grows until it differs; what is left at the end joins the pieces before
 * it.
 */
final class ScriptPieces {
    private static final int MOST_PIECES = 256;
    private static final int USUAL_BYTES = 6;

    private ScriptPieces() {}

    /** Pieces that make up the text; empty for texts of less than two bytes. */
    static List<byte[]> of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int usual = Math.max(USUAL_BYTES, (bytes.length + MOST_PIECES - 1) / MOST_PIECES);
        List<byte[]> pieces = new ArrayList<>();
        Set<String> used = new HashSet<>();
        int start = 0;
        while (bytes.length - start >= 2) {
            int end = boundary(bytes, Math.min(start + usual, bytes.length));
            while (end < bytes.length && used.contains(key(bytes, start, end))) {
                end = boundary(bytes, end + 1);
            }
            if (!used.add(key(bytes, start, end))) {
                break;
            }
            pieces.add(Arrays.copyOfRange(bytes, start, end));
            start = end;
        }
        return start == bytes.length || pieces.isEmpty() ? pieces : withRest(pieces, bytes, start);
    }

    /** Joins the rest with as many of the last pieces as it takes to be unique; the whole text is. */
    private static List<byte[]> withRest(List<byte[]> pieces, byte[] bytes, int start) {
        Set<String> used = new HashSet<>();
        pieces.forEach(piece -> used.add(key(piece, 0, piece.length)));
        int from = start;
        do {
            byte[] last = pieces.remove(pieces.size() - 1);
            used.remove(key(last, 0, last.length));
            from -= last.length;
        } while (used.contains(key(bytes, from, bytes.length)));
        pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
        return pieces;
    }

    /** The first end of a character at or after a position. */
    private static int boundary(byte[] bytes, int position) {
        int end = position;
        while (end < bytes.length && (bytes[end] & 0xC0) == 0x80) {
            end++;
        }
        return end;
    }

    private static String key(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
