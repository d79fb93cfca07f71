package io.arkestra.store.h2.internal;

import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.KeyRing;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import io.arkestra.store.crypto.internal.OwnerKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a store: which there are, which of them are known in this process. Keys are kept in a collection of their own, each with
 * its owner, and go with the owner's other documents. Thread-safe; keys for writing change only under the right to write.
 */
final class Vault {
    /** Left readable, because what is in it is encrypted by the host's keys. */
    static final CollectionSpec KEYS = CollectionSpec.builder("keys")
            .clear(CollectionSpec.Clear.EVERYTHING)
            .derived()
            .build();

    /** Random nonces of 96 bits allow this many uses of a key (NIST SP 800-38D, 8.3). */
    static final long MAX_USES = 1L << 32;

    /** Uses are counted in blocks, so that not every write writes the count. */
    static final long BLOCK = 1L << 20;

    /** A key in use, and how many uses of it are still counted as spent. */
    record Active(OwnerKey key, AtomicLong left) {}

    /**
     * A key as it is kept.
     *
     * @param owner whose
     * @param id its name
     * @param body number, ring, wrapped, uses
     */
    record Kept(Owner owner, String id, Json body) {
        String ringId() {
            return body.text("ring");
        }

        long number() {
            return body.integer("number").orElse(0L);
        }

        long uses() {
            return body.integer("uses").orElse(0L);
        }
    }

    private final @Nullable KeyRing ring;
    private final CollectionTable table = new CollectionTable(KEYS);
    private final Map<String, OwnerKey> known = new ConcurrentHashMap<>();
    private final Map<Owner, Active> active = new ConcurrentHashMap<>();
    private final AtomicLong forgotten = new AtomicLong();
    final long maxUses;
    final long block;

    private Vault(@Nullable KeyRing ring, long maxUses, long block) {
        this.ring = ring;
        this.maxUses = maxUses;
        this.block = block;
    }

    static Vault of(Optional<KeyRing> ring) {
        return new Vault(ring.orElse(null), MAX_USES, BLOCK);
    }

    /** For tests that use a key up. */
    static Vault counting(KeyRing ring, long maxUses, long block) {
        return new Vault(ring, maxUses, block);
    }

    CollectionTable table() {
        return table;
    }

    boolean encrypts() {
        return ring != null;
    }

    boolean seals(CollectionSpec spec) {
        return ring != null && !spec.clear().contains(CollectionSpec.Clear.EVERYTHING);
    }

    KeyRing ring() {
        if (ring == null) {
            throw new StoreException(
                    "key-missing", "The store holds encrypted documents, but no key ring was given to open them");
        }
        return ring;
    }

    static List<Kept> kept(Handle handle, CollectionTable table, @Nullable Owner owner) {
        String where = owner == null ? "" : " WHERE \"owner\"=?";
        Object[] values = owner == null ? new Object[0] : new Object[] {owner.key()};
        return Sql.list(
                handle,
                "SELECT \"owner\",\"id\",\"body\" FROM " + table.docs + where + " ORDER BY \"owner\",\"id\"",
                (row, context) -> new Kept(new Owner(row.getString(1)), row.getString(2), Json.parse(row.getString(3))),
                values);
    }

    /** Refuses a database whose keys the ring does not open; changes nothing. */
    void check(Handle handle, String where) {
        if (Sql.number(handle, "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_NAME='d_keys'") == 0) {
            return;
        }
        List<Kept> all = kept(handle, table, null);
        TreeSet<String> needed = new TreeSet<>();
        all.forEach(key -> needed.add(key.ringId()));
        KeyRing host = ring;
        if (host == null) {
            if (!needed.isEmpty()) {
                throw new StoreException(
                        "key-missing",
                        "The documents of " + where + " are encrypted under the ring keys " + needed
                                + ", but no key ring was given; nothing was changed. Give it: Arkestra.builder().encryption(ring)."
                                + " To have them unencrypted, export each person and import into a home without a key ring");
            }
            return;
        }
        needed.removeIf(id -> host.key(id).isPresent());
        if (!needed.isEmpty()) {
            throw new StoreException(
                    "key-missing",
                    "The documents of " + where + " are encrypted under the ring keys " + needed
                            + ", which the key ring does not have; nothing was changed. Add them after the active key '"
                            + host.activeId() + "'");
        }
        for (Kept key : all) {
            if (unwrap(host, key).isEmpty()) {
                throw wrongKey(key, where);
            }
        }
    }

    private static StoreException wrongKey(Kept key, String where) {
        return new StoreException(
                "key-wrong",
                "The ring key '" + key.ringId() + "' is not the one under which " + where
                        + " was encrypted, or the keys in it were changed; nothing was changed now. Give the right key under that id");
    }

    static Optional<OwnerKey> unwrap(KeyRing ring, Kept key) {
        return OwnerKey.unwrap(
                key.owner(), key.id(), key.ringId(), ring, key.body().text("wrapped"));
    }

    OwnerKey unwrapped(Kept key) {
        return unwrap(ring(), key).orElseThrow(() -> wrongKey(key, "the store"));
    }

    @Nullable
    OwnerKey known(String id) {
        return known.get(id);
    }

    @Nullable
    Active active(Owner owner) {
        return active.get(owner);
    }

    /** A number that changes when keys are destroyed: what was read before must not be kept after. */
    long generation() {
        return forgotten.get();
    }

    void learn(OwnerKey key, long generation) {
        known.put(key.id(), key);
        if (forgotten.get() != generation) {
            known.remove(key.id());
        }
    }

    /** Only under the right to write, after the commit. */
    void activate(Owner owner, Active key) {
        active.put(owner, key);
    }

    /** The keys of an owner are destroyed. Only under the right to write. */
    void forget(Owner owner) {
        active.remove(owner);
        forgotten.incrementAndGet();
        known.clear();
    }
}
