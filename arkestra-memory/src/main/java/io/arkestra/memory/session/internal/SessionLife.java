package io.arkestra.memory.session.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.SessionEnd;
import io.arkestra.memory.Sessions;
import io.arkestra.memory.UserState;
import io.arkestra.memory.record.internal.FactRules;
import io.arkestra.memory.record.internal.Learned;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import io.arkestra.store.UniqueKeyException;
import io.arkestra.store.VersionConflictException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Ends conversations: summary, facts and portrait in one transaction, by rules and without a model. Facts are taken from each message
 * once, however often its conversation ends; what was forgotten since is not learned again. Thread-safe.
 */
public final class SessionLife implements Sessions {
    private static final int ATTEMPTS = 5;
    /** More messages than this are taken in by several transactions. */
    private static final int PART = 5_000;
    /** Of a longer conversation the newest messages tell what it came to. */
    private static final int SUMMED = 2_000;
    /** Facts are taken at once from so many conversations that go on. */
    private static final int GOING_ON = 5;
    /** What is corrected, or repeated from an answer, was said not long before. */
    private static final int LOOKED_BACK = 60;

    private final DocStore store;
    private final Memories memories;
    private final FactRules rules;
    private final ZoneId zone;
    private final Consumer<String> warnings;
    private final SessionTracker tracker;
    private final Portraits portraits;
    private final ExtractiveSummary summaries;
    private final PendingItems pending;

    public SessionLife(
            DocStore store,
            Memories memories,
            FactRules rules,
            WordAnalysis analysis,
            ZoneId zone,
            Consumer<String> warnings) {
        this.store = store;
        this.memories = memories;
        this.rules = rules;
        this.zone = zone;
        this.warnings = warnings;
        store.define(SessionMark.SPEC);
        store.define(Portraits.SPEC);
        store.define(SessionTracker.CURSORS);
        this.tracker = new SessionTracker(store, warnings);
        this.portraits = new Portraits(memories);
        this.summaries = new ExtractiveSummary(analysis, zone);
        this.pending = new PendingItems(analysis);
    }

    /**
     * What the end of a conversation brought.
     *
     * @param summary its summary; empty when nothing was worth one
     * @param changed whether anything was written
     * @param partial whether there is more of it to be taken in
     * @param facts ids of what was learned
     * @param refusals what looked like a fact and was not learned
     */
    public record Ended(
            Optional<MemoryRecord> summary,
            boolean changed,
            boolean partial,
            List<String> facts,
            List<Learned.Refusal> refusals) {
        public Ended {
            facts = List.copyOf(facts);
            refusals = List.copyOf(refusals);
        }

        private Ended and(Ended next) {
            List<String> allFacts = new ArrayList<>(facts);
            allFacts.addAll(next.facts);
            List<Learned.Refusal> allRefusals = new ArrayList<>(refusals);
            allRefusals.addAll(next.refusals);
            return new Ended(next.summary, true, next.partial, allFacts, allRefusals);
        }
    }

    @Override
    public Optional<MemoryRecord> end(Scope scope, SessionId session, SessionEnd reason) {
        return conclude(scope, session, reason).summary();
    }

    /** Ends a conversation and tells what that brought. */
    public Ended conclude(Scope scope, SessionId session, SessionEnd reason) {
        Ended ended = attempt(scope, session, reason);
        while (ended.partial()) {
            ended = ended.and(attempt(scope, session, reason));
        }
        return ended;
    }

    @Override
    public void learn(Scope scope) {
        for (String session : tracker.newest(Owner.of(scope.user()), GOING_ON)) {
            while (attempt(tx -> learnSoFar(tx, scope, session))) {
                continue;
            }
        }
    }

    /** Takes facts from a part of a conversation that goes on. Returns whether there is more of it. */
    private boolean learnSoFar(DocTransaction tx, Scope scope, String session) {
        Owner owner = Owner.of(scope.user());
        Optional<Doc> known = tx.get(SessionMark.COLLECTION, owner, session);
        if (known.isEmpty()) {
            return false;
        }
        SessionMark mark = SessionMark.from(known.get());
        List<Message> fresh = Transcript.after(tx, owner, session, mark.taught(), PART, warnings);
        if (fresh.stream().noneMatch(Transcript::isOwn)) {
            return false;
        }
        List<Message> earlier = Transcript.newest(tx, owner, session, LOOKED_BACK + fresh.size(), warnings).stream()
                .filter(message -> message.ordinal() <= mark.taught())
                .toList();
        List<String> learned = new ArrayList<>();
        learn(tx, scope, earlier, fresh, learned, new ArrayList<>());
        if (!learned.isEmpty()) {
            portraits.renew(tx, owner, store.now());
        }
        SessionMark learnt = mark.learnt(fresh.get(fresh.size() - 1).ordinal());
        SessionTracker.put(tx, owner, session, known, learnt.toJson());
        return fresh.size() == PART;
    }

