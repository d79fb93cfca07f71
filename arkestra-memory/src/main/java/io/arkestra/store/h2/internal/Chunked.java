package io.arkestra.store.h2.internal;

import io.arkestra.store.StoreException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Large texts and byte strings as a first piece and an array of further ones, all inside the row: a column holds at most 1 Mi, and
 * large objects, which H2 keeps apart from the row, are slower to read and removed later than the row.
 */
final class Chunked {
    static final int MAX = 16 * 1024 * 1024;
    private static final int PIECE = 1024 * 1024;

    private Chunked() {}

    static void check(String what, long length, String collection, String id) {
        if (length > MAX) {
            throw new StoreException(
                    "too-large",
                    "The " + what + " of document '" + id + "' in collection '" + collection + "' has " + length + " "
                            + (what.equals("body") ? "characters" : "bytes") + "; at most " + MAX + " are allowed");
        }
    }

    static String first(String text) {
        return text.length() <= PIECE ? text : text.substring(0, PIECE);
    }

    static Object @Nullable [] more(String text) {
        if (text.length() <= PIECE) {
            return null;
        }
        List<Object> pieces = new ArrayList<>();
        for (int from = PIECE; from < text.length(); from += PIECE) {
            pieces.add(text.substring(from, Math.min(text.length(), from + PIECE)));
        }
        return pieces.toArray();
    }

    static byte[] first(byte[] bytes) {
        return bytes.length <= PIECE ? bytes : Arrays.copyOf(bytes, PIECE);
    }

    static Object @Nullable [] more(byte[] bytes) {
        if (bytes.length <= PIECE) {
            return null;
        }
        List<Object> pieces = new ArrayList<>();
        for (int from = PIECE; from < bytes.length; from += PIECE) {
            pieces.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + PIECE)));
        }
        return pieces.toArray();
    }

    static String text(ResultSet row, int first) throws SQLException {
        String head = row.getString(first);
        Array more = row.getArray(first + 1);
        if (more == null) {
            return head;
        }
        StringBuilder text = new StringBuilder(head);
        for (Object piece : (Object[]) more.getArray()) {
            text.append(piece);
        }
        return text.toString();
    }

    static byte @Nullable [] bytes(ResultSet row, int first) throws SQLException {
        byte[] head = row.getBytes(first);
        Array more = head == null ? null : row.getArray(first + 1);
        if (head == null || more == null) {
            return head;
        }
        Object[] pieces = (Object[]) more.getArray();
        int length = head.length;
        for (Object piece : pieces) {
            length += ((byte[]) piece).length;
        }
        byte[] whole = Arrays.copyOf(head, length);
        int at = head.length;
        for (Object piece : pieces) {
            byte[] part = (byte[]) piece;
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
