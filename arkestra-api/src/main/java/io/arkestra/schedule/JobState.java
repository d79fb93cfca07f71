package io.arkestra.schedule;

/** Where a job is. New states may be added: a {@code switch} over them needs a default branch. */
public enum JobState {
    /** Waiting for its time or for a worker. */
    QUEUED,
    /** A worker has leased it. */
    RUNNING,
    /** It failed and will be tried again. */
    RETRY_SCHEDULED,
    /** Done. */
    SUCCEEDED,
    /** Given up after the last attempt; kept for people to see. */
    DEAD,
    /** Withdrawn before it ran. */
    CANCELLED
}
