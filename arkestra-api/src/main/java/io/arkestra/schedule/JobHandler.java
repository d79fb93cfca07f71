package io.arkestra.schedule;

/** Runs jobs of one type. Thread-safe. A job may be started more than once; see {@link JobContext#complete}. */
@FunctionalInterface
public interface JobHandler {
    /** @throws Exception to have it tried again, until the attempts are used up */
    void run(JobContext context) throws Exception;
}
