package io.arkestra.memory.sleep.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.CancelledException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.Taint;
import io.arkestra.common.UserId;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.MalformedOutput;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.session.internal.Memories;
import io.arkestra.memory.session.internal.SessionLife;
import io.arkestra.memory.session.internal.SessionMark;
import io.arkestra.memory.session.internal.Transcript;
import io.arkestra.schedule.TimePhrases;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.store.UniqueKeyException;
import io.arkestra.store.VersionConflictException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Has a language model read conversations that ended: one call for each, checked word by word, repaired once. It may only add; what
 * contradicts what is settled by the rules of memories. What it gets wrong leaves what the rules found as it is.
 */
public final class Curator implements SleepStep {
    private static final int KNOWN = 20;
    private static final int FACTS = 500;
    private static final int MOST_TURNS = 400;
    private static final int CHARS_PER_TOKEN = 3;
    private static final Duration LONGEST_CALL = Duration.ofMinutes(5);
    /** A model that failed so often in a row is left alone for this night. */
    private static final int PATIENCE = 2;

    private final DocStore store;
    private final Memories memories;
    private final WordAnalysis analysis;
    private final Claims claims;
    private final Optional<Guard> guard;
    private final ZoneId zone;
    private final Consumer<String> warnings;

    public Curator(
            DocStore store,
            Memories memories,
            WordAnalysis analysis,
            Optional<Guard> guard,
            Optional<TimePhrases> phrases,
            ZoneId zone,
            Consumer<String> warnings) {
        this.store = store;
        this.memories = memories;
        this.analysis = analysis;
        this.claims = new Claims(analysis, phrases, zone);
        this.guard = guard;
        this.zone = zone;
        this.warnings = warnings;
    }

    @Override
    public String name() {
        return "curate";
    }

    @Override
    public long run(UserId user, SleepRun run) {
        Optional<LlmClient> model = run.request().model();
        if (model.isEmpty()) {
            return 0;
        }
        Owner owner = Owner.of(user);
        long changed = 0;
        int failures = 0;
        // A list and no cursor: what a failing model leaves behind is not looked at twice in one night.
        for (String session : unread(owner)) {
            try {
                Optional<SessionMark> mark = mark(owner, session);
                while (mark.filter(found -> found.curated() < found.covered()).isPresent()
                        && run.hasModelCalls()
                        && failures < PATIENCE) {
                    run.checkpoint();
                    SessionMark before = mark.get();
                    changed += curate(user, before, model.get(), run);
                    mark = mark(owner, session).filter(after -> after.curated() > before.curated());
                    failures = 0;
                }
            } catch (CancelledException e) {
                throw new SleepRun.Halt();
            } catch (ArkestraException e) {
                failures++;
                run.did("refused", session, "the model failed (" + e.code() + "); what the rules found stays");
            }
        }
        return changed;
    }

    private List<String> unread(Owner owner) {
        DocQuery query =
                DocQuery.where(Filter.eq("curated", false)).ascending("last_at").limit(DocQuery.MAX_LIMIT);
        return store.inTransaction(tx -> tx.find(SessionMark.COLLECTION, owner, query)).docs().stream()
                .map(Doc::id)
                .toList();
    }

    private Optional<SessionMark> mark(Owner owner, String session) {
        return store.inTransaction(tx -> tx.get(SessionMark.COLLECTION, owner, session))
                .map(SessionMark::from);
    }

    private long curate(UserId user, SessionMark mark, LlmClient model, SleepRun run) {
        Owner owner = Owner.of(user);
        Reading reading = store.inTransaction(tx -> reading(tx, owner, mark, model));
        if (reading.turns().values().stream().noneMatch(message -> isNew(message, mark))) {
            return finish(user, mark, reading, List.of(), Optional.empty(), run);
        }
        List<MemoryRecord> known = store.inTransaction(tx -> memories.currentFacts(tx, owner, FACTS));
        Optional<Proposal> proposal = ask(mark, model, reading.turns(), nearest(known, reading.turns()), run);
        if (proposal.isEmpty()) {
            return finish(user, mark, reading, List.of(), Optional.empty(), run);
        }
        List<MemoryDraft> accepted = new ArrayList<>();
        for (Proposal.Fact fact : proposal.get().facts()) {
            Message turn = reading.turns().get(fact.turn());
            if (turn != null && Transcript.isOwn(turn) && !isNew(turn, mark)) {
                run.did("refused", turn.id(), "it was read before");
                continue;
            }
            Claims.Verdict verdict = claims.judge(fact, reading.turns(), known);
            verdict.draft().ifPresent(accepted::add);
            if (verdict.draft().isEmpty()) {
                run.did("refused", verdict.source(), verdict.reason());
            }
        }
        return finish(user, mark, reading, accepted, summary(proposal.get(), mark, reading, run), run);
    }

