package io.arkestra.memory.recall.internal;

import io.arkestra.memory.Origin;
import io.arkestra.memory.record.internal.AskedFacts;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up for the best candidates whether newer facts have replaced what they say: the fact that a message told need not be among the
 * candidates itself.
 *
 * @param ranked in their order
 * @param until since when nothing holds any more of what a message told, by key
 */
record Replaced(List<Ranking.Scored> ranked, Map<String, Instant> until) {
    /** So many of the best are looked up: more than are returned. */
    private static final int HEAD = 25;

    static Replaced of(
            DocTransaction transaction,
            Owner owner,
            List<Ranking.Scored> ranked,
            boolean past,
            double stale,
            double former) {
        Map<String, Instant> until = new HashMap<>();
        List<Ranking.Scored> again = new ArrayList<>();
        for (int i = 0; i < ranked.size(); i++) {
            Ranking.Scored item = ranked.get(i);
            Optional<Instant> end = i < HEAD && mayTell(item.candidate())
                    ? AskedFacts.replacedSince(
                            transaction, owner, item.candidate().id())
                    : Optional.empty();
            end.ifPresent(at -> until.put(item.candidate().key(), at));
            again.add(
                    end.isPresent()
                            ? marked(item, past ? Feature.FORMER : Feature.STALE, past ? former : stale)
                            : item);
        }
        again.sort(Ranking.BEST_FIRST);
        return new Replaced(again, until);
    }

    private static boolean mayTell(Candidate candidate) {
        return !candidate.isMemory() && candidate.origin() == Origin.USER;
    }

    private static Ranking.Scored marked(Ranking.Scored item, Feature feature, double weight) {
        return item.parts().getOrDefault(feature.label(), 0.0) != 0
                ? item
                : item.rescored(feature.label(), item.score() + weight);
    }
}
