package io.arkestra.memory.record.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Reset;
import io.arkestra.memory.Tier;
import io.arkestra.memory.TurnRecords;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Writes and reads memories and the log. Thread-safe. */
public final class MemoryRecords {
    /** A use within this time of the last one is the same use: recalling must not write each time. */
    private static final Duration USE = Duration.ofHours(1);

    private final DocStore store;
    private final Consumer<String> warnings;
    private final TierRules tiers;
    private final FactRules rules;
    private final Remembering memories;
    private final Tidying tidying;
    private final Forgetting forgetting;
    private final ForgettingJournal journal;
    private final MessageLog log;

    /** Records with the usual tiers and no guard. */
    public MemoryRecords(DocStore store, Consumer<String> warnings) {
        this(store, warnings, TierRules.defaults(), FactRules.of(Optional.empty()));
    }

    public MemoryRecords(DocStore store, Consumer<String> warnings, TierRules tiers, FactRules rules) {
        this(store, warnings, tiers, rules, (transaction, user, turn) -> {});
    }

    /** @param turns what else is kept about the turns of messages */
    public MemoryRecords(
            DocStore store, Consumer<String> warnings, TierRules tiers, FactRules rules, TurnRecords turns) {
        this.store = store;
        this.warnings = warnings;
        this.tiers = tiers;
        this.rules = rules;
        store.define(Message.COLLECTION);
        store.define(MemoryCollection.SPEC);
        store.define(MemorySources.SPEC);
        this.memories = new Remembering(rules);
        this.tidying = new Tidying(store, tiers, rules);
        this.forgetting = new Forgetting(store, turns);
        this.journal = new ForgettingJournal(store);
        this.log = new MessageLog(store);
    }

    /** The rules that find facts in messages. */
    public FactRules rules() {
        return rules;
    }

    /** What is being forgotten. */
    public ForgettingJournal journal() {
        return journal;
    }

    /** The nightly steps. */
    public Tidying tidying() {
        return tidying;
    }

    public MemoryRecord remember(Scope scope, MemoryDraft draft) {
        return Attempts.inTransaction(store, transaction -> remember(transaction, scope, draft));
    }

    public MemoryRecord remember(DocTransaction transaction, Scope scope, MemoryDraft draft) {
        Instant now = store.now();
        Owner owner = owner(scope);
        Doc doc = memories.put(transaction, owner, draft, now);
        tidying.overflow(transaction, owner, doc.id());
        return record(doc, now);
    }

    /** Remembers a fact that puts right what was learned wrongly, which stays in its history. */
    public MemoryRecord correct(DocTransaction transaction, Scope scope, MemoryDraft draft, MemoryDraft wrong) {
        MemoryRecord record = remember(transaction, scope, draft);
        Doc doc = transaction
                .get(MemoryCollection.NAME, owner(scope), record.id())
                .orElseThrow();
        SameMessage.putRight(transaction, doc, wrong, draft.at().orElseGet(store::now));
        return record;
    }

    /** What was learned from a message, replaced or not, in the order in which it was. */
    public List<MemoryRecord> learnedFrom(Scope scope, String message) {
        Instant now = store.now();
        return store.inTransaction(transaction -> MemorySources.memories(transaction, owner(scope), message).stream()
                .sorted()
                .flatMap(id -> transaction.get(MemoryCollection.NAME, owner(scope), id).stream())
                .filter(doc -> !MemoryCollection.readable(doc, warnings).isEmpty())
                .map(doc -> record(doc, now))
                .toList());
    }

    public List<Message> messages(Scope scope, Instant from, Instant to, int limit) {
        checkLimit(limit);
        DocQuery query = DocQuery.where(Filter.and(
                        Filter.gte("at", from), Filter.lt("at", to), Filter.in("origin", List.of("user", "assistant"))))
                .ascending("at")
                .limit(limit);
        return store.inTransaction(transaction ->
                transaction.find(Message.COLLECTION.name(), Owner.of(scope.user()), query).docs().stream()
                        .flatMap(doc -> Messages.readable(doc, warnings).stream())
                        .toList());
    }

    /** Current memories. */
    public List<MemoryRecord> list(Scope scope, int limit) {
        return list(scope, DocQuery.where(MemoryCollection.CURRENT), limit);
    }

    /** Current memories of one kind. */
    public List<MemoryRecord> list(Scope scope, MemoryKind kind, int limit) {
        return list(scope, MemoryCollection.ofKind(kind), limit);
    }

    private List<MemoryRecord> list(Scope scope, DocQuery which, int limit) {
        checkLimit(limit);
        Instant now = store.now();
        return store.inTransaction(transaction ->
                transaction
                        .find(
                                MemoryCollection.NAME,
                                owner(scope),
                                which.limit(limit).descending("at"))
                        .docs()
                        .stream()
                        .filter(doc -> !MemoryCollection.readable(doc, warnings).isEmpty())
                        .map(doc -> record(doc, now))
                        .toList());
    }

