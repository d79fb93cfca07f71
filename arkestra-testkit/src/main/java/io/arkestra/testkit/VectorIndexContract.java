package io.arkestra.testkit;

import io.arkestra.vector.VectorIndexProvider;
import io.arkestra.vector.VectorIndexes;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link VectorIndexProvider} must do. A provider's test extends this class and says how indexes are opened; JUnit then runs
 * the contract's tests. Each test starts with no partition.
 */
public abstract class VectorIndexContract
        implements VectorIndexSearchContract, VectorIndexWriteContract, VectorIndexLifeContract {
    @TempDir
    @Nullable
    Path directory;

    private @Nullable VectorIndexes indexes;

    /** Opens indexes in a directory; the same one again means the same indexes again. Indexes in memory ignore it. */
    protected abstract VectorIndexes open(Path directory);

    /** Whether indexes that are closed and opened again have kept what was checkpointed. */
    protected abstract boolean persistent();

    @Override
    public final boolean keeps() {
        return persistent();
    }

    @BeforeEach
    void openIndexes() {
        indexes = open(directory());
    }

    @AfterEach
    void closeIndexes() {
        indexes().close();
    }

    /** The open indexes of this test. */
    @Override
    public final VectorIndexes indexes() {
        if (indexes == null) {
            throw new IllegalStateException("The indexes are opened before each test");
        }
        return indexes;
    }

    /** The directory of this test's indexes. */
    @Override
    public final Path directory() {
        if (directory == null) {
            throw new IllegalStateException("The directory is made before each test");
        }
        return directory;
    }

    /** Closes the indexes and opens them again in the same place. */
    @Override
    public final VectorIndexes reopen() {
        indexes().close();
        indexes = open(directory());
        return indexes;
    }
}
