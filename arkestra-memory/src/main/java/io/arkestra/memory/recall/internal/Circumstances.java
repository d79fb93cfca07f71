package io.arkestra.memory.recall.internal;

import io.arkestra.memory.MemoryKind;
import io.arkestra.schedule.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What the features of one candidate need to know of the others and of the time of the question. */
final class Circumstances {
    private final Set<String> replaced = new HashSet<>();
    private final Set<String> close;
    private final Optional<TimeSpan> span;
    private final Instant oldest;
    private final Instant newest;

    /** @param close ids of messages and memories in which somebody or something near to what the question names came up */
    Circumstances(Collection<Candidate> candidates, Optional<TimeSpan> span, Set<String> close) {
        this.span = span;
        this.close = close;
        Instant first = Instant.MAX;
        Instant last = Instant.MIN;
        Set<String> current = new HashSet<>();
        for (Candidate candidate : candidates) {
            first = candidate.at().isBefore(first) ? candidate.at() : first;
            last = candidate.at().isAfter(last) ? candidate.at() : last;
            if (candidate.memory() != null && candidate.memory().kind() == MemoryKind.FACT) {
                (candidate.memory().isCurrent() ? current : replaced)
                        .addAll(candidate.memory().sources());
            }
        }
        // A summary repeats what was said and says nothing about whether it still holds.
        // A message that also told something which still holds is not out of date as a whole.
        replaced.removeAll(current);
        oldest = first;
        newest = last;
    }

    double recency(Candidate candidate) {
        if (!newest.isAfter(oldest)) {
            return 0;
        }
        Duration all = Duration.between(oldest, newest);
        return (double) Duration.between(oldest, candidate.at()).toMillis() / Math.max(1, all.toMillis());
    }

    boolean isInRange(Candidate candidate) {
        return span.isPresent()
                && !candidate.at().isBefore(span.get().from())
                && candidate.at().isBefore(span.get().to());
    }

    /** Whether it is a fact that was replaced, or the message that such a fact and no other one was taken from. */
    boolean isReplaced(Candidate candidate) {
        return candidate.memory() == null
                ? replaced.contains(candidate.id())
                : !candidate.memory().isCurrent();
    }

    boolean isClose(Candidate candidate) {
        return close.contains(candidate.id());
    }
}
