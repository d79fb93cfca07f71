package io.arkestra.audit;

/**
 * Takes a copy of the audit elsewhere, where whoever can write to this home cannot: only that shows a change by somebody who has the
 * signing key. Called in order, one at a time, on the thread that made the entry, so it must be quick; what it throws is logged, and the
 * entry stays in this home.
 */
public interface AuditSink {
    /** A line of the audit, as it is in the file. */
    void entry(String line);

    /** A signed checkpoint, as it is in the file. */
    void checkpoint(String line);
}
