package io.arkestra.concurrent.internal;

import io.arkestra.store.DocStore;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.StoreException;
import java.util.function.Function;

/** Transactions that others may get in the way of. */
public final class Transactions {
    private static final int ATTEMPTS = 10;

    private Transactions() {}

    /**
     * Does work that reads and then writes with the version that it read: again when somebody else wrote meanwhile.
     *
     * @throws StoreException when it does not succeed after several attempts, or for any other reason
     */
    public static <R> R again(DocStore store, Function<DocTransaction, R> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return store.inTransaction(work);
            } catch (StoreException e) {
                if (!e.retryable() || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
