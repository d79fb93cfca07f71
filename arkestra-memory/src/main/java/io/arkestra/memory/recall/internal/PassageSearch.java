package io.arkestra.memory.recall.internal;

import io.arkestra.common.Scope;
import io.arkestra.keyword.KeywordHit;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.record.internal.AskedAttributes;
import io.arkestra.memory.semantic.internal.DenseSearch;
import io.arkestra.memory.semantic.internal.SemanticIndex;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Answers a question: finds candidates by words and by meaning, orders them, keeps the best. Thread-safe. */
final class PassageSearch {
    private static final int WINDOW_CANDIDATES = 100;
    private static final int SHARP_CANDIDATES = 50;
    private static final int DENSE_CANDIDATES = 100;
    private static final int MAX_CANDIDATES = 4_000;

    private final DocStore store;
    private final KeywordIndex index;
    private final SemanticIndex semantic;
    private final RecallWeights weights;
    private final RecallCompany company;
    private final WordAnalysis analysis;
    private final QuestionForm form = new QuestionForm();
    private final CandidateReader reader;

    PassageSearch(
            DocStore store,
            KeywordIndex index,
            SemanticIndex semantic,
            RecallWeights weights,
            RecallCompany company,
            WordAnalysis analysis,
            TurnCache cache) {
        this.store = store;
        this.index = index;
        this.semantic = semantic;
        this.weights = weights;
        this.company = company;
        this.analysis = analysis;
        this.reader = new CandidateReader(cache);
    }

    Recall recall(Scope scope, RecallQuery asked, List<String> notes) {
        Moment moment = Moment.of(asked, company, store.now());
        RecallQuery query = moment.query();
        List<Word> words = analysis.words(moment.topic());
        List<Word> content = form.content(words);
        Recall recall = moment.isHard() && content.isEmpty()
                ? saidIn(scope, query, moment, notes)
                : about(scope, query, moment, words, content, notes);
        if (recall.passages().isEmpty() && moment.isHard()) {
            notes.add("Nothing was found in the time that was asked for; all times were searched.");
            return about(scope, asked, moment.anyTime(), words, content, notes);
        }
        return recall;
    }

    /** Everything that was said in a stretch of time, in order. */
    private Recall saidIn(Scope scope, RecallQuery query, Moment moment, List<String> notes) {
        Owner owner = Owner.of(scope.user());
        Question question = Question.of(query.text(), List.of(), form);
        Set<String> close = close(scope, question);
        return store.inTransaction(transaction -> {
            Map<String, TurnCache.Turn> turns = reader.between(transaction, owner, query);
            List<Candidate> candidates =
                    turns.values().stream().map(TurnCache.Turn::candidate).toList();
            Features.Found found = new Features.Found(Map.of(), Map.of(), Optional.empty(), false, Set.of());
            Features features = features(close, question, found, candidates, turns, moment);
            List<Ranking.Scored> ranked = new ArrayList<>(new Ranking(weights).rank(candidates, features, false));
            Selection selection = new Selection(analysis, form, question, features, query, Map.of());
            List<Ranking.Scored> kept = new ArrayList<>(selection.choose(ranked).passages());
            return recall(
                    transaction,
                    owner,
                    selection,
                    new Selection.Chosen(Order.oldestFirst(kept), Map.of()),
                    turns,
                    Map.of(),
                    notes);
        });
    }

