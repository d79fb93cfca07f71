package io.arkestra.tool;

/** What a call costs, roughly, so that of two tools that will do the cheaper one is taken. */
public enum CostClass {
    /** Nothing worth counting. */
    FREE,
    /** A moment of this machine. */
    LOW,
    /** Seconds of this machine, or a request to a service. */
    MEDIUM,
    /** Minutes, or money. */
    HIGH
}
