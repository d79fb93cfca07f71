package io.arkestra.audit.internal;

import io.arkestra.audit.AuditReport;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an audit from its beginning and tells the first place that does not fit. Used once. */
final class Verification {
    /** What a line says that follows the end of a line which a killed process left. */
    static final String TORN = "torn";

    private static final Duration SET_BACK = Duration.ofMinutes(1);

    private final String entriesName;
    private final String checkpointsName;
    private final PublicKey key;
    private final Deque<Checkpoint> ahead = new ArrayDeque<>();
    private final List<String> remarks = new ArrayList<>();
    private long checkpoints;
    private long checkpointLines;
    private long signedFor;
    /** How long the audit was when it was signed, as others know than the files. */
    private long keptFor;
    /** Why there may be no entry at all; null when there may be. */
    private @Nullable String foreign;

    private long entries;
    private long line;
    private String last = AuditLine.START;
    /** A line that is none: either the next one accounts for it, or somebody changed it. */
    private @Nullable String unread;

    private boolean unreadHasItsEnd;
    private Instant latest = Instant.MIN;
    private long setBackAt;

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
            signedFor = read.count();
        }
    }

    void remark(String remark) {
        remarks.add(remark);
    }

    /** What is kept apart from the files. Goes between checkpoints and entries. */
    void known(AuditHead.Known kept) {
        long longest = kept.others().stream().mapToLong(Checkpoint::count).max().orElse(0);
        if (kept.onlyOthers()) {
            foreign = "the documents of the home know an audit of " + longest
                    + " entries that another key signed, and not this one: it was put in from elsewhere, or the key was"
                    + " replaced";
        }
        if (foreign != null && signedFor > 0 && broken == null) {
            broken = new AuditReport.Break(checkpointsName, 1, foreign);
        } else if (longest > 0) {
            remarks.add("the documents of the home know another audit, of " + longest
                    + " entries, that another key signed: it was put away, or the documents came from a backup");
        }
        kept.own().filter(own -> own.count() > 0).ifPresent(own -> {
            keptFor = own.count();
            known(own);
        });
    }

    /** A length that is known from elsewhere than the files. Goes between checkpoints and entries. */
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
        if (foreign != null) {
            // An engine tells the documents of its audit before it writes the first entry.
            broke(line, foreign);
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
                unreadHasItsEnd = whole;
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
            at(read.entry().at());
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

    /** Clocks are set right by seconds all the time. */
    private void at(Instant at) {
        if (setBackAt == 0 && latest.isAfter(at) && latest.isAfter(at.plus(SET_BACK))) {
            setBackAt = entries;
        }
        latest = latest.isAfter(at) ? latest : at;
    }

    private void checkpointed() {
        while (!ahead.isEmpty() && ahead.getFirst().count() <= entries) {
            Checkpoint next = ahead.removeFirst();
            if (next.count() == entries && !next.hash().equals(last)) {
                broke(
                        line,
                        (next.isKnownFromElsewhere()
                                        ? "there was another entry "
                                        : "a checkpoint was signed for another entry ")
                                + entries);
                return;
            }
            checkpoints += next.isKnownFromElsewhere() ? 0 : 1;
        }
    }

    private void broke(long where, String reason) {
        broken = new AuditReport.Break(entriesName, where, reason);
    }

    AuditReport end() {
        if (broken == null && unread != null && unreadHasItsEnd) {
            // Only a line without its end is one that a killed process left.
            broke(line, "it is not a line of the audit");
        }
        if (broken == null && unread != null) {
            remarks.add("the last line is torn: a process was killed while it wrote; the next one marks it");
        }
        if (broken == null && !ahead.isEmpty()) {
            broke(
                    unread == null ? line + 1 : line,
                    (ahead.getLast().isKnownFromElsewhere() ? "there were " : "a checkpoint was signed for ")
                            + ahead.getLast().count() + " entries, and only " + entries
                            + " are there: the end was cut off, entry " + (entries + 1)
                            + " is the first that is missing");
        }
        if (broken == null && signedFor < keptFor) {
            broken = new AuditReport.Break(
                    checkpointsName,
                    checkpointLines + 1,
                    "it was signed for " + keptFor + " entries, and the last checkpoint counts " + signedFor
                            + ": checkpoints were taken out");
        }
        if (setBackAt > 0) {
            remarks.add("entry " + setBackAt + " is from a time before the one before it: the clock was set back");
        }
        return new AuditReport(entries, checkpoints, broken, remarks);
    }
}
