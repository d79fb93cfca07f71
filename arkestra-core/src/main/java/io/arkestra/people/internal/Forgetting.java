package io.arkestra.people.internal;

import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.memory.Memory;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets people. What is to be done is written down first and struck out last, so a process that ends in between finishes it at the
 * next start; every step can be done again.
 */
public final class Forgetting {
    /** Whom a process was forgetting; empty but for that time. */
    public static final CollectionSpec COLLECTION =
            CollectionSpec.builder("forgetting").derived().build();

    private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);

    private final DocStore store;
    private final Memory memory;
    private final ToLongFunction<Owner> jobs;

    /**
     * What went.
     *
     * @param documents documents of the user
     * @param jobs jobs on their behalf
     */
    public record Gone(long documents, long jobs) {}

    /** @param jobs deletes the jobs of an owner and stops those that run; returns how many there were */
    public Forgetting(DocStore store, Memory memory, ToLongFunction<Owner> jobs) {
        this.store = store;
        this.memory = memory;
        this.jobs = jobs;
        store.define(COLLECTION);
    }

    /** Finishes what an earlier process began. Returns how many people that were. */
    public int resume() {
        List<String> begun =
                store.inTransaction(tx -> tx.find(COLLECTION.name(), Owner.SYSTEM, DocQuery.all())).docs().stream()
                        .map(doc -> doc.body().text("person"))
                        .toList();
        for (String person : begun) {
            LOG.info("Forgetting a person was cut off by the end of an earlier process and is finished now");
            finish(UserId.of(person));
        }
        return begun.size();
    }

    /** Forgets somebody whose turns have been stopped. */
    public Gone forget(UserId user) {
        Json body = Json.object().put("person", user.value()).build();
        store.inTransaction(tx -> tx.put(COLLECTION.name(), DocWrite.of(Owner.SYSTEM, id(user), body)));
        store.sync();
        return finish(user);
    }

    private Gone finish(UserId user) {
        Owner owner = Owner.of(user);
        long deletedJobs = jobs.applyAsLong(owner);
        long documents = ofTheSystem(owner) + store.erase(owner);
        memory.erase(user);
        // What was on its way into the store meanwhile.
        deletedJobs += jobs.applyAsLong(owner);
        documents += store.erase(owner);
        store.compact();
        store.sync();
        store.inTransaction(tx -> tx.delete(COLLECTION.name(), Owner.SYSTEM, id(user)));
        store.sync();
        return new Gone(documents, deletedJobs);
    }

    /** The system's own documents about the user: those with a field that says so. */
    private long ofTheSystem(Owner owner) {
        String id = owner.user().orElseThrow().value();
        long deleted = 0;
        for (String collection : store.collections()) {
            boolean named = store.declaration(collection)
                    .map(spec -> spec.fields().get("user"))
                    .filter(field -> field.type() == FieldType.STRING)
                    .isPresent();
            if (named) {
                deleted += store.deleteAll(collection, Owner.SYSTEM, Filter.in("user", List.of(owner.key(), id)));
            }
        }
        return deleted;
    }

    /** Tells nothing about the user to who does not know the id already. */
    private static String id(UserId user) {
        byte[] hash = PersonArchive.sha256().digest(user.value().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 16);
    }
}
