package io.arkestra.memory.sleep.internal;

import io.arkestra.common.UserId;
import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.record.internal.Tidied;
import io.arkestra.memory.record.internal.Tidying;
import io.arkestra.store.Owner;
import java.util.List;
import java.util.Optional;

/** The nightly steps on the records: contradictions, duplicates, tiers. Each works through a user's records part by part. */
public final class RecordSteps {
    private static final int PART = 200;

    private RecordSteps() {}

    /** One part of a step from a cursor on. */
    private interface Part {
        Tidied run(Owner owner, Optional<String> cursor, int limit);
    }

    /** All of them, in order: what is settled first need not be merged, what is kept first does not run out. */
    public static List<SleepStep> of(Tidying tidying) {
        return List.of(
                step("conflicts", tidying::resolveConflicts),
                step("merge", tidying::merge),
                step("promote", tidying::promote),
                step("expire", tidying::expire),
                step("overflow", tidying::demoteOverflow));
    }

    private static SleepStep step(String name, Part part) {
        return new SleepStep() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long run(UserId user, SleepRun run) {
                Owner owner = Owner.of(user);
                Optional<String> cursor = Optional.empty();
                long changed = 0;
                do {
                    run.checkpoint();
                    Tidied done = part.run(owner, cursor, PART);
                    for (SleepOutcome.Entry entry : done.entries()) {
                        if (entry.action().equals(SleepOutcome.DAMAGED)) {
                            run.damaged(entry.id(), entry.reason());
                        } else {
                            run.did(entry.action(), entry.id(), entry.reason());
                            changed++;
                        }
                    }
                    cursor = done.next();
                } while (cursor.isPresent());
                return changed;
            }
        };
    }
}
