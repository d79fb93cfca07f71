package io.arkestra.langchain4j;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.scoring.ScoringModel;
import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * A reranker that asks a LangChain4j {@link ScoringModel}. Candidates go in groups, the best of the first stage first; the deadline is looked
 * at between two groups. Such models cut long texts silently, so a text beyond the given length is judged part by part, by its best one.
 * As thread-safe as the model.
 */
public final class ScoringModelReranker implements Reranker {
    private final String id;
    private final ScoringModel model;
    private final int groupSize;
    private final int longestText;
    private final Clock clock;

    private ScoringModelReranker(String id, ScoringModel model, int groupSize, int longestText, Clock clock) {
        this.id = Objects.requireNonNull(id, "id");
        this.model = Objects.requireNonNull(model, "model");
        this.groupSize = positive("groupSize", groupSize);
        this.longestText = positive("longestText", longestText);
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** Groups of 8, texts of at most 1000 characters, which models of 512 tokens take whole in most languages. */
    public static ScoringModelReranker of(String id, ScoringModel model, Clock clock) {
        return new ScoringModelReranker(id, model, 8, 1_000, clock);
    }

    /**
     * @param id name of the model and what distinguishes its settings
     * @param groupSize how many texts are judged by one call
     * @param longestText in UTF-16 code units; a longer one is judged in parts
     * @param clock that the deadline is measured by
     */
    public static ScoringModelReranker of(String id, ScoringModel model, int groupSize, int longestText, Clock clock) {
        return new ScoringModelReranker(id, model, groupSize, longestText, clock);
    }

    private static int positive(String name, int value) {
        if (value < 1) {
            throw new InvalidInputException(name + " is " + value + "; expected at least 1");
        }
        return value;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public List<RerankScore> rerank(
            String query, List<RerankCandidate> candidates, Duration deadline, Cancellation cancel) {
        Instant end = clock.instant().plus(deadline);
        List<RerankCandidate> order = new ArrayList<>(candidates);
        order.sort(Comparator.comparingDouble(RerankCandidate::score).reversed());
        List<RerankScore> scores = new ArrayList<>();
        for (int from = 0; from < order.size(); from += groupSize) {
            cancel.throwIfCancelled();
            if (from > 0 && !clock.instant().isBefore(end)) {
                break;
            }
            scores.addAll(judge(query, order.subList(from, Math.min(order.size(), from + groupSize))));
        }
        scores.sort(Comparator.comparingDouble(RerankScore::score).reversed());
        return List.copyOf(scores);
    }

    private List<RerankScore> judge(String query, List<RerankCandidate> group) {
        List<TextSegment> parts = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        double[] best = new double[group.size()];
        java.util.Arrays.fill(best, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < group.size(); i++) {
            for (String part : parts(group.get(i).text())) {
                parts.add(TextSegment.from(part));
                owners.add(i);
            }
        }
        List<Double> judged;
        try {
            judged = parts.isEmpty() ? List.of() : model.scoreAll(parts, query).content();
        } catch (RuntimeException e) {
            throw new EmbeddingException("failed", "The scoring model " + id + " failed: " + e.getMessage(), e);
        }
        if (judged.size() != parts.size()) {
            throw new EmbeddingException(
                    "failed",
                    "The scoring model " + id + " gave " + judged.size() + " scores for " + parts.size() + " texts",
                    null);
        }
        for (int i = 0; i < judged.size(); i++) {
            int owner = owners.get(i);
            best[owner] = Math.max(best[owner], judged.get(i));
        }
        List<RerankScore> scores = new ArrayList<>();
        for (int i = 0; i < best.length; i++) {
            // A blank text answers nothing; it was not judged and keeps its place.
            if (best[i] > Double.NEGATIVE_INFINITY) {
                scores.add(RerankScore.of(group.get(i).id(), best[i]));
            }
        }
        return scores;
    }

    private List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + longestText);
            if (to < text.length()) {
                int blank = to;
                while (blank > from + longestText / 2 && !Character.isWhitespace(text.charAt(blank))) {
                    blank--;
                }
                to = Character.isWhitespace(text.charAt(blank)) ? blank : to;
                if (Character.isLowSurrogate(text.charAt(to)) && Character.isHighSurrogate(text.charAt(to - 1))) {
                    to += to - 1 > from ? -1 : 1;
                }
            }
            String part = text.substring(from, to);
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
            from = to;
        }
        return parts;
    }

    /** Always: what such a model understands cannot be told from its interface. The host chose it. */
    @Override
    public boolean understands(String text) {
        return true;
    }

    /** Nothing to release: the model belongs to who made it. */
    @Override
    public void close() {
        // see above
    }
}
