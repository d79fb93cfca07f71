package io.arkestra.memory.document.internal;

import io.arkestra.keyword.KeywordQuery;
import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.record.internal.Chunk;
import io.arkestra.memory.semantic.internal.DenseSearch;
import io.arkestra.memory.semantic.internal.SemanticIndex;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import io.arkestra.store.Owner;
import io.arkestra.vector.VectorFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Ranks chunks by words and by meaning. Each score is put on its own scale first: words by the best of the query, cosines by the mean
 * and deviation of all of the user's chunks, so that neither model nor language decides how much either counts.
 */
final class DocumentSearch {
    /** Found by meaning at most; of those found by words more, because their scores come with them. */
    private static final int MEANING_CANDIDATES = 200;

    private static final int WORD_CANDIDATES = 1_000;
    private static final int MOST = 10_000;

    private static final double WORDS = 0.5;
    private static final double WINDOW = 0.5;
    private static final double MEANING = 1.5;
    private static final double LETTERS = 0.25;
    /** Cosines this many deviations above the mean are about as good as the best words. */
    private static final double HIGH = 5;

    /** So many of the best are taken for good, if there are at least so many times as many to choose from. */
    private static final int FEEDBACK = 3;

    private static final int FEEDBACK_OF = 20;
    /** How much they count beside the query. */
    private static final double FEEDBACK_SHARE = 0.75;

    /** Words that at least two of so many of the best have in common are looked for too. */
    private static final int RELATED_FROM = 5;

    private static final int RELATED_WORDS = 15;
    /** How much they count. */
    private static final double RELATED = 0.4;

    private final ChunkIndex words;
    private final SemanticIndex semantic;
    private final ChunkTexts texts;
    private final WordAnalysis analysis = new WordAnalysis();

    DocumentSearch(ChunkIndex words, SemanticIndex semantic, ChunkTexts texts) {
        this.words = words;
        this.semantic = semantic;
        this.texts = texts;
    }

    /** Reads chunks. */
    interface ChunkTexts {
        /** The texts of those that are there. */
        List<String> read(Owner owner, List<String> ids);
    }

    /**
     * A chunk that was found.
     *
     * @param id of the chunk
     * @param score higher is better
     * @param parts what it is made of
     */
    record Scored(String id, double score, Map<String, Double> parts) {}

    /**
     * Best first.
     *
     * @param stems beginnings of the ids of chunks that may be found; null for all
     */
    List<Scored> search(Owner owner, RecallQuery query, @Nullable Set<String> stems, List<String> notes) {
        Map<String, Double> byText = words(owner, ChunkIndex.TEXT, query, query.text(), stems, notes);
        Map<String, Double> byWindow = words(owner, ChunkIndex.WINDOW, query, query.text(), stems, notes);
        VectorFilter filter =
                stems == null ? VectorFilter.all() : VectorFilter.where(key -> stems.contains(Chunk.stemOf(id(key))));
        int candidates = Math.min(MOST, Math.max(MEANING_CANDIDATES, 3 * query.limit()));
        Optional<DenseSearch> meaning = semantic.search(owner, Space.DOCUMENT, query.text(), candidates, filter, notes);
        Optional<DenseSearch> letters = meaning.isPresent()
                ? Optional.empty()
                : semantic.letters(owner, Space.DOCUMENT, query.text(), candidates, filter);
        List<Scored> ranked = rank(byText, byWindow, Map.of(), meaning, letters);
        return meaning.flatMap(first -> again(owner, query, ranked, first, candidates, filter))
                .map(second -> rank(
                        byText,
                        byWindow,
                        related(owner, query, ranked, stems, notes),
                        Optional.of(second),
                        Optional.empty()))
                .orElse(ranked);
    }

    /**
     * Scores by words that the best have in common and the query does not say: relevance feedback on words, as the second search is on
     * vectors.
     */
    private Map<String, Double> related(
            Owner owner, RecallQuery query, List<Scored> ranked, @Nullable Set<String> stems, List<String> notes) {
        Set<String> asked = new HashSet<>();
        analysis.words(query.text()).forEach(word -> asked.add(word.stem()));
        Map<String, Integer> common = new HashMap<>();
        Map<String, String> forms = new HashMap<>();
        List<String> best = ranked.stream().limit(RELATED_FROM).map(Scored::id).toList();
        for (String text : texts.read(owner, best)) {
            Set<String> here = new HashSet<>();
            for (Word word : analysis.words(text)) {
                if (!word.stop()
                        && word.exact().length() > 2
                        && !asked.contains(word.stem())
                        && here.add(word.stem())) {
                    common.merge(word.stem(), 1, Integer::sum);
                    forms.putIfAbsent(word.stem(), word.exact());
                }
            }
        }
        String words = common.entrySet().stream()
                .filter(entry -> entry.getValue() > 1)
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(RELATED_WORDS)
                .map(entry -> forms.get(entry.getKey()))
                .collect(Collectors.joining(" "));
        return words.isEmpty() ? Map.of() : words(owner, ChunkIndex.TEXT, query, words, stems, notes);
    }

