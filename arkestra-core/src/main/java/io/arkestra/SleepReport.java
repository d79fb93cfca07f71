package io.arkestra;

import java.time.Duration;

/**
 * What the nightly work did.
 *
 * @param expired documents whose time had run out
 * @param bytesBefore size of the home directory before, 0 in memory
 * @param bytesAfter size of the home directory after, 0 in memory
 * @param took how long it took
 */
public record SleepReport(long expired, long bytesBefore, long bytesAfter, Duration took) {
    @Override
    public String toString() {
        return "Slept for " + took.toMillis() + " ms: " + expired + " expired, " + bytesBefore / 1024 + " KiB before, "
                + bytesAfter / 1024 + " KiB after";
    }
}
