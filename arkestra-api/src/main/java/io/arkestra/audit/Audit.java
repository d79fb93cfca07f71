package io.arkestra.audit;

import io.arkestra.common.UserId;
import java.util.List;

/**
 * Decisions, calls, approvals, grants and changes of rules, one line each, in a chain of hashes: a line that was changed or taken out shows,
 * and one that was cut off the end shows by the signed checkpoints. That holds against everybody who does not have the signing key; against
 * whoever has it only a copy elsewhere does ({@link AuditSink}). Thread-safe.
 */
public interface Audit {
    /** Entries on behalf of a user, the newest first. None of a person who was forgotten: nobody can tell any more which those are. */
    List<AuditEntry> entries(UserId user, AuditQuery query);

    /** Entries of the engine itself, the newest first. */
    List<AuditEntry> system(AuditQuery query);

    /** Reads everything again and tells the first place that does not fit. */
    AuditReport verify();

    /** Signs what there is by now, and hands it to the disk. Does nothing when that was done since the last entry. */
    void checkpoint();
}
