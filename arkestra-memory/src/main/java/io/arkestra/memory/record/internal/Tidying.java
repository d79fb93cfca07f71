package io.arkestra.memory.record.internal;

import io.arkestra.common.Json;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.Message;
import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.Statement;
import io.arkestra.memory.Tier;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The nightly steps on the records of one user. Each call does at most {@code limit} records from the cursor on, commits and says where
 * to go on; doing a part again changes nothing. Thread-safe.
 */
public final class Tidying {
    /** Recalled so often, a memory has proved useful. */
    private static final long USEFUL = 3;
    /** What matters so much is kept. */
    private static final double WEIGHTY = 0.75;

    private static final int MOST_OWNERS = 10_000;

    private final DocStore store;
    private final TierRules tiers;
    private final FactRules rules;
    /** How many more records a user may get before they are counted again. */
    private final Map<Owner, Long> room = new ConcurrentHashMap<>();

    Tidying(DocStore store, TierRules tiers, FactRules rules) {
        this.store = store;
        this.tiers = tiers;
        this.rules = rules;
    }

    /** Moves what proved worth keeping to {@link Tier#LONG}. */
    public Tidied promote(Owner owner, Optional<String> cursor, int limit) {
        Filter which = Filter.and(Filter.in("tier", List.of("short", "temp")), MemoryCollection.CURRENT);
        return page(owner, which, cursor, limit, (transaction, doc, entries) -> {
            Optional<String> reason = worth(doc);
            if (reason.isPresent()) {
                move(transaction, doc, Tier.LONG);
                entries.add(SleepOutcome.Entry.of("promoted", doc.id(), reason.get()));
            }
        });
    }

    private static Optional<String> worth(Doc doc) {
        double told = doc.body().decimal("importance").map(Number::doubleValue).orElse(0.5);
        if (MemoryCollection.flag(doc, "pinned")) {
            return Optional.of("it is pinned");
        }
        if (doc.body().integer("uses").orElse(0L) >= USEFUL) {
            return Optional.of("it was recalled " + doc.body().integer("uses").orElse(0L) + " times");
        }
        if (MemoryCollection.flag(doc, "explicit") && MemoryCollection.kind(doc) != MemoryKind.SUMMARY) {
            return Optional.of("it was to be remembered on purpose");
        }
        if (told >= WEIGHTY) {
            return Optional.of("it matters: " + told);
        }
        if (doc.body().integer("told").orElse(1L) >= USEFUL) {
            return Optional.of("it was told " + doc.body().integer("told").orElse(1L) + " times");
        }
        return Optional.empty();
    }

    /** Moves on what is too much for a tier: from SHORT to TEMP, from there to LONG, the least recently touched first. */
    public Tidied demoteOverflow(Owner owner, Optional<String> cursor, int limit) {
        List<SleepOutcome.Entry> entries = new ArrayList<>();
        boolean more = false;
        for (Tier tier : List.of(Tier.SHORT, Tier.TEMP)) {
            List<SleepOutcome.Entry> moved =
                    Attempts.inTransaction(store, transaction -> moveOn(transaction, owner, tier, "", limit));
            entries.addAll(moved);
            more |= moved.size() == limit;
        }
        return Tidied.of(more ? Optional.of("more") : Optional.empty(), entries);
    }

    /**
     * Keeps the caps within the transaction that wrote a record, which itself stays where it is. Counting costs more than writing, so it is
     * done when there may be too many, and then a tenth more moves on than has to. A transaction that is rolled back makes it count early.
     */
    void overflow(DocTransaction transaction, Owner owner, String except) {
        if (room.size() > MOST_OWNERS) {
            room.clear();
        }
        long left = room.merge(owner, -1L, Long::sum);
        if (left >= 0) {
            return;
        }
        Filter in = Filter.and(Filter.eq("tier", "short"), MemoryCollection.CURRENT);
        long cap = tiers.shortCap();
        long there = transaction.count(MemoryCollection.NAME, owner, in);
        if (there > cap) {
            there -= moveOn(transaction, owner, Tier.SHORT, except, (int) Math.min(1_000, there - cap + cap / 10))
                    .size();
            moveOn(transaction, owner, Tier.TEMP, except, 1_000);
        }
        room.put(owner, Math.max(0, cap - there));
    }

