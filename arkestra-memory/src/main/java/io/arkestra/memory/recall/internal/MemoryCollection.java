package io.arkestra.memory.recall.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Origin;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** The collection of what was remembered. A text of one kind is there once per owner. */
final class MemoryCollection {
    static final CollectionSpec SPEC = CollectionSpec.builder("memories")
            .field("kind", FieldType.STRING)
            .field("origin", FieldType.STRING)
            .field("at", FieldType.INSTANT)
            .field("hash", FieldType.STRING)
            .field("source", FieldType.STRING)
            .orderedIndex("at")
            .orderedIndex("kind", "at")
            .uniqueKey("kind", "hash")
            .feed()
            .build();
    static final String NAME = SPEC.name();

    private final SecureRandom random = new SecureRandom();

    MemoryRecord put(DocTransaction transaction, Owner owner, MemoryDraft draft, Instant now) {
        String kind = lower(draft.kind());
        String hash = NormalText.hash(draft.text());
        Optional<Doc> known = transaction
                .find(
                        NAME,
                        owner,
                        DocQuery.where(Filter.and(Filter.eq("kind", kind), Filter.eq("hash", hash)))
                                .limit(1))
                .docs()
                .stream()
                .findFirst();
        if (known.isPresent()) {
            return record(known.get());
        }
        Json body = Json.object()
                .put("kind", kind)
                .put("text", draft.text())
                .put("origin", lower(draft.origin()))
                .put("at", draft.at().orElse(now))
                .put("hash", hash)
                .putIfPresent("source", draft.source())
                .build();
        return record(transaction.put(NAME, DocWrite.of(owner, newId(now), body).expectVersion(DocWrite.ABSENT)));
    }

    static DocQuery ofKind(MemoryKind kind) {
        return DocQuery.where(Filter.eq("kind", lower(kind)));
    }

    static List<MemoryRecord> newest(DocTransaction transaction, Owner owner, DocQuery which, Consumer<String> broken) {
        return transaction.find(NAME, owner, which.descending("at")).docs().stream()
                .flatMap(doc -> readable(doc, broken).stream())
                .toList();
    }

    /** The memory in a document; none, with a word to the host, when this version cannot read it. */
    static List<MemoryRecord> readable(Doc doc, Consumer<String> broken) {
        try {
            return List.of(record(doc));
        } catch (InvalidInputException | IllegalArgumentException e) {
            broken.accept("Memory " + doc.id() + " cannot be read and is left out: " + e.getMessage());
            return List.of();
        }
    }

    static MemoryRecord record(Doc doc) {
        Json body = doc.body();
        MemoryRecord.Builder record = MemoryRecord.builder(
                        doc.id(),
                        MemoryKind.valueOf(body.text("kind").toUpperCase(Locale.ROOT)),
                        body.text("text"),
                        body.instant("at").orElse(doc.createdAt()))
                .origin(Origin.valueOf(body.text("origin").toUpperCase(Locale.ROOT)));
        body.string("source").ifPresent(record::source);
        return record.build();
    }

    /** Ids sort by the time they were made. */
    private String newId(Instant now) {
        byte[] tail = new byte[10];
        random.nextBytes(tail);
        return String.format("%012x", Math.max(0, now.toEpochMilli()))
                + HexFormat.of().formatHex(tail);
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
