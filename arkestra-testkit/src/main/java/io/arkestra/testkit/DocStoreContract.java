package io.arkestra.testkit;

import io.arkestra.store.DocStore;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link DocStore} must do. A provider's test extends this class and says how a store is opened; JUnit then runs the
 * contract's tests. Each test starts with an empty store.
 */
public abstract class DocStoreContract
        implements DocStoreWriteContract,
                DocStoreQueryContract,
                DocStoreFeedContract,
                DocStoreOwnerContract,
                DocStoreLifeContract {
    @TempDir
    @Nullable
    Path directory;

    private final ManualClock clock = ManualClock.at("2026-03-01T09:00:00.123456Z");
    private @Nullable DocStore store;

    /**
     * Opens a store.
     *
     * @param directory where to keep it; the same one again means the same store again. A store in memory ignores it
     * @param clock the store's clock
     */
    protected abstract DocStore open(Path directory, Clock clock);

    /** Whether a store that is closed and opened again has kept its documents. */
    protected abstract boolean persistent();

    @BeforeEach
    void openStore() {
        store = open(directory(), clock);
        store.define(DocStoreFixture.notes());
    }

    @AfterEach
    void closeStore() {
        store().close();
    }

    /** The open store of this test. */
    @Override
    public final DocStore store() {
        if (store == null) {
            throw new IllegalStateException("The store is opened before each test");
        }
        return store;
    }

    /** The clock of the store; it stands still until a test moves it. */
    @Override
    public final ManualClock clock() {
        return clock;
    }

    /** The directory of this test's store. */
    @Override
    public final Path directory() {
        if (directory == null) {
            throw new IllegalStateException("The directory is made before each test");
        }
        return directory;
    }

    @Override
    public final boolean keepsDocuments() {
        return persistent();
    }

    @Override
    public final DocStore reopen() {
        store().close();
        store = open(directory(), clock);
        store.define(DocStoreFixture.notes());
        return store;
    }
}
