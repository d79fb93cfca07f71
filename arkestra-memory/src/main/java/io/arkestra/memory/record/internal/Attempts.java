package io.arkestra.memory.record.internal;

import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.UniqueKeyException;
import io.arkestra.store.VersionConflictException;
import java.util.function.Function;

/** Transactions that decide anew when somebody else was quicker. */
public final class Attempts {
    private static final int MOST = 20;

    private Attempts() {}

    public static <R> R inTransaction(DocStore store, Function<DocTransaction, R> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return store.inTransaction(work);
            } catch (UniqueKeyException | VersionConflictException e) {
                if (attempt == MOST) {
                    throw e;
                }
            }
        }
    }
}