    private Ended attempt(Scope scope, SessionId session, SessionEnd reason) {
        return attempt(tx -> conclude(tx, scope, session.value(), reason));
    }

    private <R> R attempt(Function<DocTransaction, R> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return store.inTransaction(work);
            } catch (UniqueKeyException | VersionConflictException e) {
                // Somebody ended it or remembered the same at the same moment; theirs is seen next time.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Ended conclude(DocTransaction tx, Scope scope, String session, SessionEnd reason) {
        Owner owner = Owner.of(scope.user());
        Optional<Doc> known = tx.get(SessionMark.COLLECTION, owner, session);
        SessionMark mark = known.map(SessionMark::from).orElseGet(() -> SessionMark.first(session, Instant.EPOCH, -1));
        List<Message> fresh = Transcript.after(tx, owner, session, mark.covered(), PART, warnings);
        if (fresh.isEmpty()) {
            return new Ended(
                    mark.summaryId().flatMap(id -> memories.find(tx, owner, id)), false, false, List.of(), List.of());
        }
        List<Message> all = Transcript.newest(tx, owner, session, SUMMED, warnings);
        List<String> learned = new ArrayList<>();
        List<Learned.Refusal> refusals = new ArrayList<>();
        List<Message> earlier = all.stream()
                .filter(message -> message.ordinal() <= mark.taught())
                .toList();
        List<Message> untaught = fresh.stream()
                .filter(message -> message.ordinal() > mark.taught())
                .toList();
        learn(tx, scope, earlier, untaught, learned, refusals);
        Message last = fresh.get(fresh.size() - 1);
        Optional<MemoryRecord> summary = summarise(tx, scope, mark, summaries.of(all), last.at());
        SessionMark ended = mark.ended(
                last.at(),
                last.ordinal(),
                last.at().atZone(zone).toLocalDate().toString(),
                reason.name().toLowerCase(Locale.ROOT),
                summary.map(MemoryRecord::id).orElse(""),
                pending.of(all));
        settle(tx, owner, session, fresh);
        SessionTracker.put(tx, owner, session, known, ended.toJson());
        portraits.renew(tx, owner, store.now());
        return new Ended(summary, true, fresh.size() == PART, learned, refusals);
    }

    private void learn(
            DocTransaction tx,
            Scope scope,
            List<Message> earlier,
            List<Message> fresh,
            List<String> learned,
            List<Learned.Refusal> refusals) {
        Course course = new Course();
        for (Message message : earlier) {
            // Learned when it was new: what was forgotten since stays forgotten.
            course.read(message);
        }
        for (Message message : fresh) {
            Learned found = course.read(message);
            refusals.addAll(found.refusals());
            for (MemoryDraft draft : found.facts()) {
                Optional<MemoryDraft> wrong = found.correctedBy(draft);
                MemoryRecord record = wrong.isPresent()
                        ? memories.correct(tx, scope, draft, wrong.get())
                        : memories.remember(tx, scope, draft);
                learned.add(record.id());
            }
        }
    }

    /** A conversation as it is read, message by message. */
    private final class Course {
        private final List<MemoryDraft> facts = new ArrayList<>();
        private final List<String> shown = new ArrayList<>();
        private List<String> latest = List.of();

        Learned read(Message message) {
            if (message.origin() == Origin.MEMORY || Transcript.isDerived(message)) {
                shown.add(message.text());
            }
            if (!Transcript.isOwn(message)) {
                return Learned.nothing();
            }
            Learned found = rules.learn(message, List.copyOf(facts), List.copyOf(shown), latest);
            facts.addAll(found.facts());
            latest = List.of(message.id());
            return found;
        }
    }

    /** Puts the new summary in the place of the one before. */
    private Optional<MemoryRecord> summarise(
            DocTransaction tx, Scope scope, SessionMark mark, ExtractiveSummary.Summary summary, Instant at) {
        Owner owner = Owner.of(scope.user());
        Optional<MemoryRecord> old = mark.summaryId().flatMap(id -> memories.find(tx, owner, id));
        if (old.isPresent() && (summary.isEmpty() || old.get().text().equals(summary.text()))) {
            return old;
        }
        old.filter(SessionLife::isReplaceable).ifPresent(record -> memories.remove(tx, owner, record.id()));
        return summary.isEmpty()
                ? Optional.empty()
                : Optional.of(memories.remember(
                        tx,
                        scope,
                        MemoryDraft.summary(summary.text())
                                .sources(summary.sources())
                                .at(at)));
    }

