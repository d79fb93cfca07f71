package io.arkestra.memory.graph.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/**
 * Strength that grows with each mention and halves in a fixed time. Sums of fading amounts fade alike, so a sum at one moment tells
 * the sum at every later one.
 */
final class Fading {
    private static final Duration HALF_LIFE = Duration.ofDays(60);
    /** This many mentions of today are half of what can be reached. */
    private static final double HALF_FULL = 3;

    private Fading() {}

    /** The amounts of single mentions, summed up as of a moment. */
    static double sum(Collection<Instant> mentions, Instant asOf) {
        return mentions.stream().mapToDouble(at -> left(at, asOf)).sum();
    }

    /** What is left of an amount of 1. */
    static double left(Instant from, Instant to) {
        double days = Math.max(0, Duration.between(from, to).toSeconds() / 86_400.0);
        return Math.pow(0.5, days / HALF_LIFE.toDays());
    }

    /** A sum as a weight from 0 to 1. */
    static double weight(double sum) {
        return sum / (sum + HALF_FULL);
    }
}
