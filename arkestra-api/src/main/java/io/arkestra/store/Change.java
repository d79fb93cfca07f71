package io.arkestra.store;

import java.time.Instant;

/**
 * One entry of the feed: the latest thing that happened to a document. Earlier writes of the same document are not repeated.
 * Use the factory: components that later releases add get their default there.
 *
 * @param sequence place in the collection's feed; later commits have higher numbers
 * @param kind what happened
 * @param owner whose document
 * @param id which document
 * @param at when, by the store's clock
 */
public record Change(long sequence, Kind kind, Owner owner, String id, Instant at) {
    public static Change of(long sequence, Kind kind, Owner owner, String id, Instant at) {
        return new Change(sequence, kind, owner, id, at);
    }

    /** What happened. */
    public enum Kind {
        PUT,
        DELETED,
        /** Its time ran out. */
        EXPIRED
    }
}