    private List<SleepOutcome.Entry> moveOn(
            DocTransaction transaction, Owner owner, Tier tier, String except, int limit) {
        Filter in = Filter.and(Filter.eq("tier", MemoryCollection.lower(tier)), MemoryCollection.CURRENT);
        long cap = tiers.cap(tier).orElse(Long.MAX_VALUE);
        long excess = transaction.count(MemoryCollection.NAME, owner, in) - cap;
        if (excess <= 0) {
            return List.of();
        }
        List<SleepOutcome.Entry> entries = new ArrayList<>();
        long spare = except.isEmpty() ? 0 : cap / 10;
        int most = (int) Math.min(Math.min(excess + spare, limit), DocQuery.MAX_LIMIT - 1);
        DocQuery oldest = DocQuery.where(in).ascending("touched").limit(most + 1);
        for (Doc doc : transaction.find(MemoryCollection.NAME, owner, oldest).docs()) {
            if (doc.id().equals(except)
                    || entries.size() == most
                    || MemoryCollection.damage(doc).isPresent()) {
                continue;
            }
            Tier next = tier == Tier.SHORT && !MemoryCollection.flag(doc, "pinned") ? Tier.TEMP : Tier.LONG;
            move(transaction, doc, next);
            entries.add(SleepOutcome.Entry.of(
                    "moved", doc.id(), "there are more than " + cap + " in " + tier + "; moved on to " + next));
        }
        return entries;
    }

    private static void move(DocTransaction transaction, Doc doc, Tier tier) {
        transaction.put(
                MemoryCollection.NAME,
                DocWrite.update(doc, doc.body().with("tier", Json.of(MemoryCollection.lower(tier)))));
    }

    /** Ends what stayed in {@link Tier#TEMP} for too long: forgets it when its words are in the log, keeps it for good when not. */
    public Tidied expire(Owner owner, Optional<String> cursor, int limit) {
        Instant now = store.now();
        Filter which = Filter.and(
                Filter.eq("tier", "temp"), MemoryCollection.CURRENT, Filter.lt("touched", now.minus(tiers.tempTtl())));
        return page(owner, which, cursor, limit, (transaction, doc, entries) -> {
            Optional<String> worth = worth(doc);
            if (worth.isPresent() || MemoryCollection.flag(doc, "locked")) {
                move(transaction, doc, Tier.LONG);
                entries.add(SleepOutcome.Entry.of("promoted", doc.id(), worth.orElse("it is locked")));
            } else if (inLog(transaction, doc)) {
                History.delete(transaction, doc);
                entries.add(SleepOutcome.Entry.of(
                        "expired",
                        doc.id(),
                        "neither told nor recalled for " + tiers.tempTtl().toDays() + " days"));
            } else {
                move(transaction, doc, Tier.LONG);
                entries.add(SleepOutcome.Entry.of("promoted", doc.id(), "its words are nowhere else"));
            }
        });
    }

    /** Whether nothing that the user said is lost with a record. */
    private static boolean inLog(DocTransaction transaction, Doc doc) {
        if (MemoryCollection.kind(doc) == MemoryKind.SUMMARY
                && !MemoryCollection.sources(doc).isEmpty()
                && !doc.body().string("origin").orElse("").equals("user")) {
            return true;
        }
        List<Json> wordings = new ArrayList<>(doc.body().list("wordings"));
        wordings.add(doc.body());
        return wordings.stream()
                .allMatch(wording -> RecordBody.strings(wording, "from").stream()
                        .anyMatch(message -> said(transaction, doc.owner(), message, wording)));
    }

    private static boolean said(DocTransaction transaction, Owner owner, String message, Json wording) {
        String words = NormalText.of(wording.string("quote").orElse(wording.text("text")));
        return transaction
                .get(Message.COLLECTION.name(), owner, message)
                .filter(doc ->
                        NormalText.of(doc.body().string("text").orElse("")).contains(words))
                .isPresent();
    }

