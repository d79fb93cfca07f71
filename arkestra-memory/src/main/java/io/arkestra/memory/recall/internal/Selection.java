package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.llm.TokenCount;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.record.internal.NormalText;
import io.arkestra.memory.record.internal.SimHash;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Keeps what is worth returning of a ranked list: nothing twice, nothing that only asks the same, memories beside messages and not in
 * their place, within limit and budget. Beside the parts of a score it tells, for whoever has to decide whether a passage answers:
 *
 * <ul>
 *   <li>{@code coverage}: the share of the question's content words that the passage itself holds, 0 to 1
 *   <li>{@code near}: 1 when its meaning is so near to the question's that it may answer without a word in common, else 0
 *   <li>{@code content}: how many content words the question has; with 0 the coverage says nothing
 *   <li>{@code relevance}: where a reranker's score of it lies between the worst (0) and the best (1) that it judged for this question;
 *       absent where none has judged it
 * </ul>
 */
final class Selection {
    /** Shorter texts have too few letters for their fingerprints to mean anything. */
    private static final int FINGERPRINTED = 40;

    private static final Pattern DIGITS = Pattern.compile("\\D+");

    /** Texts that differ in a number say different things, however alike they are. */
    private record Fingerprint(long bits, String digits) {
        boolean isNear(Fingerprint other) {
            return digits.equals(other.digits) && SimHash.near(bits, other.bits);
        }
    }

    private final WordAnalysis analysis;
    private final QuestionForm form;
    private final Question question;
    private final Features features;
    private final RecallQuery query;
    private final Map<String, Double> relevance;

    /** @param relevance what a reranker found, by key */
    Selection(
            WordAnalysis analysis,
            QuestionForm form,
            Question question,
            Features features,
            RecallQuery query,
            Map<String, Double> relevance) {
        this.analysis = analysis;
        this.form = form;
        this.question = question;
        this.features = features;
        this.query = query;
        this.relevance = relevance;
    }

    /**
     * What was chosen.
     *
     * @param passages in order
     * @param sections the best of each kind, which may not be among the passages
     */
    record Chosen(List<Ranking.Scored> passages, Map<Passage.Kind, List<Ranking.Scored>> sections) {}

    Chosen choose(List<Ranking.Scored> ranked) {
        List<Ranking.Scored> worthy = worthy(ranked);
        int kinds = (int) worthy.stream()
                .map(item -> item.candidate().isMemory())
                .distinct()
                .count();
        // Where there are both, memories take at most half of the places.
        int memoriesLeft = kinds < 2 ? query.limit() : Math.max(1, query.limit() / 2);
        List<Ranking.Scored> passages = new ArrayList<>();
        Map<Passage.Kind, List<Ranking.Scored>> sections = new EnumMap<>(Passage.Kind.class);
        Map<Passage.Kind, Long> tokensOfSections = new HashMap<>();
        long tokens = 0;
        for (Ranking.Scored item : worthy) {
            Candidate candidate = item.candidate();
            long cost = TokenCount.estimate(candidate.text()).tokens();
            List<Ranking.Scored> section = sections.computeIfAbsent(candidate.kind(), kind -> new ArrayList<>());
            long spent = tokensOfSections.getOrDefault(candidate.kind(), 0L);
            if (section.size() < query.limit() && (section.isEmpty() || spent + cost <= query.tokenBudget())) {
                tokensOfSections.put(candidate.kind(), spent + cost);
                section.add(item);
            }
            if (passages.size() < query.limit()
                    && (passages.isEmpty() || tokens + cost <= query.tokenBudget())
                    && (!candidate.isMemory() || memoriesLeft > 0)) {
                memoriesLeft -= candidate.isMemory() ? 1 : 0;
                tokens += cost;
                passages.add(item);
            }
        }
        return new Chosen(passages, sections);
    }

    private List<Ranking.Scored> worthy(List<Ranking.Scored> ranked) {
        Set<String> sources = new HashSet<>();
        Set<String> memories = new HashSet<>();
        for (Ranking.Scored item : ranked) {
            if (item.candidate().memory() != null && isShown(item.candidate())) {
                sources.addAll(item.candidate().memory().sources());
                memories.add(NormalText.of(item.candidate().text()));
            }
        }
        List<Ranking.Scored> worthy = new ArrayList<>();
        Set<String> texts = new HashSet<>();
        List<Fingerprint> fingerprints = new ArrayList<>();
        int enough = 3 * query.limit();
        for (Ranking.Scored item : ranked) {
            if (worthy.size() >= enough) {
                break;
            }
            Candidate candidate = item.candidate();
            String text = NormalText.of(candidate.text());
            boolean told = !candidate.isMemory() && (sources.contains(candidate.id()) || memories.contains(text));
            if (told || !isShown(candidate) || texts.contains(text) || asksTheSame(candidate)) {
                continue;
            }
            if (text.length() >= FINGERPRINTED) {
                Fingerprint fingerprint =
                        new Fingerprint(SimHash.of(text), DIGITS.matcher(text).replaceAll(""));
                if (fingerprints.stream().anyMatch(fingerprint::isNear)) {
                    continue;
                }
                fingerprints.add(fingerprint);
            }
            texts.add(text);
            worthy.add(item);
        }
        return worthy;
    }

    private boolean isShown(Candidate candidate) {
        if (!query.kinds().isEmpty() && !query.kinds().contains(candidate.kind())) {
            return false;
        }
        return candidate.memory() == null || candidate.memory().isCurrent() || query.past() || question.past();
    }

    /** A question that holds no word of content which was not asked for now tells nothing. */
    private boolean asksTheSame(Candidate candidate) {
        if (candidate.isMemory() || !QuestionForm.isQuestion(candidate.text())) {
            return false;
        }
        Set<String> known = question.words().stream().map(Word::stem).collect(Collectors.toSet());
        return form.content(analysis.words(candidate.text())).stream().allMatch(word -> known.contains(word.stem()));
    }

    /** What is told of a passage beside the parts of its score. */
    Map<String, Double> parts(Ranking.Scored item) {
        Map<String, Double> parts = new LinkedHashMap<>(item.parts());
        parts.put("content", (double) question.content().size());
        parts.put("coverage", features.plainCoverage(item.candidate()));
        parts.put("near", features.isNear(item.candidate()) ? 1.0 : 0.0);
        Double place = relevance.get(item.candidate().key());
        if (place != null) {
            parts.put("relevance", place);
        }
        return parts;
    }
}
