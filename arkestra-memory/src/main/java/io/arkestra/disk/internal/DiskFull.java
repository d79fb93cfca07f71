package io.arkestra.disk.internal;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells a disk without space from other failures: nothing is damaged by it, and space mends it. */
public final class DiskFull {
    /** Chains of causes may be circles. */
    private static final int MOST_CAUSES = 20;

    private DiskFull() {}

    /** Whether the failure, or what caused it, says that there is no space left. */
    public static boolean caused(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            if (cause instanceof IOException && says(cause.getMessage())) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean says(@Nullable String message) {
        String text = message == null ? "" : message.toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("not enough space") || text.contains("quota");
    }
}
