package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Statement;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes memories. A record is never overwritten by another value: the new one is inserted and the old one closed in the same
 * transaction. Every write names the version that it read, and the unique keys of the collection refuse what two transactions insert at
 * once, so that the one who comes second decides anew. Thread-safe.
 */
final class Remembering {
    private final FactRules rules;
    private final SecureRandom random = new SecureRandom();
    private final AtomicLong made = new AtomicLong();

    Remembering(FactRules rules) {
        this.rules = rules;
    }

    Doc put(DocTransaction transaction, Owner owner, MemoryDraft asked, Instant now) {
        MemoryDraft draft = understood(rules.kept(asked));
        Instant at = draft.at().orElse(now);
        Optional<Doc> again =
                learnedBefore(transaction, owner, draft).or(() -> SameMessage.said(transaction, owner, draft));
        if (again.isPresent()) {
            return again.get();
        }
        Doc doc = write(transaction, owner, draft, at, now);
        SameMessage.takeOver(transaction, doc, draft, at);
        return doc;
    }

    private Doc write(DocTransaction transaction, Owner owner, MemoryDraft draft, Instant at, Instant now) {
        Optional<Doc> same = sameText(transaction, owner, draft);
        if (same.isPresent()) {
            return told(transaction, same.get(), draft, at, now);
        }
        return draft.statement().isPresent()
                ? state(transaction, owner, draft, draft.statement().get(), at, now)
                : insert(transaction, owner, RecordBody.of(draft, at, now), draft, now);
    }

    /** A fact in the user's own words whose statement can be made out. */
    private MemoryDraft understood(MemoryDraft draft) {
        if (draft.kind() != MemoryKind.FACT
                || draft.origin() != Origin.USER
                || draft.statement().isPresent()) {
            return draft;
        }
        return rules.statement(draft.text()).map(draft::statement).orElse(draft);
    }

