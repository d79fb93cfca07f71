package io.arkestra.store.crypto.internal;

import io.arkestra.store.KeyRing;
import io.arkestra.store.Owner;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of an owner. Random, made for one owner and never used for another, so destroying it destroys what it encrypted.
 *
 * @param id random, 16 hexadecimal digits
 * @param secret the key itself
 */
public record OwnerKey(String id, SecretKey secret) {
    /** Bytes of an id. */
    static final int ID_BYTES = 8;

    public static OwnerKey make() {
        return new OwnerKey(HexFormat.of().formatHex(Aes.random(ID_BYTES)), Aes.newKey());
    }

    /** The key as it is kept: encrypted by a key of the ring, bound to its owner and its name. */
    public String wrapped(Owner owner, String ringId, SecretKey ringKey) {
        return Base64.getEncoder().encodeToString(Aes.seal(ringKey, bound(owner, id, ringId), secret.getEncoded()));
    }

    /** The key from the form in which it is kept; empty when the ring's key is another than it was. */
    public static Optional<OwnerKey> unwrap(Owner owner, String id, String ringId, KeyRing ring, String wrapped) {
        byte[] sealed;
        try {
            sealed = Base64.getDecoder().decode(wrapped);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return ring.key(ringId)
                .flatMap(key -> Aes.open(key, bound(owner, id, ringId), sealed))
                .filter(bytes -> bytes.length == Aes.KEY_BYTES)
                .map(bytes -> new OwnerKey(id, new SecretKeySpec(bytes, "AES")));
    }

    private static byte[] bound(Owner owner, String id, String ringId) {
        return Aes.bound("arkestra-key-1", owner.key(), id, ringId);
    }

    /** Never the key. */
    @Override
    public String toString() {
        return "OwnerKey[" + id + "]";
    }
}
