package io.arkestra.store.crypto.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A document's body and binary part as one encrypted byte string: form, flags, key, nonce, ciphertext; a binary part that stays in the
 * clear follows. Bound to its place and version, so that it cannot be moved or put back unnoticed.
 */
public final class SealedDoc {
    private static final byte FORM = 1;
    private static final byte BLOB_INSIDE = 1;
    private static final byte BLOB_BEHIND = 2;
    private static final int HEADER = 2 + OwnerKey.ID_BYTES + 4;

    /**
     * Where a document is.
     *
     * @param collection its collection
     * @param owner key of its owner
     * @param id its id
     * @param version its version
     * @param schema version of its body's shape
     */
    public record Place(String collection, String owner, String id, long version, int schema) {
        private byte[] bound(String key, byte flags) {
            return Aes.bound(
                    "arkestra-doc-1",
                    collection,
                    owner,
                    id,
                    Long.toString(version),
                    Integer.toString(schema),
                    key,
                    Integer.toString(flags));
        }
    }

    /** What was encrypted. */
    public record Contents(String body, byte @Nullable [] blob) {}

    private SealedDoc() {}

    /** @param blobInClear whether the binary part is only appended */
    public static byte[] seal(OwnerKey key, Place place, String body, byte @Nullable [] blob, boolean blobInClear) {
        byte flags = blob == null ? 0 : blobInClear ? BLOB_BEHIND : BLOB_INSIDE;
        byte[] inside = flags == BLOB_INSIDE && blob != null ? blob : new byte[0];
        byte[] behind = flags == BLOB_BEHIND && blob != null ? blob : new byte[0];
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        byte[] plain = ByteBuffer.allocate(4 + text.length + inside.length)
                .putInt(text.length)
                .put(text)
                .put(inside)
                .array();
        byte[] sealed = Aes.seal(key.secret(), place.bound(key.id(), flags), plain);
        return ByteBuffer.allocate(HEADER + sealed.length + behind.length)
                .put(FORM)
                .put(flags)
                .put(HexFormat.of().parseHex(key.id()))
                .putInt(sealed.length)
                .put(sealed)
                .put(behind)
                .array();
    }

    /** Id of the key that opens it; empty when it is not of this form. */
    public static Optional<String> key(byte @Nullable [] sealed) {
        if (sealed == null || sealed.length < HEADER || sealed[0] != FORM) {
            return Optional.empty();
        }
        return Optional.of(HexFormat.of().formatHex(sealed, 2, 2 + OwnerKey.ID_BYTES));
    }

    /** Empty when it was changed or is not of this place and version. */
    public static Optional<Contents> open(OwnerKey key, Place place, byte[] sealed) {
        ByteBuffer buffer = ByteBuffer.wrap(sealed);
        byte flags = buffer.get(1);
        int length = buffer.getInt(HEADER - 4);
        if (length < 0 || length > sealed.length - HEADER) {
            return Optional.empty();
        }
        byte[] cipher = Arrays.copyOfRange(sealed, HEADER, HEADER + length);
        return Aes.open(key.secret(), place.bound(key.id(), flags), cipher).map(plain -> {
            int text = ByteBuffer.wrap(plain).getInt();
            String body = new String(plain, 4, text, StandardCharsets.UTF_8);
            byte[] blob = flags == BLOB_INSIDE
                    ? Arrays.copyOfRange(plain, 4 + text, plain.length)
                    : flags == BLOB_BEHIND ? Arrays.copyOfRange(sealed, HEADER + length, sealed.length) : null;
            return new Contents(body, blob);
        });
    }
}
