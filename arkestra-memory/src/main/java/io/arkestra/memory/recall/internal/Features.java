package io.arkestra.memory.recall.internal;

import io.arkestra.keyword.lucene.internal.Word;
import io.arkestra.keyword.lucene.internal.WordAnalysis;
import io.arkestra.memory.Origin;
import io.arkestra.memory.semantic.internal.DenseSearch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Computes what is known about each candidate of one question. */
final class Features {
    private static final int SHORTEST_NAME = 2;
    private static final int SPREAD = 5;
    /**
     * From this cosine on, and so far above the mean of the user's texts, a passage may answer. Measured with e5-small-v2 on questions with
     * and without an answer, in a memory of 6 facts and in that of the fixture: without one, of 50 the best reached it 3 times, each time
     * with something related. Models whose cosines are lower find less by meaning alone.
     */
    private static final double NEAR = 0.84;

    private static final double NEAR_DEVIATIONS = 1;

    private final WordAnalysis analysis;
    private final Question question;
    private final Found found;
    private final Map<String, TurnCache.Turn> turns;
    private final Map<String, Double> cosines;
    private final Map<String, Boolean> named = new HashMap<>();
    private final Map<String, Double> sessions = new HashMap<>();
    private final Circumstances circumstances;
    private final double bestSharp;
    private final double bestWindow;

    /**
     * What the searches brought.
     *
     * @param sharp BM25 scores by key
     * @param window BM25 scores by key
     * @param dense the search by meaning
     * @param letters whether that search is by letters
     * @param asked keys of the facts about just what is asked for
     */
    record Found(
            Map<String, Float> sharp,
            Map<String, Float> window,
            Optional<DenseSearch> dense,
            boolean letters,
            Set<String> asked) {
        /** Whether any search brought it; a score may have been taken off since. */
        boolean has(String key) {
            return asked.contains(key)
                    || sharp.containsKey(key)
                    || window.containsKey(key)
                    || !letters && dense.isPresent() && dense.get().scores().containsKey(key);
        }
    }

    Features(
            WordAnalysis analysis,
            Question question,
            Found found,
            Collection<Candidate> candidates,
            Map<String, TurnCache.Turn> turns,
            Circumstances circumstances) {
        this.circumstances = circumstances;
        this.analysis = analysis;
        this.question = question;
        this.found = found;
        this.turns = turns;
        Set<String> keys = new HashSet<>(turns.keySet());
        candidates.forEach(candidate -> keys.add(candidate.key()));
        for (TurnCache.Turn turn : turns.values()) {
            if (turn.previous() != null) {
                keys.add(turn.previous());
            }
            if (turn.next() != null) {
                keys.add(turn.next());
            }
        }
        this.cosines = found.dense().map(dense -> dense.scores(keys)).orElse(Map.of());
        this.bestSharp = best(candidates, found.sharp());
        this.bestWindow = best(candidates, found.window());
        countSessions(candidates);
    }

    private static double best(Collection<Candidate> candidates, Map<String, Float> scores) {
        float best = Float.MIN_NORMAL;
        for (Candidate candidate : candidates) {
            best = Math.max(best, scores.getOrDefault(candidate.key(), 0f));
        }
        return best;
    }

    private void countSessions(Collection<Candidate> candidates) {
        Map<String, List<Double>> scores = new HashMap<>();
        for (Candidate candidate : candidates) {
            if (!candidate.isMemory()) {
                scores.computeIfAbsent(candidate.session(), session -> new ArrayList<>())
                        .add(found.window().getOrDefault(candidate.key(), 0f) / bestWindow);
            }
        }
        scores.forEach((session, values) -> sessions.put(
                session,
                values.stream()
                                .sorted(Comparator.reverseOrder())
                                .limit(3)
                                .mapToDouble(v -> v)
                                .sum()
                        / 3));
    }