    /** What the user pinned, locked or rewrote stays beside the new one. */
    public static boolean isReplaceable(MemoryRecord record) {
        return !record.pinned() && !record.locked() && record.isCurrent();
    }

    /** What these messages say to be done is open no more in earlier conversations either. */
    private void settle(DocTransaction tx, Owner owner, String session, List<Message> fresh) {
        for (Doc doc : tx.find(
                        SessionMark.COLLECTION,
                        owner,
                        DocQuery.all().descending("last_at").limit(10))
                .docs()) {
            SessionMark mark = SessionMark.from(doc);
            if (mark.session().equals(session) || mark.pending().isEmpty()) {
                continue;
            }
            List<Excerpt> left = mark.pending().stream()
                    .filter(place -> tx.get(Message.COLLECTION.name(), owner, place.message())
                            .map(message -> place.in(message.body().text("text")))
                            .filter(words -> !pending.isDone(words, fresh))
                            .isPresent())
                    .toList();
            if (left.size() < mark.pending().size()) {
                SessionTracker.put(
                        tx,
                        owner,
                        mark.session(),
                        Optional.of(doc),
                        mark.withPending(left).toJson());
            }
        }
    }

    @Override
    public List<SessionId> open(Scope scope, Instant lastBefore, int limit) {
        if (limit < 1 || limit > DocQuery.MAX_LIMIT) {
            throw new InvalidInputException("Limit is " + limit + "; expected 1 to " + DocQuery.MAX_LIMIT);
        }
        return tracker.open(Owner.of(scope.user()), lastBefore, limit).stream()
                .map(SessionId::of)
                .toList();
    }

    @Override
    public UserState state(Scope scope) {
        return store.inTransaction(tx -> portraits.read(tx, Owner.of(scope.user())));
    }

    /** The conversation of a message. */
    public Optional<SessionId> sessionOf(Scope scope, String message) {
        return store.inTransaction(tx -> tx.get(Message.COLLECTION.name(), Owner.of(scope.user()), message)).stream()
                .flatMap(doc -> io.arkestra.memory.record.internal.Messages.readable(doc, warnings).stream())
                .map(Message::session)
                .findFirst();
    }

    /** A summary that quoted a message is gone with it: makes it anew from what is left, and has those of its day and week follow. */
    public void messageForgotten(Scope scope, SessionId session) {
        Owner owner = Owner.of(scope.user());
        attempt(tx -> {
            Optional<Doc> known = tx.get(SessionMark.COLLECTION, owner, session.value());
            if (known.isEmpty() || SessionMark.from(known.get()).covered() < 0) {
                return false;
            }
            SessionMark mark = SessionMark.from(known.get());
            List<Message> left = Transcript.newest(tx, owner, session.value(), SUMMED, warnings).stream()
                    .filter(message -> message.ordinal() <= mark.covered())
                    .toList();
            Optional<MemoryRecord> summary = summarise(tx, scope, mark, summaries.of(left), mark.lastAt());
            SessionMark renewed = mark.renewed(summary.map(MemoryRecord::id).orElse(""), pending.of(left));
            SessionTracker.put(tx, owner, session.value(), known, renewed.toJson());
            return portraits.renew(tx, owner, store.now());
        });
    }

    /** Sets right what is known of a conversation whose last messages are gone. */
    public void settle(Scope scope, SessionId session) {
        Owner owner = Owner.of(scope.user());
        attempt(tx -> {
            Optional<Doc> known = tx.get(SessionMark.COLLECTION, owner, session.value());
            if (known.isEmpty()) {
                return false;
            }
            SessionMark mark = SessionMark.from(known.get());
            if (Transcript.newest(tx, owner, session.value(), 1, warnings).isEmpty()) {
                return tx.delete(SessionMark.COLLECTION, owner, session.value());
            }
            if (Transcript.after(tx, owner, session.value(), mark.covered(), 1, warnings)
                    .isEmpty()) {
                SessionTracker.put(
                        tx, owner, session.value(), known, mark.complete().toJson());
            }
            return true;
        });
    }

    /** Sets right what is known of conversations and cannot be read. Returns their ids. */
    public List<String> mend(Owner owner) {
        return tracker.mend(owner);
    }

    /** Makes the portrait anew. Returns whether it changed. */
    public boolean renewState(Owner owner) {
        return attempt(tx -> portraits.renew(tx, owner, store.now()));
    }

    /** Sums up in the way of conversations, for days and weeks. */
    public ExtractiveSummary summaries() {
        return summaries;
    }
}
