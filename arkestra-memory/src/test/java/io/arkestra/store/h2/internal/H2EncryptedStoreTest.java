package io.arkestra.store.h2.internal;

import io.arkestra.store.DocStore;
import io.arkestra.store.KeyRing;
import io.arkestra.testkit.DocStoreContract;
import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Path;
import java.time.Clock;

/** A store that encrypts does everything that another one does. */
class H2EncryptedStoreTest extends DocStoreContract {
    @Override
    protected DocStore open(Path directory, Clock clock) {
        return new H2DocStoreProvider()
                .open(TestProviderContext.builder()
                        .dataDirectory(directory)
                        .clock(clock)
                        .service(KeyRing.class, EncryptionTest.ring("k1", 1))
                        .build());
    }

    @Override
    protected boolean persistent() {
        return true;
    }
}
