package io.arkestra.store.h2.internal;

import io.arkestra.disk.internal.DiskFull;
import io.arkestra.store.StoreException;
import io.arkestra.store.UniqueKeyException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.h2.api.ErrorCode;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/** Says what a failure of the database means for the caller. */
final class SqlErrors {
    private static final Set<Integer> BROKEN = Set.of(
            ErrorCode.DATABASE_IS_CLOSED,
            ErrorCode.OBJECT_CLOSED,
            ErrorCode.CONNECTION_BROKEN_1,
            ErrorCode.DATABASE_CALLED_AT_SHUTDOWN,
            ErrorCode.IO_EXCEPTION_1,
            ErrorCode.IO_EXCEPTION_2,
            ErrorCode.FILE_CORRUPTED_1,
            ErrorCode.OUT_OF_MEMORY,
            ErrorCode.GENERAL_ERROR_1);

    private SqlErrors() {}

    /** The database's error code, or 0. */
    static int code(@Nullable Throwable failure) {
        for (Throwable cause : causes(failure)) {
            if (cause instanceof SQLException sql) {
                return sql.getErrorCode();
            }
        }
        return 0;
    }

    /** Whether the connection, or the whole database, is of no further use. */
    static boolean breaksDatabase(@Nullable Throwable failure) {
        return BROKEN.contains(code(failure))
                || causes(failure).stream().anyMatch(cause -> cause instanceof MVStoreException);
    }

    static boolean isDiskFull(@Nullable Throwable failure) {
        return DiskFull.caused(failure);
    }

    /** The failure and what caused it; H2's chains of causes may be circles. */
    private static List<Throwable> causes(@Nullable Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && causes.size() < 20; cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }

    /** The exception for callers. */
    static StoreException translate(String doing, String where, Throwable failure) {
        if (failure instanceof StoreException known) {
            return known;
        }
        if (isDiskFull(failure)) {
            return new StoreException(
                    "disk-full",
                    doing + " failed because the disk of " + where
                            + " is full; nothing was changed. Free some space and try again",
                    false,
                    failure);
        }
        int code = code(failure);
        if (code == ErrorCode.DUPLICATE_KEY_1) {
            return new UniqueKeyException(doing + " failed: another document has the same unique key");
        }
        if (code == ErrorCode.LOCK_TIMEOUT_1 || code == ErrorCode.DEADLOCK_1 || code == ErrorCode.CONCURRENT_UPDATE_1) {
            return new StoreException(
                    "busy",
                    doing + " in " + where + " waited too long for another transaction; try again",
                    true,
                    failure);
        }
        if (code == ErrorCode.FILE_CORRUPTED_1) {
            return new StoreException(
                    "damaged",
                    doing + " found the database in " + where + " damaged (" + rootMessage(failure)
                            + "); restore a backup",
                    false,
                    failure);
        }
        if (breaksDatabase(failure)) {
            return new StoreException(
                    "write-failed", doing + " failed in " + where + ": " + rootMessage(failure), false, failure);
        }
        return new StoreException(
                "failed", doing + " failed in " + where + ": " + rootMessage(failure), false, failure);
    }

    static String rootMessage(Throwable failure) {
        List<Throwable> causes = causes(failure);
        Throwable root = causes.get(causes.size() - 1);
        String message = root.getMessage();
        return root.getClass().getSimpleName()
                + (message == null ? "" : " " + message.lines().findFirst().orElse(""));
    }
}
