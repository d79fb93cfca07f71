package io.arkestra.learning.internal;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;

/** Tallies by subject, situation and arm. Immutable. */
public final class Counts {
    private static final Counts NONE = new Counts(new TreeMap<>());
    private static final int MOST_KEYS = 10_000;
    private static final int MOST_SHARED_KEYS = 1_000;

    private final TreeMap<Key, Tally> tallies;

    /**
     * What is counted.
     *
     * @param subject what is chosen
     * @param situation what it is chosen for
     * @param arm what was chosen
     */
    public record Key(String subject, String situation, String arm) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = subject.compareTo(other.subject);
            order = order != 0 ? order : situation.compareTo(other.situation);
            return order != 0 ? order : arm.compareTo(other.arm);
        }
    }

    private Counts(TreeMap<Key, Tally> tallies) {
        this.tallies = tallies;
    }

    public static Counts none() {
        return NONE;
    }

    /** In the order of subject, situation and arm. */
    public Map<Key, Tally> tallies() {
        return Collections.unmodifiableMap(tallies);
    }

    public Tally tally(Key key) {
        return Objects.requireNonNullElse(tallies.get(key), Tally.NONE);
    }

    /** The sum of what fits. */
    Tally sum(Predicate<Key> fits) {
        Tally sum = Tally.NONE;
        for (Map.Entry<Key, Tally> entry : tallies.entrySet()) {
            if (fits.test(entry.getKey())) {
                sum = sum.plus(entry.getValue());
            }
        }
        return sum;
    }

    /** With a choice more. */
    public Counts chose(Key key) {
        return with(key, tally(key).plus(new Tally(1, 0, 0)));
    }

    /** With a verdict more. */
    public Counts judged(Key key, boolean good) {
        return with(key, tally(key).plus(verdict(good)));
    }

    /** With a verdict less. */
    public Counts unjudged(Key key, boolean good) {
        return with(key, tally(key).minus(verdict(good)));
    }

    private static Tally verdict(boolean good) {
        return good ? new Tally(0, 1, 0) : new Tally(0, 0, 1);
    }

    private Counts with(Key key, Tally tally) {
        TreeMap<Key, Tally> copy = new TreeMap<>(tallies);
        put(copy, key, tally);
        return new Counts(copy);
    }

    /** Where there is no room for more keys, further ones are left out, so that what is written can be read again. */
    private static void put(TreeMap<Key, Tally> tallies, Key key, Tally tally) {
        if (tallies.containsKey(key) || tallies.size() < MOST_KEYS) {
            tallies.put(key, tally);
        }
    }

    /**
     * What one user's counts add to everybody's: the verdicts alone, bounded. It depends on nothing but these counts, so what was added can
     * always be taken out again.
     */
    Counts shared() {
        TreeMap<Key, Tally> copy = new TreeMap<>();
        tallies.forEach((key, tally) -> {
            if (tally.judged() > 0 && copy.size() < MOST_SHARED_KEYS) {
                copy.put(key, tally.shared());
            }
        });
        return new Counts(copy);
    }

    Counts plus(Counts other) {
        return combined(other, Tally::plus);
    }

    Counts minus(Counts other) {
        return combined(other, Tally::minus);
    }

    private Counts combined(Counts other, BinaryOperator<Tally> how) {
        TreeMap<Key, Tally> copy = new TreeMap<>(tallies);
        other.tallies.forEach((key, tally) -> {
            Tally result = how.apply(tally(key), tally);
            if (result.equals(Tally.NONE)) {
                copy.remove(key);
            } else {
                put(copy, key, result);
            }
        });
        return new Counts(copy);
    }

    Json toJson() {
        return Json.array(tallies.entrySet().stream()
                .map(entry -> entry.getValue()
                        .toJson()
                        .with("subject", Json.of(entry.getKey().subject()))
                        .with("situation", Json.of(entry.getKey().situation()))
                        .with("arm", Json.of(entry.getKey().arm())))
                .toList());
    }

    static Counts from(Json body) {
        TreeMap<Key, Tally> tallies = new TreeMap<>();
        for (Json entry : body.list("counts")) {
            tallies.put(new Key(entry.text("subject"), entry.text("situation"), entry.text("arm")), Tally.from(entry));
        }
        if (tallies.size() > MOST_KEYS) {
            throw new InvalidInputException("there are " + tallies.size() + " counts; at most " + MOST_KEYS);
        }
        return new Counts(tallies);
    }

    @Override
    public String toString() {
        return "Counts" + tallies;
    }
}
