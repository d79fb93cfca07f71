package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;

/** Which messages a memory was taken from, to be found from the message. */
final class MemorySources {
    static final CollectionSpec SPEC = CollectionSpec.builder("memory_sources")
            .field("memory", FieldType.STRING)
            .field("message", FieldType.STRING)
            .orderedIndex("memory")
            .orderedIndex("message")
            .check(doc -> {
                doc.body().text("memory");
                doc.body().text("message");
            })
            .build();
    static final String NAME = SPEC.name();

    private MemorySources() {}

    static void add(DocTransaction transaction, Owner owner, String memory, Collection<String> messages) {
        for (String message : messages) {
            // Ids may be as long as an id may be, so two of them do not fit into one.
            String id = HexFormat.of().formatHex(NormalText.sha256(memory + "\n" + message), 0, 16);
            Json body =
                    Json.object().put("memory", memory).put("message", message).build();
            transaction.put(NAME, DocWrite.of(owner, id, body));
        }
    }

    /** Memories that were taken from a message, in the first shape too, which had no such documents. */
    static Set<String> memories(DocTransaction transaction, Owner owner, String message) {
        Set<String> ids = new LinkedHashSet<>();
        DocQuery links = DocQuery.where(Filter.eq("message", message)).limit(DocQuery.MAX_LIMIT);
        for (Doc link : transaction.find(NAME, owner, links).docs()) {
            ids.add(link.body().text("memory"));
        }
        DocQuery first = DocQuery.where(Filter.eq("source", message)).limit(DocQuery.MAX_LIMIT);
        for (Doc memory : transaction.find(MemoryCollection.NAME, owner, first).docs()) {
            ids.add(memory.id());
        }
        return ids;
    }

    static void removeMemory(DocTransaction transaction, Owner owner, String memory) {
        while (transaction.deleteBatch(NAME, owner, Filter.eq("memory", memory), 1_000) > 0) {
            continue;
        }
    }

    static void removeMessage(DocTransaction transaction, Owner owner, String message) {
        while (transaction.deleteBatch(NAME, owner, Filter.eq("message", message), 1_000) > 0) {
            continue;
        }
    }
}