    /** Of the candidate, every feature. */
    Map<Feature, Double> of(Candidate candidate) {
        Map<Feature, Double> values = new EnumMap<>(Feature.class);
        TurnCache.Turn turn = turns.get(candidate.key());
        Traits traits = turn == null ? Traits.of(candidate.text()) : turn.traits();
        values.put(Feature.SHARP, found.sharp().getOrDefault(candidate.key(), 0f) / bestSharp);
        values.put(Feature.WINDOW, found.window().getOrDefault(candidate.key(), 0f) / bestWindow);
        values.put(Feature.LENGTH, Math.log(1 + traits.words()) / 4);
        values.put(Feature.TIME, question.asksTime() && traits.time() ? 1.0 : 0);
        values.put(Feature.NUMBER, question.asksNumber() && traits.number() ? 1.0 : 0);
        if (found.dense().isPresent()) {
            if (found.letters()) {
                values.put(Feature.LETTERS, z(candidate.key()));
            } else {
                values.put(Feature.DENSE, z(candidate.key()));
                values.put(Feature.DENSE_NEXT, turn == null ? 0 : z(turn.next()));
                values.put(Feature.DENSE_PREVIOUS, turn == null ? 0 : z(turn.previous()));
            }
        }
        values.put(Feature.ASKED, found.asked().contains(candidate.key()) ? 1.0 : 0);
        values.put(Feature.RECENCY, question.now() ? circumstances.recency(candidate) : 0);
        values.put(Feature.IN_RANGE, circumstances.isInRange(candidate) ? 1.0 : 0);
        values.put(Feature.GRAPH, circumstances.isClose(candidate) ? 1.0 : 0);
        boolean replaced = circumstances.isReplaced(candidate);
        values.put(Feature.STALE, replaced && !question.past() ? 1.0 : 0);
        values.put(Feature.FORMER, replaced && question.past() ? 1.0 : 0);
        if (candidate.memory() != null) {
            values.put(Feature.MEMORY, 1.0);
            values.put(
                    Feature.QUALITY,
                    candidate.memory().importance() - 0.5 + (candidate.memory().pinned() ? 0.5 : 0));
        } else if (turn != null) {
            values.put(Feature.SPEAKER, isNamed(candidate.speaker()) ? 1.0 : 0);
            values.put(Feature.QUESTION, traits.question() ? 1.0 : 0);
            values.put(Feature.SESSION, sessions.getOrDefault(candidate.session(), 0.0));
        }
        if (candidate.origin() == Origin.ASSISTANT) {
            values.put(Feature.ASSISTANT, 1.0);
        }
        return values;
    }

    private double z(@Nullable String key) {
        Double cosine = key == null ? null : cosines.get(key);
        if (cosine == null) {
            return 0;
        }
        DenseSearch dense = found.dense().orElseThrow();
        return dense.deviation() <= 0 ? 0 : (cosine - dense.mean()) / dense.deviation() / SPREAD;
    }

    /** Whether it may answer by its meaning alone. */
    boolean isNear(Candidate candidate) {
        Double cosine = cosines.get(candidate.key());
        return !found.letters() && cosine != null && cosine >= NEAR && SPREAD * z(candidate.key()) >= NEAR_DEVIATIONS;
    }

    private boolean isNamed(String speaker) {
        return named.computeIfAbsent(speaker, name -> {
            for (Word part : analysis.words(name)) {
                for (Word word : question.words()) {
                    if (part.exact().length() >= SHORTEST_NAME
                            && !part.stop()
                            && (part.exact().equals(word.exact()) || part.stem().equals(word.stem()))) {
                        return true;
                    }
                }
            }
            return false;
        });
    }

    boolean isAsked(Candidate candidate) {
        return found.asked().contains(candidate.key());
    }

    boolean isCurrent(Candidate candidate) {
        return !circumstances.isReplaced(candidate);
    }

    Set<String> stems(Candidate candidate) {
        TurnCache.Turn turn = turns.get(candidate.key());
        if (turn != null) {
            return turn.stems();
        }
        Set<String> stems = new HashSet<>();
        analysis.words(candidate.text()).forEach(word -> stems.add(word.stem()));
        return stems;
    }

    /** The share of the question's content words that a passage holds, each counted the same. */
    double plainCoverage(Candidate candidate) {
        if (question.content().isEmpty()) {
            return 0;
        }
        Set<String> own = stems(candidate);
        return question.content().stream().filter(own::contains).count()
                / (double) question.content().size();
    }
}
