package io.arkestra.audit.internal;

import io.arkestra.audit.AuditReport;
import java.security.PublicKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an audit from its beginning and tells the first place that does not fit. Used once. */
final class Verification {
    /** What a line says that follows the end of a line which a killed process left. */
    static final String TORN = "torn";

    private final String entriesName;
    private final String checkpointsName;
    private final PublicKey key;
    private final Deque<Checkpoint> ahead = new ArrayDeque<>();
    private final List<String> remarks = new ArrayList<>();
    private long checkpoints;
    private long checkpointLines;
    private long entries;
    private long line;
    private String last = AuditLine.START;
    /** A line that is none: either the next one accounts for it, or somebody changed it. */
    private @Nullable String unread;

    private AuditReport.@Nullable Break broken;

    Verification(String entriesName, String checkpointsName, PublicKey key) {
        this.entriesName = entriesName;
        this.checkpointsName = checkpointsName;
        this.key = key;
    }

    /** Goes first. */
    void checkpoint(String text, boolean whole) {
        checkpointLines++;
        if (broken != null) {
            return;
        }
        if (!whole) {
            remarks.add("the last checkpoint is torn: a process was killed while it signed");
            return;
        }
        Checkpoint read = Checkpoint.read(text).orElse(null);
        if (read == null || !read.isSignedBy(key)) {
            broken = new AuditReport.Break(
                    checkpointsName, checkpointLines, "the signature is not that of the key for this text");
        } else if (!ahead.isEmpty() && read.count() < ahead.getLast().count()) {
            broken = new AuditReport.Break(
                    checkpointsName, checkpointLines, "it counts fewer entries than the one before");
        } else {
            ahead.add(read);
        }
    }

    /** What is known from elsewhere than the files. Goes between checkpoints and entries. */
    void known(Checkpoint known) {
        Deque<Checkpoint> later = new ArrayDeque<>();
        while (!ahead.isEmpty() && ahead.getLast().count() > known.count()) {
            later.addFirst(ahead.removeLast());
        }
        ahead.addLast(known);
        ahead.addAll(later);
    }

    void entry(String text, boolean whole) {
        line++;
        if (broken != null) {
            return;
        }
        AuditLine read = whole ? AuditLine.read(text).orElse(null) : null;
        String before = unread;
        unread = null;
        if (read == null) {
            if (before != null || !(whole || text.length() > 0)) {
                broke(line - 1, "it is not a line of the audit");
            } else {
                unread = text;
            }
            return;
        }
        if (before != null && !accountsFor(read, before)) {
            broke(line - 1, "it is not a line of the audit");
        } else if (read.entry().number() != entries + 1) {
            broke(
                    line,
                    "it is entry " + read.entry().number() + " where " + (entries + 1)
                            + " comes: something was taken out or put in");
        } else if (!read.follows(last)) {
            broke(line, "its hash does not follow from the line before and its text: one of them was changed");
        } else {
            entries++;
            last = read.entry().hash();
            checkpointed();
        }
    }

    private static boolean accountsFor(AuditLine read, String torn) {
        return read.entry().kind().equals(TORN)
                && read.entry()
                        .detail()
                        .string("digest")
                        .filter(AuditLine.digest(torn)::equals)
                        .isPresent();
    }

    private void checkpointed() {
        while (!ahead.isEmpty() && ahead.getFirst().count() <= entries) {
            Checkpoint next = ahead.removeFirst();
            if (next.count() == entries && !next.hash().equals(last)) {
                broke(line, "a checkpoint was signed for another entry " + entries);
                return;
            }
            checkpoints += next.isKnownFromElsewhere() ? 0 : 1;
        }
    }

    private void broke(long where, String reason) {
        broken = new AuditReport.Break(entriesName, where, reason);
    }

    AuditReport end() {
        if (broken == null && unread != null) {
            remarks.add("the last line is torn: a process was killed while it wrote; the next one marks it");
        }
        if (broken == null && !ahead.isEmpty()) {
            broke(
                    entries + 1,
                    (ahead.getLast().isKnownFromElsewhere() ? "there were " : "a checkpoint was signed for ")
                            + ahead.getLast().count() + " entries, and only " + entries
                            + " are there: the end was cut off");
        }
        return new AuditReport(entries, checkpoints, broken, remarks);
    }
}
