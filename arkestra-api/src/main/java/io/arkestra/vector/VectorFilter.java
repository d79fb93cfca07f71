package io.arkestra.vector;

import java.util.Set;
import java.util.function.Predicate;

/** Which entries may be found. New filters may be added: an index refuses one that it does not know. */
public sealed interface VectorFilter {
    /** Every entry. */
    static VectorFilter all() {
        return new All();
    }

    /** Only these; ids that are not there are ignored. */
    static VectorFilter ids(Set<String> ids) {
        return new Ids(Set.copyOf(ids));
    }

    /** Only those whose id passes the test, which must be quick and must not change its mind during a search. */
    static VectorFilter where(Predicate<String> test) {
        return new Where(test);
    }

    /** Every entry. */
    record All() implements VectorFilter {}

    /** Only these. */
    record Ids(Set<String> ids) implements VectorFilter {}

    /** Only those that pass. */
    record Where(Predicate<String> test) implements VectorFilter {}
}
