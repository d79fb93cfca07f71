package io.arkestra.provenance.internal;

import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Origin;
import io.arkestra.people.internal.AliasStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The user's own names, and facts that the user told in the user's own words and that nothing untrusted went into. Thread-safe. */
public final class OwnAddressBook implements AddressBook {
    private static final int MOST = 1_000;

    private final AliasStore aliases;
    private final Memory memory;

    public OwnAddressBook(AliasStore aliases, Memory memory) {
        this.aliases = aliases;
        this.memory = memory;
    }

    @Override
    public Collection<String> entries(UserId user) {
        List<String> entries = new ArrayList<>();
        entries.addAll(aliases.vouched(user));
        for (MemoryRecord fact : memory.list(Scope.of(user), MemoryKind.FACT, MOST)) {
            if (fact.origin() == Origin.USER && fact.taint().isEmpty() && fact.isCurrent()) {
                entries.add(fact.text());
            }
        }
        return entries;
    }
}
