package io.arkestra.audit.internal;

import io.arkestra.store.CollectionSpec;
import io.arkestra.store.Doc;
import io.arkestra.store.Owner;
import java.util.Optional;

/** The documents of a home that no engine needs to have open: they know how long its audit was. */
public interface AuditDocuments {
    /**
     * A document as it is.
     *
     * @throws io.arkestra.store.StoreException when that cannot be told
     */
    Optional<Doc> read(CollectionSpec collection, Owner owner, String id);
}
