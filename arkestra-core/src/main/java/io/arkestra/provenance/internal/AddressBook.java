package io.arkestra.provenance.internal;

import io.arkestra.common.UserId;
import java.util.Collection;
import java.util.List;

/** What the user has put down about people: names and addresses that the user vouches for. Thread-safe. */
@FunctionalInterface
public interface AddressBook {
    /** Everything in it, as the user put it. */
    Collection<String> entries(UserId user);

    /** Nothing is in it. */
    static AddressBook empty() {
        return user -> List.of();
    }
}
