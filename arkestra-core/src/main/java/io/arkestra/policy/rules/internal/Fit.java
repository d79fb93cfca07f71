package io.arkestra.policy.rules.internal;

/** Whether something fits a condition, as far as that can be known. */
public enum Fit {
    NO,
    /** Some value is not known yet. */
    MAYBE,
    YES;

    static Fit of(boolean fits) {
        return fits ? YES : NO;
    }

    /** Of two that must both hold. */
    Fit and(Fit other) {
        return compareTo(other) < 0 ? this : other;
    }

    /** Of two of which one must hold. */
    Fit or(Fit other) {
        return compareTo(other) > 0 ? this : other;
    }
}