    private Recall about(
            Scope scope, RecallQuery query, Moment moment, List<Word> words, List<Word> content, List<String> notes) {
        Owner owner = Owner.of(scope.user());
        // Only what shares a word of content with the question can be found by words: form words match everything and
        // mean nothing.
        String text =
                (content.isEmpty() ? words : content).stream().map(Word::exact).collect(Collectors.joining(" "));
        Map<String, Float> sharp = search(owner, IndexTexts.SHARP, text, query, SHARP_CANDIDATES);
        Map<String, Float> window = search(owner, IndexTexts.WINDOW, text, query, WINDOW_CANDIDATES);
        Optional<DenseSearch> dense = content.isEmpty() ? Optional.empty() : dense(owner, query, notes);
        boolean letters = false;
        if (dense.isEmpty() && !content.isEmpty()) {
            dense = semantic.letters(
                    owner, SemanticIndex.Space.CONVERSATION, query.text(), DENSE_CANDIDATES, VectorFilter.all());
            letters = dense.isPresent();
        }
        Set<String> keys = new LinkedHashSet<>(window.keySet());
        keys.addAll(sharp.keySet());
        if (!letters) {
            dense.ifPresent(search -> keys.addAll(search.scores().keySet()));
        }
        Map<String, Candidate> asked = asked(scope, query);
        if (keys.isEmpty() && asked.isEmpty()) {
            return Recall.of(List.of(), notes);
        }
        Features.Found found = new Features.Found(sharp, window, dense, letters, asked.keySet());
        Question question = Question.of(query.text(), analysis.words(query.text()), form);
        Set<String> close = close(scope, question);
        Map<String, TurnCache.Turn> turns = new HashMap<>();
        List<Candidate> candidates = store.inTransaction(
                transaction -> new ArrayList<>(reader.read(transaction, scope.user(), keys, query, window, turns)));
        candidates.removeIf(candidate -> !found.has(candidate.key()) || asked.containsKey(candidate.key()));
        candidates.addAll(asked.values());
        // Outside of a transaction: vectors of neighbours may have to be opened, and a reranker takes its time.
        Features features = features(close, question, found, candidates, turns, moment);
        boolean withMeaning = found.dense().isPresent() && !found.letters();
        Replaced replaced = store.inTransaction(transaction -> Replaced.of(
                transaction,
                owner,
                new Ranking(weights).rank(candidates, features, withMeaning),
                question.past(),
                weights.of(Feature.STALE, withMeaning),
                weights.of(Feature.FORMER, withMeaning)));
        List<Ranking.Scored> ranked = replaced.ranked();
        if (company.storedVectors()) {
            ranked = StoredVectorOrder.apply(ranked, found.dense());
        }
        Rerank.Judged judged = Rerank.Judged.nothing(ranked);
        if (company.rerank().isPresent()) {
            judged = company.rerank().get().apply(query.text(), ranked, notes);
        }
        ranked = Order.byTime(judged.ranked(), question, features);
        ranked = Diversity.spread(ranked, question, features, found.dense());
        Selection selection = new Selection(analysis, form, question, features, query, judged.relevance());
        Selection.Chosen chosen = selection.choose(ranked);
        return store.inTransaction(
                transaction -> recall(transaction, owner, selection, chosen, turns, replaced.until(), notes));
    }

    /** Facts whose attribute the question asks for, by key: they need not share a word or a language with it. */
    private Map<String, Candidate> asked(Scope scope, RecallQuery query) {
        Set<AskedAttributes.Asked> asked = AskedAttributes.of(
                query.text(),
                text -> form.content(analysis.words(text)).stream()
                        .map(Word::stem)
                        .collect(Collectors.toSet()));
        return asked.isEmpty()
                ? Map.of()
                : store.inTransaction(transaction -> reader.asked(transaction, scope.user(), asked, query));
    }

    /** Asked before a transaction is open: the graph reads the store by itself. */
    private Set<String> close(Scope scope, Question question) {
        return question.now() ? company.closeTo(scope, question) : Set.of();
    }

    private Features features(
            Set<String> close,
            Question question,
            Features.Found found,
            Collection<Candidate> candidates,
            Map<String, TurnCache.Turn> turns,
            Moment moment) {
        return new Features(
                analysis, question, found, candidates, turns, new Circumstances(candidates, moment.span(), close));
    }

    private Optional<DenseSearch> dense(Owner owner, RecallQuery query, List<String> notes) {
        int limit = Math.min(MAX_CANDIDATES, Math.max(DENSE_CANDIDATES, 3 * query.limit()));
        return semantic.search(owner, SemanticIndex.Space.CONVERSATION, query.text(), limit, VectorFilter.all(), notes);
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

    private Recall recall(
            DocTransaction transaction,
            Owner owner,
            Selection selection,
            Selection.Chosen chosen,
            Map<String, TurnCache.Turn> turns,
            Map<String, Instant> until,
            List<String> notes) {
        Map<String, Ranking.Scored> all = new LinkedHashMap<>();
        chosen.passages().forEach(item -> all.put(item.candidate().key(), item));
        chosen.sections()
                .values()
                .forEach(section ->
                        section.forEach(item -> all.putIfAbsent(item.candidate().key(), item)));
        Map<String, CandidateReader.Around> context = reader.context(transaction, owner, all.values(), turns);
        Map<String, Passage> made = new HashMap<>();
        all.forEach((key, item) -> {
            CandidateReader.Around around = context.getOrDefault(key, CandidateReader.Around.NOTHING);
            Passage.Builder passage = item.candidate()
                    .passage(item.score(), selection.parts(item))
                    .taints(around.taints())
                    .context(around.said());
            if (until.containsKey(key)) {
                passage.until(until.get(key));
            }
            made.put(key, passage.build());
        });
        Map<Passage.Kind, List<Passage>> sections = new EnumMap<>(Passage.Kind.class);
        chosen.sections().forEach((kind, items) -> sections.put(kind, passages(items, made)));
        List<Passage> passages = passages(chosen.passages(), made);
        return sections.isEmpty() ? Recall.of(passages, notes) : Recall.of(passages, notes, sections);
    }

    private static List<Passage> passages(List<Ranking.Scored> items, Map<String, Passage> made) {
        List<Passage> passages = new ArrayList<>();
        for (Ranking.Scored item : items) {
            Passage passage = made.get(item.candidate().key());
            if (passage != null) {
                passages.add(passage);
            }
        }
        return passages;
    }
}
