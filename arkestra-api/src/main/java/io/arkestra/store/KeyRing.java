package io.arkestra.store;

import io.arkestra.common.ConfigException;
import java.nio.file.Path;
import java.util.Optional;
import javax.crypto.SecretKey;

/**
 * The host's keys: each user's key is kept wrapped by one of them. One is active and wraps from now on; earlier ones are listed so
 * long as something is wrapped by them. A key is 256 bits for AES. Thread-safe.
 *
 * <p>To change the key, list the new one first and the old one after it, and open the home once: everything is wrapped anew then,
 * and the old one can be left out. Whoever loses the keys has lost the documents.
 */
public interface KeyRing {
    /** Id of the key that wraps from now on. */
    String activeId();

    /** The key with this id, the active one included. */
    Optional<SecretKey> key(String id);

    /**
     * A ring of one key.
     *
     * @param id 1 to 64 letters, digits, dots, dashes and underscores
     * @param key 32 random bytes; copied
     */
    static KeyRing of(String id, byte[] key) {
        return ListedKeys.of(id, key);
    }

    /** This ring with an earlier key, which only unwraps. */
    default KeyRing withEarlier(String id, byte[] key) {
        return new ListedKeys(this, ListedKeys.of(id, key));
    }

    /**
     * The keys in a file, the active one first: lines of an id, a blank and the key in Base64; lines that start with {@code #} are
     * skipped. Where files have owners, nobody else may be able to read it.
     *
     * @throws ConfigException when the file is missing, readable by others, or not of this form
     */
    static KeyRing load(Path file) {
        return KeyFile.load(file);
    }

    /**
     * The keys in a file as {@link #load} reads it; makes the file with a new random key when it is not there.
     *
     * @throws ConfigException as {@link #load}, or when the file cannot be made
     */
    static KeyRing loadOrCreate(Path file) {
        return KeyFile.loadOrCreate(file);
    }

    /**
     * The keys in an environment variable, the active one first: {@code id:Base64}, several separated by commas.
     *
     * @param handle {@code env://NAME}
     * @throws ConfigException when the variable is not set or not of this form
     */
    static KeyRing environment(String handle) {
        return KeyFile.environment(handle, System.getenv());
    }
}
