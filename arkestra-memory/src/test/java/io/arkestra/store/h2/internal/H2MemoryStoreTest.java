package io.arkestra.store.h2.internal;

import io.arkestra.store.DocStore;
import io.arkestra.testkit.DocStoreContract;
import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Path;
import java.time.Clock;

class H2MemoryStoreTest extends DocStoreContract {
    @Override
    protected DocStore open(Path directory, Clock clock) {
        return new H2DocStoreProvider()
                .open(TestProviderContext.builder().clock(clock).build());
    }

    @Override
    protected boolean persistent() {
        return false;
    }
}
