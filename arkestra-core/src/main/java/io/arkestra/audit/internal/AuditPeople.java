package io.arkestra.audit.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.concurrent.internal.Transactions;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Owner;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Who is who in the audit: a random id and a random secret per person, kept with the person's data and gone with it. What is left in the audit
 * then points at nobody, and no digest in it can be guessed. Thread-safe.
 */
final class AuditPeople {
    /** Derived: another home gives its own ids. In the binary part, where the guard does not take a random number for somebody's secret. */
    static final CollectionSpec COLLECTION = CollectionSpec.builder("audit_people")
            .derived()
            .check(doc -> read(doc))
            .build();

    private static final String DOC = "me";
    private static final int ID_BYTES = 16;
    private static final int SECRET_BYTES = 32;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final DocStore store;
    private final SecureRandom random = new SecureRandom();
    private final Map<UserId, Pseudonym> known = new ConcurrentHashMap<>();

    /** What stands for a person. */
    record Pseudonym(String id, byte[] secret) {
        /** The detail with every digest keyed. */
        Json keyed(Json detail) {
            Json.ObjectBuilder keyed = Json.object();
            detail.members()
                    .forEach((name, value) -> keyed.put(
                            name,
                            value.isString() && DIGEST.matcher(value.asString()).matches()
                                    ? Json.of(keyed(value.asString()))
                                    : value));
            return keyed.build();
        }

        private String keyed(String digest) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret, "HmacSHA256"));
                return HexFormat.of().formatHex(mac.doFinal(digest.getBytes(StandardCharsets.US_ASCII)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has HmacSHA256", e);
            }
        }
    }

    AuditPeople(DocStore store) {
        this.store = store;
        store.define(COLLECTION);
    }

    /** Must not be called within a transaction. */
    Pseudonym of(UserId user) {
        Pseudonym cached = known.get(user);
        if (cached != null) {
            return cached;
        }
        Doc doc = Transactions.again(
                store,
                tx -> tx.get(COLLECTION.name(), Owner.of(user), DOC)
                        .orElseGet(() -> tx.put(
                                COLLECTION.name(),
                                DocWrite.of(Owner.of(user), DOC, Json.emptyObject())
                                        .blob(random())
                                        .expectVersion(DocWrite.ABSENT))));
        Pseudonym found = read(doc);
        known.put(user, found);
        return found;
    }

    /** Only if the person is in the audit at all. */
    Optional<Pseudonym> find(UserId user) {
        Pseudonym cached = known.get(user);
        return cached != null
                ? Optional.of(cached)
                : store.inTransaction(tx -> tx.get(COLLECTION.name(), Owner.of(user), DOC))
                        .map(AuditPeople::read);
    }

    /** What is stored goes with everything else of the person. */
    void forget(UserId user) {
        known.remove(user);
    }

    private static Pseudonym read(Doc doc) {
        byte[] both = doc.blob().orElseThrow(() -> new InvalidInputException("There is no id in " + doc));
        return new Pseudonym(
                "p-" + HexFormat.of().formatHex(both, 0, ID_BYTES), Arrays.copyOfRange(both, ID_BYTES, both.length));
    }

    private byte[] random() {
        byte[] value = new byte[ID_BYTES + SECRET_BYTES];
        random.nextBytes(value);
        return value;
    }
}
