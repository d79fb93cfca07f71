package io.arkestra.event;

import io.arkestra.common.ConfigException;

/**
 * How a listener is called. Immutable.
 *
 * @param queued false: on the publisher's thread, in order; true: on a thread of the listener's own
 * @param capacity events that may wait, when queued
 * @param overflow what happens when that many wait
 */
public record Delivery(boolean queued, int capacity, Overflow overflow) {
    /** What happens to events that do not fit into the queue. */
    public enum Overflow {
        /** The oldest waiting event is lost, and counted. */
        DROP_OLDEST,
        /** The new event is lost, and counted. */
        DROP_LATEST,
        /** The publisher waits. */
        BLOCK
    }

    public Delivery {
        if (queued && capacity < 1) {
            throw new ConfigException(
                    "An event queue of capacity " + capacity + " cannot hold anything; expected 1 or more");
        }
    }

    /** On the publisher's thread: the listener must be quick. */
    public static Delivery sync() {
        return new Delivery(false, 0, Overflow.BLOCK);
    }

    /** On a thread of its own, with a queue of this capacity. */
    public static Delivery queued(int capacity, Overflow overflow) {
        return new Delivery(true, capacity, overflow);
    }
}
