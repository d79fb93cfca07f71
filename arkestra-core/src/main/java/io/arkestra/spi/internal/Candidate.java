package io.arkestra.spi.internal;

import io.arkestra.spi.Provider;

/**
 * A provider that was found and could be loaded.
 *
 * @param provider itself
 * @param id its id
 * @param priority its priority
 * @param jar where it comes from
 * @param note what it says about its availability
 * @param obstacle why it cannot be used; empty when it can
 */
public record Candidate<P extends Provider>(
        P provider, String id, int priority, String jar, String note, String obstacle) {
    /** Whether nothing stands in the way of using it. */
    public boolean usable() {
        return obstacle.isEmpty();
    }

    /** Name of its class. */
    public String className() {
        return provider.getClass().getName();
    }

    /** Id, class, jar and priority, for messages. */
    @Override
    public String toString() {
        return "'" + id + "' (" + className() + " from " + jar + ", priority " + priority + ")";
    }
}
