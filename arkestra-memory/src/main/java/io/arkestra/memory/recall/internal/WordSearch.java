package io.arkestra.memory.recall.internal;

import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds candidates for a question in both fields of the index and reads them from the store. Thread-safe. */
final class WordSearch {
    private static final int WINDOW_CANDIDATES = 100;
    private static final int SHARP_CANDIDATES = 50;
    private static final int MAX_CANDIDATES = 4_000;

    private final DocStore store;
    private final KeywordIndex index;
    private final WordAnalysis analysis = new WordAnalysis();
    private final QuestionForm form = new QuestionForm();
    private final RecallWeights weights = RecallWeights.load();

    WordSearch(DocStore store, KeywordIndex index) {
        this.store = store;
        this.index = index;
    }

    List<Passage> recall(UserId user, RecallQuery query) {
        Owner owner = Owner.of(user);
        List<Word> asked = analysis.words(query.text());
        List<Word> content = form.content(asked);
        // Only what shares a word of content with the question can be found: form words match everything and mean
        // nothing.
        String text =
                (content.isEmpty() ? asked : content).stream().map(Word::exact).collect(Collectors.joining(" "));
        Map<String, Float> sharp = search(owner, IndexTexts.SHARP, text, query, SHARP_CANDIDATES);
        Map<String, Float> window = search(owner, IndexTexts.WINDOW, text, query, WINDOW_CANDIDATES);
        if (sharp.isEmpty() && window.isEmpty()) {
            return List.of();
        }
        Set<String> keys = new LinkedHashSet<>(window.keySet());
        keys.addAll(sharp.keySet());
        List<Candidate> candidates = store.inTransaction(transaction -> load(transaction, user, keys, query, window));
        Ranking ranking = new Ranking(weights, analysis, form, asked);
        return ranking.rank(candidates, new Ranking.Scores(sharp, window), query);
    }

    private Map<String, Float> search(Owner owner, String field, String text, RecallQuery query, int least) {
        KeywordQuery keywords =
                KeywordQuery.of(owner, field, text).limit(Math.min(MAX_CANDIDATES, Math.max(least, 3 * query.limit())));
        if (query.from().isPresent() || query.to().isPresent()) {
            keywords = keywords.between(
                    query.from().orElse(Instant.MIN), query.to().orElse(Instant.MAX));
        }
        Map<String, Float> scores = new HashMap<>();
        for (KeywordHit hit : index.search(keywords)) {
            scores.put(hit.id(), hit.score());
        }
        return scores;
    }

    private List<Candidate> load(
            DocTransaction transaction, UserId user, Set<String> keys, RecallQuery query, Map<String, Float> window) {
        Owner owner = Owner.of(user);
        List<String> messages = new ArrayList<>();
        List<String> memories = new ArrayList<>();
        for (String key : keys) {
            (IndexTexts.isMessage(key) ? messages : memories).add(IndexTexts.id(key));
        }
        List<Candidate> candidates = new ArrayList<>();
        Set<String> excluded = new HashSet<>();
        query.exclude().ifPresent(turn -> {
            excluded.add(turn.value());
            for (String neighbour : neighbours(transaction, owner, turn)) {
                window.remove(IndexTexts.messageKey(neighbour));
            }
        });
        for (Doc doc : docs(transaction, Message.COLLECTION, owner, messages)) {
            for (Message message : SessionStretch.message(doc, ignored -> {})) {
                if (!excluded.contains(message.turn().value())) {
                    candidates.add(Candidate.of(message));
                }
            }
        }
        for (Doc doc : docs(transaction, MemoryCollection.SPEC, owner, memories)) {
            for (MemoryRecord memory : MemoryCollection.readable(doc, ignored -> {})) {
                candidates.add(Candidate.of(memory, user.value()));
            }
        }
        return candidates;
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
            for (Message message : SessionStretch.message(doc, ignored -> {})) {
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
