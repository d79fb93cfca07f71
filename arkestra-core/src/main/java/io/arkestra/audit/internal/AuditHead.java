package io.arkestra.audit.internal;

import io.arkestra.common.Json;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * How long the audit was when it was last signed, kept apart from its files: somebody who cuts entries and checkpoints back to an earlier
 * checkpoint leaves files that were true once. What was signed by an earlier key stays known too: somebody who puts other files in the
 * place of these, with a key of their own, shows. Thread-safe.
 */
final class AuditHead {
    private static final CollectionSpec COLLECTION = CollectionSpec.builder("audit_head")
            .derived()
            .check(doc -> doc.body().text("hash"))
            .build();

    private static final String DOC = "head";
    private static final String EARLIER = "earlier";
    private static final int MOST_EARLIER = 20;

    private final DocStore store;
    private final String key;

    /**
     * What is kept.
     *
     * @param own of the audit that this key signs; it has no signature
     * @param others of audits that other keys signed
     */
    record Known(Optional<Checkpoint> own, List<Checkpoint> others) {
        static final Known NOTHING = new Known(Optional.empty(), List.of());

        /** An audit that another key signed is known, this one is not. */
        boolean onlyOthers() {
            return own.isEmpty() && !others.isEmpty();
        }
    }

    /** @param key that signs */
    AuditHead(DocStore store, PublicKey key) {
        this.store = store;
        this.key = name(key);
        store.define(COLLECTION);
    }

    Known read() {
        return store.inTransaction(tx -> tx.get(COLLECTION.name(), Owner.SYSTEM, DOC))
                .map(doc -> known(doc.body(), key))
                .orElse(Known.NOTHING);
    }

    static Known read(AuditDocuments documents, PublicKey key) {
        return documents
                .read(COLLECTION, Owner.SYSTEM, DOC)
                .map(doc -> known(doc.body(), name(key)))
                .orElse(Known.NOTHING);
    }

    /** Keeps that there is an audit of this key, without an entry yet. On the disk when this returns. Must not be called within a transaction. */
    void begin() {
        keep(0, AuditLine.START);
        store.sync();
    }

    /** Keeps it. Must not be called within a transaction. */
    void keep(long count, String hash) {
        Transactions.again(store, tx -> {
            List<Json> others =
                    tx.get(COLLECTION.name(), Owner.SYSTEM, DOC).map(doc -> all(doc.body())).orElse(List.of()).stream()
                            .filter(one -> !one.text("key").equals(key))
                            .limit(MOST_EARLIER)
                            .toList();
            Json.ObjectBuilder body =
                    Json.object().put("key", key).put("count", count).put("hash", hash);
            if (!others.isEmpty()) {
                body.put(EARLIER, Json.array(others));
            }
            return tx.put(COLLECTION.name(), DocWrite.of(Owner.SYSTEM, DOC, body.build()));
        });
    }

    private static Known known(Json body, String key) {
        Optional<Checkpoint> own = Optional.empty();
        List<Checkpoint> others = new ArrayList<>();
        for (Json one : all(body)) {
            Checkpoint read = new Checkpoint(one.integer("count").orElse(0L), one.text("hash"), "", new byte[0]);
            if (one.text("key").equals(key)) {
                own = Optional.of(read);
            } else {
                others.add(read);
            }
        }
        return new Known(own, others);
    }

    /** The newest first. */
    private static List<Json> all(Json body) {
        List<Json> all = new ArrayList<>();
        all.add(body.without(EARLIER));
        all.addAll(body.list(EARLIER));
        return all;
    }

    private static String name(PublicKey key) {
        return AuditLine.digest(new String(Base64.getEncoder().encode(key.getEncoded()), StandardCharsets.US_ASCII));
    }
}