    public Optional<MemoryRecord> find(Scope scope, String id) {
        return store.inTransaction(transaction -> transaction.get(MemoryCollection.NAME, owner(scope), id))
                .map(doc -> record(doc, store.now()));
    }

    public List<MemoryRecord> history(Scope scope, String id) {
        Instant now = store.now();
        return store.inTransaction(transaction -> History.of(transaction, owner(scope), id)).stream()
                .map(doc -> record(doc, now))
                .toList();
    }

    public MemoryRecord edit(Scope scope, String id, String text, List<String> taint) {
        return Attempts.inTransaction(store, transaction -> {
            Doc old = transaction
                    .get(MemoryCollection.NAME, owner(scope), id)
                    .orElseThrow(() -> new InvalidInputException(
                            "There is no memory '" + id + "' to edit; list them to see their ids"));
            if (MemoryCollection.flag(old, "locked")) {
                throw new InvalidInputException("Memory '" + id + "' is locked; unlock it before editing");
            }
            if (old.body().has("valid_to")) {
                throw new InvalidInputException("Memory '" + id + "' was replaced"
                        + old.body()
                                .string("superseded_by")
                                .map(by -> " by '" + by + "'; edit that one")
                                .orElse("; remember the new words instead"));
            }
            Instant now = store.now();
            return record(memories.edit(transaction, old, text, taint, now), now);
        });
    }

    public boolean pin(Scope scope, String id, boolean pinned) {
        return change(scope, id, (doc, now) -> {
            DocWrite write = DocWrite.update(doc, doc.body().with("pinned", Json.of(pinned)));
            Optional<Instant> expires =
                    doc.body().instant("expires").filter(instant -> !pinned && instant.isAfter(now));
            return expires.isPresent() ? write.expiresAt(expires.get()) : write.neverExpires();
        });
    }

    public boolean lock(Scope scope, String id, boolean locked) {
        return change(scope, id, (doc, now) -> DocWrite.update(doc, doc.body().with("locked", Json.of(locked))));
    }

    public boolean move(Scope scope, String id, Tier tier) {
        return change(
                scope,
                id,
                (doc, now) -> DocWrite.update(
                        doc,
                        doc.body()
                                .with("tier", Json.of(MemoryCollection.lower(tier)))
                                .with("touched", Json.of(now.toString()))));
    }

    /** Says that memories were recalled, which keeps them. */
    public void used(Scope scope, Collection<String> ids) {
        for (String id : ids) {
            change(scope, id, (doc, now) -> {
                boolean again = doc.body()
                        .instant("last_used")
                        .filter(last -> last.plus(USE).isAfter(now))
                        .isPresent();
                Json body = doc.body()
                        .with("uses", Json.of(doc.body().integer("uses").orElse(0L) + 1))
                        .with("last_used", Json.of(now.toString()))
                        .with("touched", Json.of(now.toString()));
                return again ? null : DocWrite.update(doc, body);
            });
        }
    }

    private boolean change(
            Scope scope, String id, BiFunction<Doc, Instant, @org.jspecify.annotations.Nullable DocWrite> change) {
        return Attempts.inTransaction(store, transaction -> {
            Optional<Doc> doc = transaction.get(MemoryCollection.NAME, owner(scope), id);
            doc.ifPresent(found -> {
                DocWrite write = change.apply(found, store.now());
                if (write != null) {
                    transaction.put(MemoryCollection.NAME, write);
                }
            });
            return doc.isPresent();
        });
    }

    /** Forgets as part of the caller's transaction. */
    public boolean forget(DocTransaction transaction, Scope scope, String id) {
        Optional<Doc> doc = transaction.get(MemoryCollection.NAME, owner(scope), id);
        doc.ifPresent(found -> History.delete(transaction, found));
        return doc.isPresent();
    }

    public boolean forget(Scope scope, String id) {
        return forgetting.memory(scope.user(), id);
    }

    public boolean forgetMessage(Scope scope, String id) {
        return forgetting.message(scope.user(), id);
    }

    public long clear(Scope scope, Tier tier) {
        return forgetting.clear(scope.user(), tier);
    }

    public long reset(Scope scope, Reset extent) {
        return forgetting.reset(scope.user(), extent);
    }

    public List<Message> record(Scope scope, List<MessageDraft> messages) {
        return record(scope, messages, () -> {});
    }

    /** @param room runs before each batch, outside of any transaction; waits while indexes are too far behind */
    public List<Message> record(Scope scope, List<MessageDraft> messages, Runnable room) {
        return log.record(scope.user(), messages, room);
    }

    private MemoryRecord record(Doc doc, Instant now) {
        return MemoryCollection.record(doc, tiers, now);
    }

    private static Owner owner(Scope scope) {
        return Owner.of(scope.user());
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > DocQuery.MAX_LIMIT) {
            throw new InvalidInputException("Limit is " + limit + "; expected 1 to " + DocQuery.MAX_LIMIT);
        }
    }
}
