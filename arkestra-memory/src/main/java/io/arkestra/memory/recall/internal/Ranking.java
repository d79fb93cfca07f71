package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.llm.TokenCount;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Orders candidates by a weighted sum of features and keeps what is worth returning. The parts of each score are the weighted
 * features, which add up to it, and besides them what is told for whoever has to decide whether this answers the question:
 *
 * <ul>
 *   <li>{@code coverage}: the share of the question's content words that the passage itself holds, 0 to 1
 *   <li>{@code content}: how many content words the question has; with 0 the coverage says nothing
 * </ul>
 */
final class Ranking {
    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final int SHORTEST_NAME = 2;

    private final RecallWeights weights;
    private final WordAnalysis analysis;
    private final QuestionForm form;
    private final List<Word> asked;
    private final Set<String> content;

    /** @param asked the words of the question */
    Ranking(RecallWeights weights, WordAnalysis analysis, QuestionForm form, List<Word> asked) {
        this.weights = weights;
        this.analysis = analysis;
        this.form = form;
        this.asked = asked;
        this.content = form.content(asked).stream().map(Word::stem).collect(Collectors.toSet());
    }

    /** BM25 scores of one search, by index key. */
    record Scores(Map<String, Float> sharp, Map<String, Float> window) {}

    private record Scored(Candidate candidate, double score, Map<String, Double> parts) {}

    List<Passage> rank(Collection<Candidate> candidates, Scores scores, RecallQuery query) {
        float bestSharp = best(candidates, scores.sharp());
        float bestWindow = best(candidates, scores.window());
        List<Scored> scored = new ArrayList<>();
        for (Candidate candidate : candidates) {
            double sharp = scores.sharp().getOrDefault(candidate.key(), 0f) / bestSharp;
            double window = scores.window().getOrDefault(candidate.key(), 0f) / bestWindow;
            if (sharp > 0 || window > 0) {
                scored.add(score(candidate, sharp, window));
            }
        }
        scored.sort(Comparator.comparingDouble(Scored::score)
                .reversed()
                .thenComparing(item -> item.candidate().at(), Comparator.reverseOrder())
                .thenComparing(item -> item.candidate().key()));
        return select(scored, query);
    }

    private static float best(Collection<Candidate> candidates, Map<String, Float> scores) {
        float best = Float.MIN_NORMAL;
        for (Candidate candidate : candidates) {
            best = Math.max(best, scores.getOrDefault(candidate.key(), 0f));
        }
        return best;
    }

    private Scored score(Candidate candidate, double sharp, double window) {
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("sharp", weights.sharp() * sharp);
        parts.put("window", weights.window() * window);
        parts.put(
                "length",
                weights.length() * Math.log(1 + SPACE.split(candidate.text().strip()).length) / 4);
        if (candidate.isMemory()) {
            parts.put("memory", weights.memory());
        } else {
            parts.put("speaker", isNamed(candidate.speaker()) ? weights.speaker() : 0);
            parts.put("question", QuestionForm.isQuestion(candidate.text()) ? weights.question() : 0);
        }
        if (candidate.origin() == Origin.ASSISTANT) {
            parts.put("assistant", weights.assistant());
        }
        double score = parts.values().stream().mapToDouble(Double::doubleValue).sum();
        return new Scored(candidate, score, parts);
    }

    private boolean isNamed(String speaker) {
        for (Word name : analysis.words(speaker)) {
            for (Word word : asked) {
                if (name.exact().length() >= SHORTEST_NAME
                        && !name.stop()
                        && (name.exact().equals(word.exact()) || name.stem().equals(word.stem()))) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<Passage> select(List<Scored> ranked, RecallQuery query) {
        Set<String> sources = new HashSet<>();
        Set<String> memories = new HashSet<>();
        for (Scored item : ranked) {
            if (item.candidate().isMemory()) {
                if (item.candidate().source() != null) {
                    sources.add(item.candidate().source());
                }
                memories.add(NormalText.of(item.candidate().text()));
            }
        }
        List<Passage> passages = new ArrayList<>();
        Set<String> texts = new HashSet<>();
        long tokens = 0;
        for (Scored item : ranked) {
            if (passages.size() == query.limit()) {
                break;
            }
            Candidate candidate = item.candidate();
            String text = NormalText.of(candidate.text());
            boolean told = !candidate.isMemory() && (sources.contains(candidate.id()) || memories.contains(text));
            if (told || texts.contains(text)) {
                continue;
            }
            if (!candidate.isMemory() && QuestionForm.isQuestion(candidate.text()) && asksTheSame(candidate)) {
                continue;
            }
            long cost = TokenCount.estimate(candidate.text()).tokens();
            if (!passages.isEmpty() && tokens + cost > query.tokenBudget()) {
                continue;
            }
            tokens += cost;
            texts.add(text);
            item.parts().put("content", (double) content.size());
            item.parts().put("coverage", coverage(candidate));
            passages.add(candidate.passage(item.score(), item.parts()));
        }
        return passages;
    }

    /** A question that holds no word of content which was not asked for now tells nothing. */
    private boolean asksTheSame(Candidate candidate) {
        Set<String> known = asked.stream().map(Word::stem).collect(Collectors.toSet());
        return form.content(analysis.words(candidate.text())).stream().allMatch(word -> known.contains(word.stem()));
    }

    private double coverage(Candidate candidate) {
        if (content.isEmpty()) {
            return 0;
        }
        Set<String> own = analysis.words(candidate.speaker() + " " + candidate.text()).stream()
                .map(Word::stem)
                .collect(Collectors.toSet());
        return content.stream().filter(own::contains).count() / (double) content.size();
    }
}
