package io.arkestra.neuro.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.NeuroUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What is kept about the present mood towards a user.
 *
 * @param levels as they were last moved
 * @param moves what moved them within the last hour
 * @param turn the last turn that did; may be empty
 * @param rested whether nothing moved them since the nightly work
 */
record NeuroState(NeuroLevels levels, List<Move> moves, String turn, boolean rested) {
    private static final Duration WINDOW = Duration.ofHours(1);
    /** More than these within an hour count as later than they were, which only delays what comes next. */
    private static final int MOST_MOVES = 240;

    /** Levels moved at a moment. */
    record Move(Instant at, NeuroUpdate by) {}

    NeuroState {
        moves = List.copyOf(moves);
    }

    /** By how much each level was moved within the hour before now, up and down added. */
    Map<Mediator, Double> moved(Instant now) {
        EnumMap<Mediator, Double> sums = new EnumMap<>(Mediator.class);
        moves.stream()
                .filter(move -> counts(move, now))
                .forEach(move ->
                        move.by().changes().forEach((mediator, by) -> sums.merge(mediator, Math.abs(by), Double::sum)));
        return sums;
    }

    /** With one move more; what no longer counts is dropped. */
    List<Move> movesAnd(NeuroUpdate by, Instant now) {
        List<Move> all =
                new ArrayList<>(moves.stream().filter(move -> counts(move, now)).toList());
        while (all.size() >= MOST_MOVES) {
            Move oldest = all.remove(0);
            Move next = all.remove(0);
            all.add(0, new Move(next.at(), sum(oldest.by(), next.by())));
        }
        all.add(new Move(now, by));
        return all;
    }

    private static boolean counts(Move move, Instant now) {
        return move.at().isAfter(now.minus(WINDOW));
    }

    private static NeuroUpdate sum(NeuroUpdate a, NeuroUpdate b) {
        EnumMap<Mediator, Double> sums = new EnumMap<>(Mediator.class);
        for (Mediator mediator : Mediator.values()) {
            sums.put(mediator, Math.abs(a.change(mediator)) + Math.abs(b.change(mediator)));
        }
        return NeuroUpdate.of(sums);
    }

    Json toJson() {
        return Json.object()
                .put("at", levels.at())
                .put("levels", levels.toJson())
                .put(
                        "moves",
                        Json.array(moves.stream()
                                .map(move -> Json.object()
                                        .put("at", move.at())
                                        .put("by", move.by().toJson())
                                        .build())
                                .toList()))
                .put("lastTurn", turn)
                .put("rested", rested)
                .build();
    }

    static NeuroState from(Json json) {
        return new NeuroState(
                NeuroLevels.from(member(json, "levels"), instant(json)),
                json.list("moves").stream()
                        .map(move -> new Move(instant(move), NeuroUpdate.from(member(move, "by"))))
                        .toList(),
                json.string("lastTurn").orElse(""),
                json.bool("rested").orElse(false));
    }

    static Json member(Json json, String key) {
        return json.get(key)
                .filter(Json::isObject)
                .orElseThrow(() -> new InvalidInputException("the member \"" + key + "\" is not an object"));
    }

    static Instant instant(Json json) {
        return json.instant("at").orElseThrow(() -> new InvalidInputException("the member \"at\" is missing"));
    }
}