    private static boolean isNew(Message message, SessionMark mark) {
        return Transcript.isOwn(message) && message.ordinal() > mark.curated();
    }

    private Optional<String> summary(Proposal proposal, SessionMark mark, Reading reading, SleepRun run) {
        String text = proposal.summary().strip();
        if (text.isEmpty() || !reading.whole()) {
            return Optional.empty();
        }
        if (!claims.isSummary(text, reading.turns().values())) {
            run.did("refused", mark.session(), "the summary is not made of what was said");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /**
     * What the model reads at once.
     *
     * @param turns numbered from 1
     * @param upTo the place up to which the conversation has been read then
     * @param whole whether that is all of the conversation
     */
    private record Reading(Map<Long, Message> turns, long upTo, boolean whole) {}

    /** The whole conversation if it fits; else as much as fits of what was not read before. */
    private Reading reading(DocTransaction tx, Owner owner, SessionMark mark, LlmClient model) {
        long room = Math.max(4_000L, (long) model.capabilities().contextTokens() * CHARS_PER_TOKEN / 2);
        List<Message> all = Transcript.after(tx, owner, mark.session(), -1, MOST_TURNS + 1, warnings);
        List<Message> shown = all.stream()
                .filter(message -> message.ordinal() <= mark.covered() && isShown(message))
                .toList();
        long size = shown.stream().mapToLong(Curator::size).sum();
        if (all.size() <= MOST_TURNS && size <= room) {
            return new Reading(numbered(shown), mark.covered(), true);
        }
        List<Message> part = new ArrayList<>();
        long upTo = mark.covered();
        List<Message> left = Transcript.after(tx, owner, mark.session(), mark.curated(), MOST_TURNS, warnings);
        for (Message message : left) {
            room -= isShown(message) ? size(message) : 0;
            if (message.ordinal() > mark.covered() || room < 0 && !part.isEmpty()) {
                break;
            }
            upTo = message.ordinal();
            if (isShown(message)) {
                part.add(message);
            }
        }
        return new Reading(numbered(part), left.isEmpty() ? mark.covered() : upTo, false);
    }

    private static long size(Message message) {
        return Math.min(CuratorPrompt.LONGEST_TURN, message.text().length()) + 50L;
    }

    private static Map<Long, Message> numbered(List<Message> messages) {
        Map<Long, Message> turns = new LinkedHashMap<>();
        messages.forEach(message -> turns.put((long) turns.size() + 1, message));
        return turns;
    }

    /** What a model may see: what the two said, but not answers that only repeat what memory gave. */
    private static boolean isShown(Message message) {
        return Transcript.isOwn(message)
                || message.origin() == Origin.ASSISTANT
                        && !Transcript.isDerived(message)
                        && !message.text().isBlank();
    }

    /** The facts that share the most words with a conversation. */
    private List<MemoryRecord> nearest(List<MemoryRecord> known, Map<Long, Message> turns) {
        Set<String> said = new HashSet<>();
        turns.values().forEach(message -> said.addAll(stems(message.text())));
        return known.stream()
                .sorted(Comparator.comparingLong((MemoryRecord record) -> -stems(record.text()).stream()
                                .filter(said::contains)
                                .count())
                        .thenComparing(MemoryRecord::id))
                .limit(KNOWN)
                .toList();
    }

    private Set<String> stems(String text) {
        Set<String> stems = new HashSet<>();
        for (Word word : analysis.words(text)) {
            if (!word.stop()) {
                stems.add(word.stem());
            }
        }
        return stems;
    }

    /** What the model makes of it; asked once more when its answer has not the form; empty when that was of no use. */
    private Optional<Proposal> ask(
            SessionMark mark, LlmClient model, Map<Long, Message> turns, List<MemoryRecord> known, SleepRun run) {
        boolean local = model.capabilities().local();
        UnaryOperator<String> mask = text -> local || guard.isEmpty()
                ? text
                : guard.get()
                        .inspect(text, GuardContext.of(GuardContext.Direction.TO_REMOTE_MODEL))
                        .text();
        LlmRequest request = new CuratorPrompt(zone, mask).request(turns, known, deadline(run));
        for (int attempt = 1; ; attempt++) {
            if (!run.takeModelCall()) {
                throw new SleepRun.Halt();
            }
            LlmResponse response;
            try {
                response = model.generate(
                        request, LlmListener.none(), run.request().cancel());
            } catch (MalformedOutput e) {
                // Whoever says so has asked once more already. Another night would bring the same.
                return refused(mark, run);
            }
            try {
                return Optional.of(
                        Proposal.read(response.json().map(Json::toString).orElseGet(response::text)));
            } catch (InvalidInputException e) {
                if (attempt == 2 || !run.hasModelCalls()) {
                    return refused(mark, run);
                }
                request = CuratorPrompt.again(request, response.text(), "no object of that form", deadline(run));
            }
        }
    }

    private static Optional<Proposal> refused(SessionMark mark, SleepRun run) {
        run.did("refused", mark.session(), "the model's answer has not the form; what the rules found stays");
        return Optional.empty();
    }

    private static Duration deadline(SleepRun run) {
        Duration left = run.left();
        if (left.isZero()) {
            throw new SleepRun.Halt();
        }
        return left.compareTo(LONGEST_CALL) < 0 ? left : LONGEST_CALL;
    }

    private long finish(
            UserId user,
            SessionMark mark,
            Reading reading,
            List<MemoryDraft> accepted,
            Optional<String> summary,
            SleepRun run) {
        List<String> learned = new ArrayList<>();
        try {
            store.inTransaction(tx -> {
                learned.clear();
                return finish(tx, user, mark, reading, accepted, summary, learned);
            });
        } catch (VersionConflictException | UniqueKeyException e) {
            // The conversation went on, or the same was remembered, at this moment: the next sleep reads it again.
            run.entry("refused", mark.session(), "it went on while the model read it");
            return 0;
        }
        learned.forEach(id -> run.did("facts", id, "said by the user, found by the model"));
        summary.ifPresent(text -> run.did("summaries", mark.session(), "conversation summed up by the model"));
        return learned.size() + (summary.isPresent() ? 1 : 0);
    }

    private boolean finish(
            DocTransaction tx,
            UserId user,
            SessionMark mark,
            Reading reading,
            List<MemoryDraft> accepted,
            Optional<String> summary,
            List<String> learned) {
        Owner owner = Owner.of(user);
        Scope scope = Scope.of(user);
        Doc doc = tx.get(SessionMark.COLLECTION, owner, mark.session()).orElse(null);
        if (doc == null || !SessionMark.from(doc).equals(mark)) {
            throw new VersionConflictException("The conversation " + mark.session() + " went on meanwhile");
        }
        for (MemoryDraft draft : accepted) {
            learned.add(memories.remember(tx, scope, draft).id());
        }
        String summaryId = mark.summary();
        if (summary.isPresent()) {
            mark.summaryId()
                    .flatMap(id -> memories.find(tx, owner, id))
                    .filter(SessionLife::isReplaceable)
                    .ifPresent(record -> memories.remove(tx, owner, record.id()));
            List<String> sources = reading.turns().values().stream()
                    .filter(Transcript::isOwn)
                    .map(Message::id)
                    .toList();
            summaryId = memories.remember(
                            tx,
                            scope,
                            MemoryDraft.summary(summary.get())
                                    .sources(sources)
                                    .taint(taint(reading))
                                    .at(mark.lastAt()))
                    .id();
        }
        tx.put(
                SessionMark.COLLECTION,
                DocWrite.update(doc, mark.curated(reading.upTo(), summaryId).toJson()));
        return true;
    }

    /** A model sums up all that it reads: whose words were in any of it may be in the summary. Facts are the user's own words, checked. */
    private static List<String> taint(Reading reading) {
        return reading.turns().values().stream()
                .flatMap(message -> message.taints().stream())
                .distinct()
                .map(Taint::toString)
                .toList();
    }
}
