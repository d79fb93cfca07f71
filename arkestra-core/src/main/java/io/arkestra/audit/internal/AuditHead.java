package io.arkestra.audit.internal;

import io.arkestra.common.Json;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;
import java.util.Optional;

/**
 * How long the audit was when it was last signed, kept apart from its files: somebody who cuts entries and checkpoints back to an earlier
 * checkpoint leaves files that were true once. Thread-safe.
 */
final class AuditHead {
    private static final CollectionSpec COLLECTION = CollectionSpec.builder("audit_head")
            .derived()
            .check(doc -> doc.body().text("hash"))
            .build();

    private static final String DOC = "head";

    private final DocStore store;
    private final String key;

    /** @param key that signs; what was signed by another says nothing about this audit */
    AuditHead(DocStore store, PublicKey key) {
        this.store = store;
        this.key =
                AuditLine.digest(new String(Base64.getEncoder().encode(key.getEncoded()), StandardCharsets.US_ASCII));
        store.define(COLLECTION);
    }

    /** What was kept last; it has no signature. */
    Optional<Checkpoint> read() {
        return store.inTransaction(tx -> tx.get(COLLECTION.name(), Owner.SYSTEM, DOC))
                .map(Doc::body)
                .filter(body -> body.text("key").equals(key))
                .map(body -> new Checkpoint(body.integer("count").orElse(0L), body.text("hash"), "", new byte[0]));
    }

    /** Keeps it. Must not be called within a transaction. */
    void keep(long count, String hash) {
        Json body = Json.object()
                .put("key", key)
                .put("count", count)
                .put("hash", hash)
                .build();
        Transactions.again(store, tx -> tx.put(COLLECTION.name(), DocWrite.of(Owner.SYSTEM, DOC, body)));
    }
}
