package io.arkestra.store.h2.internal;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Instants as whole microseconds since 1970, rounded towards the past. Covers about 290,000 years either way. */
final class Micros {
    private static final long PER_SECOND = 1_000_000;

    private Micros() {}

    /** @throws ArithmeticException when the instant is out of range */
    static long of(Instant instant) {
        try {
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), PER_SECOND), instant.getNano() / 1_000L);
        } catch (ArithmeticException e) {
            throw new ArithmeticException("the instant " + instant + " is more than 290,000 years away from 1970");
        }
    }

    /** As {@link #of}, with instants out of range moved to its ends: enough for comparisons. */
    static long clamped(Instant instant) {
        try {
            return of(instant);
        } catch (ArithmeticException e) {
            return instant.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * 1_000L);
    }

    static @Nullable Instant instantOrNull(@Nullable Long micros) {
        return micros == null ? null : instant(micros);
    }

    static Instant truncate(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
