package io.arkestra.store.h2.internal;

import io.arkestra.store.StoreException;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Which store a database is and how far it has come.
 *
 * @param store never changes, also not by a restore
 * @param sequence highest committed sequence
 */
record Identity(UUID store, long sequence) {
    static Identity stored(Handle handle) {
        Identity identity = Sql.first(
                handle,
                "SELECT \"uuid\",\"sequence\" FROM \"arkestra_store\"",
                (row, context) -> new Identity(UUID.fromString(row.getString(1)), row.getLong(2)));
        if (identity == null) {
            throw new StoreException("foreign", "The database has no identity, so it was not made by this program");
        }
        return identity;
    }
}
