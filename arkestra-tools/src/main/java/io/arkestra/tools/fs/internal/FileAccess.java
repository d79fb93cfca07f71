package io.arkestra.tools.fs.internal;

import io.arkestra.common.ConfigException;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.UnaryOperator;

/**
 * What the tools share. Thread-safe.
 *
 * @param roots where they may go
 * @param limits how far
 * @param quota how much may be written
 * @param journal what was there before
 * @param pending temporary files
 * @param writer writes files whole
 */
record FileAccess(Roots roots, Limits limits, WriteQuota quota, Journal journal, Pending pending, AtomicWrite writer) {
    /**
     * How much is read, shown and taken at once.
     *
     * @param readBytes of one file
     * @param shownChars of one file in a result
     * @param results files or lines in a result
     * @param treeFiles files and directories that are moved or deleted at once
     * @param treeBytes of those
     */
    record Limits(int readBytes, int shownChars, int results, int treeFiles, long treeBytes) {}

    /** @param data the provider's own directory */
    static FileAccess open(
            FilesSettings settings, Path data, Clock clock, boolean held, UnaryOperator<WritableByteChannel> disk) {
        try {
            Pending pending = new Pending(data.resolve("pending"));
            Journal journal = new Journal(data, clock, settings.undoFor(), settings.undoBytes());
            FileAccess access = new FileAccess(
                    new Roots(settings.roots(), settings.deny(), held),
                    settings.limits(),
                    new WriteQuota(settings.fileBytes(), settings.dayBytes(), clock),
                    journal,
                    pending,
                    new AtomicWrite(pending, disk));
            pending.sweep(access.roots());
            journal.expire();
            return access;
        } catch (IOException e) {
            throw new ConfigException(
                    "The directory " + data + " of the file tools cannot be used: " + e.getMessage(), e);
        }
    }
}
