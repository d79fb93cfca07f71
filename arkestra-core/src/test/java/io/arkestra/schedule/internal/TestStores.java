package io.arkestra.schedule.internal;

import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.testkit.TestProviderContext;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ServiceLoader;

/** Opens real document stores, as found on the class path. */
public final class TestStores {
    private TestStores() {}

    public static DocStore inMemory(Clock clock) {
        return open(TestProviderContext.builder().clock(clock));
    }

    public static DocStore inDirectory(Path directory, Clock clock) {
        return open(TestProviderContext.builder().clock(clock).dataDirectory(directory));
    }

    private static DocStore open(TestProviderContext.Builder context) {
        return ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(context.build());
    }
}
