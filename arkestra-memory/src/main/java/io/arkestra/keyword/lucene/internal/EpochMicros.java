package io.arkestra.keyword.lucene.internal;

import java.time.Instant;

/** Instants as microseconds since 1970, the ends of the range standing for everything beyond them. */
final class EpochMicros {
    private EpochMicros() {}

    static long of(Instant instant) {
        try {
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000L);
        } catch (ArithmeticException e) {
            return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
