package io.arkestra.memory.recall.internal;

import io.arkestra.common.Taint;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.record.internal.AskedAttributes;
import io.arkestra.memory.record.internal.AskedFacts;
import io.arkestra.memory.record.internal.MemoryCollection;
import io.arkestra.memory.record.internal.Messages;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads candidates, and what stands around them, from the cache and the store. Thread-safe. */
final class CandidateReader {
    private static final int MOST_IN_A_SPAN = 200;

    private final TurnCache cache;

    CandidateReader(TurnCache cache) {
        this.cache = cache;
    }

    /**
     * The candidates with these keys that the query allows.
     *
     * @param window scores, of which those are removed that say nothing, because the question itself is in the window
     * @param turns takes up the messages among them
     */
    List<Candidate> read(
            DocTransaction transaction,
            UserId user,
            Set<String> keys,
            RecallQuery query,
            Map<String, Float> window,
            Map<String, TurnCache.Turn> turns) {
        Owner owner = Owner.of(user);
        List<String> messages = new ArrayList<>();
        List<String> memories = new ArrayList<>();
        for (String key : keys) {
            if (IndexTexts.isMessage(key)) {
                messages.add(key);
            } else {
                memories.add(IndexTexts.id(key));
            }
        }
        Set<String> excluded = new HashSet<>();
        query.exclude().ifPresent(turn -> {
            excluded.add(turn.value());
            for (String neighbour : neighbours(transaction, owner, turn)) {
                window.remove(IndexTexts.messageKey(neighbour));
            }
        });
        List<Candidate> candidates = new ArrayList<>();
        turns.putAll(cache.load(transaction, owner, messages));
        for (TurnCache.Turn turn : turns.values()) {
            Candidate candidate = turn.candidate();
            if (!excluded.contains(candidate.turn()) && isInTime(candidate, query)) {
                candidates.add(candidate);
            }
        }
        for (Doc doc : docs(transaction, MemoryCollection.SPEC, owner, memories)) {
            for (MemoryRecord memory : MemoryCollection.readable(doc, ignored -> {})) {
                Candidate candidate = Candidate.of(memory, user.value());
                if (isInTime(candidate, query)) {
                    candidates.add(candidate);
                }
            }
        }
        return candidates;
    }

    /** The facts that say what is asked for, by their keys. */
    Map<String, Candidate> asked(
            DocTransaction transaction, UserId user, Set<AskedAttributes.Asked> asked, RecallQuery query) {
        Map<String, Candidate> facts = new LinkedHashMap<>();
        for (MemoryRecord fact : AskedFacts.find(transaction, Owner.of(user), asked)) {
            Candidate candidate = Candidate.of(fact, user.value());
            if (isInTime(candidate, query)) {
                facts.put(candidate.key(), candidate);
            }
        }
        return facts;
    }

    private static boolean isInTime(Candidate candidate, RecallQuery query) {
        return query.from().filter(from -> candidate.at().isBefore(from)).isEmpty()
                && query.to().filter(to -> !candidate.at().isBefore(to)).isEmpty();
    }

    /** The newest messages that were said in the time of the query. */
    Map<String, TurnCache.Turn> between(DocTransaction transaction, Owner owner, RecallQuery query) {
        DocQuery inTime = DocQuery.where(Filter.and(
                        Filter.gte("at", query.from().orElse(Instant.MIN)),
                        Filter.lt("at", query.to().orElse(Instant.MAX)),
                        Filter.in("origin", List.of("user", "assistant"))))
                .descending("at")
                .limit(MOST_IN_A_SPAN);
        List<String> keys = new ArrayList<>();
        for (Doc doc :
                transaction.find(Message.COLLECTION.name(), owner, inTime).docs()) {
            boolean asked = query.exclude()
                    .filter(turn -> doc.body().text("turn").equals(turn.value()))
                    .isPresent();
            if (!asked) {
                keys.add(IndexTexts.messageKey(doc.id()));
            }
        }
        return cache.load(transaction, owner, keys);
    }

    /** For each: what was said before and after a message, and what a memory was taken from. */
    Map<String, Around> context(
            DocTransaction transaction,
            Owner owner,
            Collection<Ranking.Scored> items,
            Map<String, TurnCache.Turn> turns) {
        Map<String, List<String>> wanted = new HashMap<>();
        Set<String> all = new LinkedHashSet<>();
        for (Ranking.Scored item : items) {
            List<String> keys = new ArrayList<>();
            TurnCache.Turn turn = turns.get(item.candidate().key());
            if (turn != null) {
                if (turn.previous() != null) {
                    keys.add(turn.previous());
                }
                if (turn.next() != null) {
                    keys.add(turn.next());
                }
            } else if (item.candidate().memory() != null) {
                item.candidate().memory().sources().stream()
                        .limit(3)
                        .map(IndexTexts::messageKey)
                        .forEach(keys::add);
            }
            wanted.put(item.candidate().key(), keys);
            all.addAll(keys);
        }
        Map<String, TurnCache.Turn> near = cache.load(transaction, owner, all);
        Map<String, Around> context = new HashMap<>();
        wanted.forEach((key, keys) -> context.put(
                key,
                Around.of(keys.stream()
                        .filter(near::containsKey)
                        .map(beside -> near.get(beside).candidate())
                        .toList())));
        return context;
    }

    /**
     * What stands around a passage.
     *
     * @param said the messages
     * @param taints untrusted sources whose words are in them
     */
    record Around(List<Passage.Said> said, Set<Taint> taints) {
        static final Around NOTHING = new Around(List.of(), Set.of());

        static Around of(List<Candidate> beside) {
            Set<Taint> taints = new TreeSet<>();
            beside.forEach(candidate -> taints.addAll(candidate.taints()));
            return new Around(beside.stream().map(CandidateReader::said).toList(), taints);
        }
    }

    private static Passage.Said said(Candidate candidate) {
        return Passage.Said.of(candidate.id(), candidate.speaker(), candidate.text(), candidate.at());
    }

    private static List<Doc> docs(
            DocTransaction transaction, CollectionSpec collection, Owner owner, List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return transaction
                .find(
                        collection.name(),
                        owner,
                        DocQuery.where(Filter.in(CollectionSpec.FIELD_ID, ids)).limit(ids.size()))
                .docs();
    }

    /**
     * Messages whose windows hold the excluded turn: the question itself is in there, so their window scores say nothing about
     * them.
     */
    private static Set<String> neighbours(DocTransaction transaction, Owner owner, TurnId turn) {
        List<Doc> excluded = transaction
                .find(
                        Message.COLLECTION.name(),
                        owner,
                        DocQuery.where(Filter.eq("turn", turn.value())).limit(DocQuery.MAX_LIMIT))
                .docs();
        Map<String, Set<Long>> ordinals = new HashMap<>();
        for (Doc doc : excluded) {
            for (Message message : Messages.readable(doc, ignored -> {})) {
                ordinals.computeIfAbsent(message.session().value(), session -> new HashSet<>())
                        .add(message.ordinal());
            }
        }
        Set<String> neighbours = new HashSet<>();
        ordinals.forEach((session, touched) -> {
            long first = touched.stream().mapToLong(Long::longValue).min().orElseThrow();
            long last = touched.stream().mapToLong(Long::longValue).max().orElseThrow();
            SessionStretch stretch = SessionStretch.load(transaction, owner, session, first, last, ignored -> {});
            for (Message message : stretch.affectedBy(touched)) {
                neighbours.add(message.id());
            }
        });
        return neighbours;
    }
}
