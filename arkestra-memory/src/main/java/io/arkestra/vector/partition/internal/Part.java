package io.arkestra.vector.partition.internal;

import io.arkestra.vector.search.internal.FrozenGraph;
import io.arkestra.vector.search.internal.Int8Codes;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.RowBits;
import io.arkestra.vector.search.internal.RowSource;
import java.util.Optional;

/** A part of a partition at one moment: the delta or a segment. Immutable in effect. */
interface Part {
    /** Rows, dead ones included. */
    int count();

    int liveCount();

    /** Which rows may be found. */
    RowBits live();

    RowSource rows();

    OneBitCodes codes();

    /** Whether the codes are good enough to choose by. */
    boolean coded();

    String id(int ordinal);

    byte[] idBytes(int ordinal);

    /** The ordinal of the id's living row, or -1. */
    int find(String id);

    /** The ordinals of the living rows in the order of their ids' bytes. */
    int[] sorted();

    default Optional<FrozenGraph> graph() {
        return Optional.empty();
    }

    default Optional<Int8Codes> bytes8() {
        return Optional.empty();
    }
}
