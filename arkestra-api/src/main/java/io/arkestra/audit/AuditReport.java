package io.arkestra.audit;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What came of a verification.
 *
 * @param entries how many entries are whole, from the first one on
 * @param checkpoints how many signed checkpoints fit them
 * @param brokenOrNull the first place that does not fit; absent when everything does
 * @param remarks what is not wrong but worth knowing, for people
 */
public record AuditReport(
        long entries, long checkpoints, @Nullable Break brokenOrNull, List<String> remarks) {
    /**
     * A place that does not fit.
     *
     * @param file name of the file
     * @param line its line, from 1
     * @param reason what does not fit, for people
     */
    public record Break(String file, long line, String reason) {
        public Break {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(reason, "reason");
        }
    }

    public AuditReport {
        remarks = List.copyOf(remarks);
    }

    /** Whether nothing was changed, taken out or cut off, as far as the checkpoints reach. */
    public boolean intact() {
        return brokenOrNull == null;
    }

    /** The first place that does not fit. */
    public Optional<Break> broken() {
        return Optional.ofNullable(brokenOrNull);
    }

    /** In a sentence, for people. */
    public String describe() {
        String checked = entries + " entries, " + checkpoints + " signed checkpoints";
        return broken().map(found -> "BROKEN in " + found.file() + ", line " + found.line() + ": " + found.reason()
                        + " (" + checked + " before it are whole)")
                .orElse("intact: " + checked);
    }
}
