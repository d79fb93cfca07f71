package io.arkestra.store.h2.internal;

import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocWrite;
import io.arkestra.store.KeyRing;
import io.arkestra.store.Owner;
import io.arkestra.store.StoreException;
import io.arkestra.store.crypto.internal.OwnerKey;
import io.arkestra.store.crypto.internal.SealedDoc;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Encrypts and decrypts within one transaction: a key that it makes is used by others once it is committed. Confined like the transaction. */
final class Keys {
    private final Vault vault;
    private final Handle handle;
    private final Map<Owner, Vault.Active> made = new HashMap<>();

    /** A body as text, and the binary part. */
    record Plain(String body, byte @Nullable [] blob) {}

    Keys(Vault vault, Handle handle) {
        this.vault = vault;
        this.handle = handle;
    }

    boolean seals(CollectionTable table) {
        return vault.seals(table.spec);
    }

    byte[] seal(CollectionTable table, Owner owner, SealedDoc.Place place, Plain plain, Writer writer, long now) {
        boolean blobInClear = table.spec.clear().contains(CollectionSpec.Clear.BLOB);
        return SealedDoc.seal(forWriting(owner, writer, now), place, plain.body(), plain.blob(), blobInClear);
    }

    /** What a row holds: as it is, unless the text is empty, which no JSON is. */
    Plain open(Owner owner, SealedDoc.Place place, String body, byte @Nullable [] blob) {
        if (!body.isEmpty()) {
            return new Plain(body, blob);
        }
        Optional<String> id = SealedDoc.key(blob);
        if (id.isEmpty() || blob == null) {
            throw tampered(place);
        }
        return SealedDoc.open(forReading(owner, id.get(), place), place, blob)
                .map(contents -> new Plain(contents.body(), contents.blob()))
                .orElseThrow(() -> tampered(place));
    }

    private static StoreException tampered(SealedDoc.Place place) {
        return new StoreException(
                "tampered",
                "Document '" + place.id() + "' of collection '" + place.collection()
                        + "' cannot be decrypted: it was changed, moved or put back from elsewhere by another program."
                        + " Restore a backup, or delete the document");
    }

    private OwnerKey forReading(Owner owner, String id, SealedDoc.Place place) {
        for (Vault.Active own : made.values()) {
            if (own.key().id().equals(id)) {
                return own.key();
            }
        }
        OwnerKey known = vault.known(id);
        if (known != null) {
            return known;
        }
        long generation = vault.generation();
        for (Vault.Kept kept : Vault.kept(handle, vault.table(), owner)) {
            if (kept.id().equals(id)) {
                OwnerKey key = vault.unwrapped(kept);
                vault.learn(key, generation);
                return key;
            }
        }
        throw tampered(place);
    }

    private OwnerKey forWriting(Owner owner, Writer writer, long now) {
        Vault.Active own = made.get(owner);
        if (own == null) {
            own = vault.active(owner);
        }
        if (own == null || own.left().getAndDecrement() <= 0) {
            own = reserve(owner, writer, now);
            own.left().decrementAndGet();
            made.put(owner, own);
        }
        return own.key();
    }

    /** Counts a block of uses as spent, of the newest key or, when that is used up, of a new one. */
    private Vault.Active reserve(Owner owner, Writer writer, long now) {
        KeyRing ring = vault.ring();
        List<Vault.Kept> all = Vault.kept(handle, vault.table(), owner);
        Optional<Vault.Kept> newest = all.stream().max(Comparator.comparingLong(Vault.Kept::number));
        if (newest.isPresent() && newest.get().uses() + vault.block <= vault.maxUses) {
            Vault.Kept kept = newest.get();
            write(owner, kept.id(), kept.body().with("uses", Json.of(kept.uses() + vault.block)), writer, now);
            return new Vault.Active(vault.unwrapped(kept), new AtomicLong(vault.block));
        }
        OwnerKey key = OwnerKey.make();
        Json body = Json.object()
                .put("number", newest.map(Vault.Kept::number).orElse(0L) + 1)
                .put("uses", vault.block)
                .build();
        write(owner, key.id(), wrapped(body, owner, key, ring), writer, now);
        return new Vault.Active(key, new AtomicLong(vault.block));
    }

    private static Json wrapped(Json body, Owner owner, OwnerKey key, KeyRing ring) {
        String ringId = ring.activeId();
        return body.with("ring", Json.of(ringId))
                .with(
                        "wrapped",
                        Json.of(key.wrapped(
                                owner,
                                ringId,
                                ring.key(ringId)
                                        .orElseThrow(() -> new StoreException(
                                                "key-missing",
                                                "The key ring does not have its own active key '" + ringId + "'")))));
    }

    private void write(Owner owner, String id, Json body, Writer writer, long now) {
        new DocPut(vault.table(), DocWrite.of(owner, id, body)).execute(handle, writer, now, this);
    }

    /** Makes sure that the system has a key: the sign that the store is encrypted. Returns whether it had none. */
    boolean begin(Writer writer, long now) {
        if (!Vault.kept(handle, vault.table(), Owner.SYSTEM).isEmpty()) {
            return false;
        }
        made.put(Owner.SYSTEM, reserve(Owner.SYSTEM, writer, now));
        return true;
    }

    /** Wraps keys anew that are wrapped by another key than the active one. Returns how many. */
    int rewrap(int limit, Writer writer, long now) {
        KeyRing ring = vault.ring();
        List<Vault.Kept> old = Vault.kept(handle, vault.table(), null).stream()
                .filter(kept -> !kept.ringId().equals(ring.activeId()))
                .limit(limit)
                .toList();
        for (Vault.Kept kept : old) {
            write(
                    kept.owner(),
                    kept.id(),
                    wrapped(kept.body(), kept.owner(), vault.unwrapped(kept), ring),
                    writer,
                    now);
        }
        return old.size();
    }

    /** Lets others use the keys; after the commit, before the right to write is given back. */
    void committed() {
        long generation = vault.generation();
        made.forEach((owner, key) -> {
            vault.activate(owner, key);
            vault.learn(key.key(), generation);
        });
        made.clear();
    }
}