    /** What words and meaning together found best says more about what is meant than the few words of the query. */
    private Optional<DenseSearch> again(
            Owner owner,
            RecallQuery query,
            List<Scored> ranked,
            DenseSearch first,
            int candidates,
            VectorFilter filter) {
        int trusted = Math.min(FEEDBACK, first.scores().size() / FEEDBACK_OF);
        if (trusted == 0) {
            return Optional.empty();
        }
        List<String> best =
                ranked.stream().limit(trusted).map(found -> key(found.id())).toList();
        Map<String, float[]> vectors = first.vectors(best);
        return vectors.isEmpty()
                ? Optional.empty()
                : semantic.searchAgain(
                        owner, Space.DOCUMENT, query.text(), vectors.values(), FEEDBACK_SHARE, candidates, filter);
    }

    private Map<String, Double> words(
            Owner owner,
            String field,
            RecallQuery query,
            String text,
            @Nullable Set<String> stems,
            List<String> notes) {
        KeywordQuery asked = KeywordQuery.of(owner, field, text)
                .limit(stems != null ? MOST : Math.min(MOST, Math.max(WORD_CANDIDATES, 5 * query.limit())));
        if (query.from().isPresent() || query.to().isPresent()) {
            asked = asked.between(query.from().orElse(Instant.MIN), query.to().orElse(Instant.MAX));
        }
        Map<String, Double> scores = new HashMap<>();
        words.search(asked, notes).forEach((id, score) -> {
            if (stems == null || stems.contains(Chunk.stemOf(id))) {
                scores.put(id, (double) score);
            }
        });
        return scores;
    }

    private static String id(String key) {
        return key.substring(2);
    }

    private static String key(String id) {
        return "d:" + id;
    }

    private static List<Scored> rank(
            Map<String, Double> byText,
            Map<String, Double> byWindow,
            Map<String, Double> related,
            Optional<DenseSearch> meaning,
            Optional<DenseSearch> letters) {
        Map<String, Map<String, Double>> parts = new HashMap<>();
        double bestText = best(byText);
        byText.forEach((id, score) -> put(parts, id, "words", WORDS * score / bestText));
        double bestWindow = best(byWindow);
        byWindow.forEach((id, score) -> put(parts, id, "window", WINDOW * score / bestWindow));
        double bestRelated = best(related);
        related.forEach((id, score) -> put(parts, id, "related", RELATED * score / bestRelated));
        meaning.ifPresent(dense -> add(parts, dense, "meaning", MEANING));
        letters.ifPresent(dense -> add(parts, dense, "letters", LETTERS));
        List<Scored> ranked = new ArrayList<>();
        parts.forEach((id, features) -> ranked.add(new Scored(
                id, features.values().stream().mapToDouble(Double::doubleValue).sum(), features)));
        ranked.sort(Comparator.comparingDouble(Scored::score).reversed().thenComparing(Scored::id));
        return ranked;
    }

    private static double best(Map<String, Double> scores) {
        return scores.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    }

    private static void add(Map<String, Map<String, Double>> parts, DenseSearch dense, String name, double weight) {
        if (dense.deviation() == 0 && dense.scores().size() > 1) {
            return;
        }
        Set<String> keys = new TreeSet<>(dense.scores().keySet());
        Map<String, Double> cosines = new HashMap<>(dense.scores());
        List<String> others = new ArrayList<>();
        for (String id : parts.keySet()) {
            if (!keys.contains(key(id))) {
                others.add(key(id));
            }
        }
        cosines.putAll(dense.scores(others));
        double deviation = dense.deviation() == 0 ? 1 : dense.deviation();
        cosines.forEach(
                (key, cosine) -> put(parts, id(key), name, weight * (cosine - dense.mean()) / deviation / HIGH));
    }

    private static void put(Map<String, Map<String, Double>> parts, String id, String name, double value) {
        parts.computeIfAbsent(id, key -> new LinkedHashMap<>()).put(name, value);
    }
}