    /** What was learned from the same message before, current or not: a message is read again after a crash. */
    private static Optional<Doc> learnedBefore(DocTransaction transaction, Owner owner, MemoryDraft draft) {
        String hash = NormalText.hash(draft.text());
        for (String source : draft.sources()) {
            for (String id : MemorySources.memories(transaction, owner, source)) {
                Optional<Doc> doc = transaction
                        .get(MemoryCollection.NAME, owner, id)
                        .filter(known -> MemoryCollection.kind(known) == draft.kind())
                        .filter(known -> MemoryCollection.sources(known).containsAll(draft.sources()))
                        .filter(known -> known.body().text("hash").equals(hash)
                                || draft.statement().isPresent()
                                        && draft.statement().equals(MemoryCollection.statement(known)));
                if (doc.isPresent()) {
                    return doc;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Doc> sameText(DocTransaction transaction, Owner owner, MemoryDraft draft) {
        DocQuery query = DocQuery.where(Filter.and(
                        Filter.eq("kind", MemoryCollection.lower(draft.kind())),
                        Filter.eq("live", NormalText.hash(draft.text()))))
                .limit(1);
        return transaction.find(MemoryCollection.NAME, owner, query).docs().stream()
                .findFirst();
    }

    private static Doc told(DocTransaction transaction, Doc doc, MemoryDraft draft, Instant at, Instant now) {
        Json body = RecordBody.told(doc, draft, at, now);
        MemorySources.add(transaction, doc.owner(), doc.id(), draft.sources());
        DocWrite write = DocWrite.update(doc, body);
        return transaction.put(
                MemoryCollection.NAME, draft.isPinned() || draft.expiresAt().isEmpty() ? write.neverExpires() : write);
    }

    /** A statement takes its place among the others about the same: now, or in the past when it is told late. */
    private Doc state(
            DocTransaction transaction, Owner owner, MemoryDraft draft, Statement statement, Instant at, Instant now) {
        String slot = Slot.of(statement);
        List<Doc> about = new ArrayList<>(inSlot(transaction, owner, slot));
        Slot.contrary(statement)
                .ifPresent(contrary -> inSlot(transaction, owner, contrary).stream()
                        .filter(doc -> MemoryCollection.statement(doc)
                                .filter(earlier -> Slot.sameValue(earlier, statement) && !earlier.isEnded())
                                .isPresent())
                        .forEach(about::add));
        about.sort(Comparator.comparing(MemoryCollection::validFrom));
        for (Doc doc : about) {
            if (isCurrent(doc) && says(doc, statement, slot)) {
                return told(transaction, doc, draft, at, now);
            }
        }
        Json body = RecordBody.of(draft, at, now).with("slot", Json.of(slot));
        String id = newId(now);
        Optional<Doc> later = about.stream()
                .filter(doc -> MemoryCollection.validFrom(doc).isAfter(at))
                .filter(doc -> touches(doc, slot, statement))
                .findFirst();
        if (later.isPresent()) {
            body = RecordBody.closed(
                    body,
                    MemoryCollection.validFrom(later.get()),
                    Optional.of(later.get().id()));
        }
        Set<String> taken = new HashSet<>();
        for (Doc doc : about) {
            boolean open = isCurrent(doc)
                    || doc.body().instant("valid_to").orElse(Instant.MIN).isAfter(at);
            if (MemoryCollection.validFrom(doc).isAfter(at) || !open || !touches(doc, slot, statement)) {
                continue;
            }
            if (MemoryCollection.flag(doc, "locked")) {
                doc.body().string("slot_key").ifPresent(taken::add);
            } else {
                transaction.put(
                        MemoryCollection.NAME,
                        DocWrite.update(doc, RecordBody.closed(doc.body(), at, Optional.of(id))));
            }
        }
        if (!statement.isMany() && !statement.isEnded() && later.isEmpty()) {
            body = body.with("slot_key", Json.of(Slot.key(slot, taken)));
        }
        return insert(transaction, owner, id, body, draft);
    }

    /** Whether the statement replaces a record, in its own slot or in the contrary one. */
    private static boolean touches(Doc doc, String slot, Statement statement) {
        if (!doc.body().string("slot").orElse("").equals(slot)) {
            return !statement.isEnded();
        }
        return MemoryCollection.statement(doc)
                .filter(earlier -> Slot.replaces(statement, earlier))
                .isPresent();
    }

    private static boolean says(Doc doc, Statement statement, String slot) {
        return doc.body().string("slot").orElse("").equals(slot)
                && MemoryCollection.statement(doc)
                        .filter(said -> Slot.sameValue(said, statement) && said.isEnded() == statement.isEnded())
                        .isPresent();
    }

    private static boolean isCurrent(Doc doc) {
        return doc.body().instant("valid_to").isEmpty();
    }

    private static List<Doc> inSlot(DocTransaction transaction, Owner owner, String slot) {
        return transaction
                .find(
                        MemoryCollection.NAME,
                        owner,
                        DocQuery.where(Filter.eq("slot", slot))
                                .ascending("valid_from")
                                .limit(DocQuery.MAX_LIMIT))
                .docs();
    }

    /** The words of a user in place of those of a record. */
    Doc edit(DocTransaction transaction, Doc old, String text, List<String> taint, Instant now) {
        MemoryDraft draft = rules.kept(
                switch (MemoryCollection.kind(old)) {
                    case NOTE -> MemoryDraft.note(text);
                    case SUMMARY -> MemoryDraft.summary(text).origin(Origin.USER);
                    default -> MemoryDraft.fact(text);
                });
        if (NormalText.of(draft.text()).equals(NormalText.of(old.body().text("text")))
                && draft.text().equals(old.body().text("text"))) {
            return old;
        }
        draft = understood(draft.tier(MemoryCollection.tier(old)).taint(taint));
        double importance =
                old.body().decimal("importance").map(Number::doubleValue).orElse(0.5);
        draft = draft.importance(Math.max(importance, TierRules.importance(draft)));
        if (MemoryCollection.flag(old, "pinned")) {
            draft = draft.pinned();
        }
        Optional<Instant> expires = old.body().instant("expires");
        if (expires.isPresent()) {
            draft = draft.expiresAt(expires.get());
        }
        // The user corrects what was understood: also when the new words say nothing of the same, the old ones are
        // replaced.
        String id = newId(now);
        transaction.put(
                MemoryCollection.NAME, DocWrite.update(old, RecordBody.closed(old.body(), now, Optional.of(id))));
        Optional<Doc> same = sameText(transaction, old.owner(), draft);
        if (same.isPresent()) {
            Doc closed = transaction
                    .get(MemoryCollection.NAME, old.owner(), old.id())
                    .orElseThrow();
            transaction.put(
                    MemoryCollection.NAME,
                    DocWrite.update(
                            closed,
                            closed.body()
                                    .with("superseded_by", Json.of(same.get().id()))));
            return told(transaction, same.get(), draft, now, now);
        }
        if (draft.statement().isPresent()) {
            Doc stated =
                    state(transaction, old.owner(), draft, draft.statement().get(), now, now);
            Doc closed = transaction
                    .get(MemoryCollection.NAME, old.owner(), old.id())
                    .orElseThrow();
            transaction.put(
                    MemoryCollection.NAME,
                    DocWrite.update(closed, closed.body().with("superseded_by", Json.of(stated.id()))));
            return stated;
        }
        Json body = RecordBody.of(draft, now, now);
        return insert(transaction, old.owner(), id, body, draft);
    }

    private Doc insert(DocTransaction transaction, Owner owner, Json body, MemoryDraft draft, Instant now) {
        return insert(transaction, owner, newId(now), body, draft);
    }

    private static Doc insert(DocTransaction transaction, Owner owner, String id, Json body, MemoryDraft draft) {
        DocWrite write = DocWrite.of(owner, id, body).expectVersion(DocWrite.ABSENT);
        if (draft.expiresAt().isPresent() && !draft.isPinned()) {
            write = write.expiresAt(draft.expiresAt().get());
        }
        MemorySources.add(transaction, owner, id, Set.copyOf(draft.sources()));
        return transaction.put(MemoryCollection.NAME, write);
    }

    /** Ids sort by the time they were made, also within one moment of this process. */
    private String newId(Instant now) {
        byte[] tail = new byte[7];
        random.nextBytes(tail);
        return String.format("%012x%06x", Math.max(0, now.toEpochMilli()), made.incrementAndGet() & 0xffffff)
                + HexFormat.of().formatHex(tail);
    }
}
