package io.arkestra.event;

import io.arkestra.common.TurnId;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened. Open: hosts and extensions may publish their own. Implementations are immutable; ours are the records
 * nested in {@link Events}, and a listener picks those it cares about with {@code instanceof}.
 */
public interface ArkestraEvent {
    Topic topic();

    /** When and in which order. */
    EventHeader header();

    /** The turn it belongs to. */
    default Optional<TurnId> turn() {
        return header().turn();
    }

    /** Rises by one with each event of an engine. */
    default long sequence() {
        return header().sequence();
    }

    default Instant at() {
        return header().at();
    }
}
