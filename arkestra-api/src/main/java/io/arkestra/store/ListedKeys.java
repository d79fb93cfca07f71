package io.arkestra.store;

import io.arkestra.common.ConfigException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** Keys in memory, the active one first. Immutable. */
final class ListedKeys implements KeyRing {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int BYTES = 32;

    private final KeyRing first;
    private final Optional<KeyRing> rest;

    /** @param earlier asked when the first ring does not have a key */
    ListedKeys(KeyRing first, KeyRing earlier) {
        this.first = first;
        this.rest = Optional.of(earlier);
        if (first.key(earlier.activeId()).isPresent()) {
            throw new ConfigException("The key ring names the key '" + earlier.activeId() + "' twice");
        }
    }

    private ListedKeys(KeyRing only) {
        this.first = only;
        this.rest = Optional.empty();
    }

    static KeyRing of(String id, byte[] key) {
        if (!ID.matcher(id).matches()) {
            throw new ConfigException("A key of the key ring has an id that does not match " + ID.pattern());
        }
        if (key.length != BYTES) {
            throw new ConfigException(
                    "Key '" + id + "' of the key ring has " + key.length + " bytes; expected " + BYTES);
        }
        return new ListedKeys(new One(id, new SecretKeySpec(key, "AES")));
    }

    /** @param keys by id, the active one first */
    static KeyRing of(Map<String, byte[]> keys, String where) {
        KeyRing ring = null;
        for (Map.Entry<String, byte[]> key : new LinkedHashMap<>(keys).entrySet()) {
            ring = ring == null ? of(key.getKey(), key.getValue()) : ring.withEarlier(key.getKey(), key.getValue());
        }
        if (ring == null) {
            throw new ConfigException(where + " holds no key");
        }
        return ring;
    }

    @Override
    public String activeId() {
        return first.activeId();
    }

    @Override
    public Optional<SecretKey> key(String id) {
        return first.key(id).or(() -> rest.flatMap(ring -> ring.key(id)));
    }

    /** Never the keys. */
    @Override
    public String toString() {
        return "KeyRing[active " + activeId() + "]";
    }

    private record One(String activeId, SecretKey secret) implements KeyRing {
        @Override
        public Optional<SecretKey> key(String id) {
            return id.equals(activeId) ? Optional.of(secret) : Optional.empty();
        }

        @Override
        public String toString() {
            return activeId;
        }
    }
}
