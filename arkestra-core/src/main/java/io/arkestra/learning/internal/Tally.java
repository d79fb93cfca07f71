package io.arkestra.learning.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;

/**
 * How an arm has fared in a situation.
 *
 * @param chosen how often it was chosen
 * @param good how many of these turns were praised
 * @param bad how many were blamed
 */
public record Tally(long chosen, long good, long bad) {
    public static final Tally NONE = new Tally(0, 0, 0);
    private static final long MOST = 1_000_000_000;
    private static final long MOST_SHARED = 1_000;

    public Tally {
        if (chosen < 0 || good < 0 || bad < 0 || chosen > MOST || good > MOST || bad > MOST) {
            throw new InvalidInputException(
                    "a count of " + chosen + ", " + good + " and " + bad + " is not between 0 and " + MOST);
        }
    }

    /** This and another. What is full stays full. */
    Tally plus(Tally other) {
        return new Tally(
                Math.min(MOST, chosen + other.chosen),
                Math.min(MOST, good + other.good),
                Math.min(MOST, bad + other.bad));
    }

    /** What one user's verdicts count for among everybody's: so many that nobody, whatever they import, outweighs all others. */
    Tally shared() {
        return new Tally(0, Math.min(MOST_SHARED, good), Math.min(MOST_SHARED, bad));
    }

    /** This without another. Nothing falls below zero. */
    Tally minus(Tally other) {
        return new Tally(
                Math.max(0, chosen - other.chosen), Math.max(0, good - other.good), Math.max(0, bad - other.bad));
    }

    /** How many turns were judged. */
    public long judged() {
        return good + bad;
    }

    Json toJson() {
        return Json.object()
                .put("chosen", chosen)
                .put("good", good)
                .put("bad", bad)
                .build();
    }

    static Tally from(Json json) {
        return new Tally(count(json, "chosen"), count(json, "good"), count(json, "bad"));
    }

    private static long count(Json json, String key) {
        return json.integer(key).orElseThrow(() -> new InvalidInputException("the count \"" + key + "\" is missing"));
    }
}
