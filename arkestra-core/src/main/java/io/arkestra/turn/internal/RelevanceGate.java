package io.arkestra.turn.internal;

import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps out of prompts what a reranker judged to be far from the question: a model reads what it is sent, and everything that does not
 * help costs time and leads astray. The best few always go, and so does what no reranker has judged and what is kept about just what
 * the question asks for.
 *
 * @param below the relevance, 0 to 1, under which a passage does not go; 0 for all go
 */
public record RelevanceGate(double below) {
    /** What holds unless the host says otherwise. */
    public static final double DEFAULT_BELOW = 0.25;

    private static final String RELEVANCE = "relevance";
    private static final int ALWAYS = 3;

    /**
     * What became of a recall.
     *
     * @param recall what goes
     * @param leftOut what does not
     */
    record Passed(Recall recall, List<Passage> leftOut) {
        /** For the trace: why so many do not go. */
        String reason(double below) {
            return leftOut.isEmpty()
                    ? ""
                    : "; " + leftOut.size() + " more were left out, because the reranker judged them below " + below
                            + " of the way from the worst to the best";
        }
    }

    Passed pass(Recall recall) {
        List<Passage> passages = recall.passages();
        Set<String> best = passages.stream()
                .sorted(Comparator.comparingDouble(RelevanceGate::judged).reversed())
                .limit(ALWAYS)
                .map(Passage::id)
                .collect(Collectors.toSet());
        Map<Boolean, List<Passage>> goes = passages.stream()
                .collect(Collectors.partitioningBy(
                        passage -> relevance(passage) >= below || isAskedFor(passage) || best.contains(passage.id())));
        List<Passage> leftOut = goes.getOrDefault(false, List.of());
        return leftOut.isEmpty()
                ? new Passed(recall, leftOut)
                : new Passed(Recall.of(goes.getOrDefault(true, List.of()), recall.notes(), recall.sections()), leftOut);
    }

    private static double relevance(Passage passage) {
        return passage.scoreParts().getOrDefault(RELEVANCE, 1.0);
    }

    /** What was not judged comes last: it goes anyway and must not take a place of the best. */
    private static double judged(Passage passage) {
        return passage.scoreParts().getOrDefault(RELEVANCE, -1.0);
    }

    private static boolean isAskedFor(Passage passage) {
        return passage.scoreParts().getOrDefault("asked", 0.0) > 0;
    }
}