    /**
     * Finds what facts without a statement say, and leaves one current record where several contradict each other: the one that was so
     * last. Locked ones are never replaced; what stands beside them is reported.
     */
    public Tidied resolveConflicts(Owner owner, Optional<String> cursor, int limit) {
        Filter which = Filter.and(Filter.eq("kind", "fact"), MemoryCollection.CURRENT);
        return page(owner, which, cursor, limit, (transaction, read, entries) -> {
            Doc doc = transaction.get(MemoryCollection.NAME, owner, read.id()).orElse(read);
            if (doc.body().has("valid_to")) {
                return;
            }
            Optional<Statement> statement = MemoryCollection.statement(doc);
            if (statement.isEmpty()
                    && doc.body().string("origin").orElse("").equals("user")
                    && !MemoryCollection.flag(doc, "examined")) {
                statement = rules.statement(doc.body().text("text"));
                Json body = doc.body().with("examined", Json.TRUE);
                if (statement.isPresent()) {
                    body = body.with("statement", MemoryCollection.json(statement.get()))
                            .with("slot", Json.of(Slot.of(statement.get())));
                }
                doc = transaction.put(MemoryCollection.NAME, DocWrite.update(doc, body));
            }
            if (statement.isPresent() && !statement.get().isMany()) {
                settle(transaction, doc, Slot.of(statement.get()), entries);
            }
        });
    }

    private static void settle(DocTransaction transaction, Doc one, String slot, List<SleepOutcome.Entry> entries) {
        List<Doc> current = transaction
                .find(
                        MemoryCollection.NAME,
                        one.owner(),
                        DocQuery.where(Filter.and(Filter.eq("slot", slot), MemoryCollection.CURRENT))
                                .ascending("valid_from")
                                .limit(DocQuery.MAX_LIMIT))
                .docs()
                .stream()
                .filter(doc -> MemoryCollection.damage(doc).isEmpty())
                .filter(doc -> MemoryCollection.statement(doc)
                        .filter(said -> !said.isMany())
                        .isPresent())
                .sorted(Comparator.comparing(MemoryCollection::validFrom).thenComparing(Doc::id))
                .toList();
        Set<String> taken = new HashSet<>();
        Doc last = one;
        for (int i = 0; i < current.size(); i++) {
            Doc doc = current.get(i);
            Optional<Doc> later = current.subList(i + 1, current.size()).stream()
                    .filter(other -> Slot.replaces(said(other), said(doc)))
                    .findFirst();
            if (later.isPresent() && !MemoryCollection.flag(doc, "locked")) {
                transaction.put(
                        MemoryCollection.NAME,
                        DocWrite.update(
                                doc,
                                RecordBody.closed(
                                        doc.body(),
                                        MemoryCollection.validFrom(later.get()),
                                        Optional.of(later.get().id()))));
                entries.add(SleepOutcome.Entry.of(
                        "superseded", doc.id(), "'" + later.get().id() + "' says otherwise since"));
                continue;
            }
            if (later.isPresent() && one.id().equals(doc.id())) {
                entries.add(SleepOutcome.Entry.of(
                        "conflict", doc.id(), "it is locked, so '" + later.get().id() + "' stands beside it"));
            }
            doc.body().string("slot_key").ifPresent(taken::add);
            last = doc;
        }
        if (!last.body().has("slot_key") && !said(last).isEnded()) {
            transaction.put(
                    MemoryCollection.NAME,
                    DocWrite.update(last, last.body().with("slot_key", Json.of(Slot.key(slot, taken)))));
        }
    }

    private static Statement said(Doc doc) {
        return MemoryCollection.statement(doc).orElseThrow();
    }

    /** Puts records together whose words are the same but for trifles; see {@link Duplicates}. */
    public Tidied merge(Owner owner, Optional<String> cursor, int limit) {
        return new Duplicates(store).merge(owner, limit);
    }

    /** What is done with one record of a page. */
    private interface Work {
        void on(DocTransaction transaction, Doc doc, List<SleepOutcome.Entry> entries);
    }

    private Tidied page(Owner owner, Filter which, Optional<String> cursor, int limit, Work work) {
        return Attempts.inTransaction(store, transaction -> {
            // By id, so that a record that leaves the selection does not move the others.
            Filter rest = cursor.isEmpty() ? which : Filter.and(which, Filter.gt("_id", cursor.get()));
            List<Doc> docs = transaction
                    .find(
                            MemoryCollection.NAME,
                            owner,
                            DocQuery.where(rest).ascending("_id").limit(limit))
                    .docs();
            List<SleepOutcome.Entry> entries = new ArrayList<>();
            for (Doc doc : docs) {
                Optional<SleepOutcome.Entry> damage = MemoryCollection.damage(doc);
                if (damage.isPresent()) {
                    entries.add(damage.get());
                } else {
                    work.on(transaction, doc, entries);
                }
            }
            return Tidied.of(
                    docs.size() < limit
                            ? Optional.empty()
                            : Optional.of(docs.get(docs.size() - 1).id()),
                    entries);
        });
    }
}
