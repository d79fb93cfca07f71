package io.arkestra.memory.sleep.internal;

import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.SleepRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One sleep: what it may spend and what it did. Confined to the thread that sleeps. */
public final class SleepRun {
    private static final int MOST_ENTRIES = 1_000;

    private final SleepRequest request;
    private final long deadline;
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final List<SleepOutcome.Entry> entries = new ArrayList<>();
    private Map<String, Long> userCounts = new LinkedHashMap<>();
    private List<SleepOutcome.Entry> userEntries = new ArrayList<>();
    private final Set<String> userDamaged = new HashSet<>();
    private int modelCalls;

    SleepRun(SleepRequest request) {
        this.request = request;
        this.deadline = System.nanoTime() + request.budget().toNanos();
        this.modelCalls = request.modelCalls();
    }

    /** Leaves the work between two units. */
    public static final class Halt extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Halt() {
            super("the sleep stops here", null, false, false);
        }
    }

    public SleepRequest request() {
        return request;
    }

    /** To be called between two units of work. */
    public void checkpoint() {
        if (request.cancel().isCancelled() || left().isZero()) {
            throw new Halt();
        }
    }

    /** How much time there is left; zero when none. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** Takes one of the calls of the model; false when they are used up. */
    public boolean takeModelCall() {
        if (modelCalls == 0) {
            return false;
        }
        modelCalls--;
        count("modelCalls", 1);
        return true;
    }

    public boolean hasModelCalls() {
        return modelCalls > 0;
    }

    public void count(String what, long times) {
        if (times > 0) {
            counts.merge(what, times, Long::sum);
            userCounts.merge(what, times, Long::sum);
        }
    }

    /** Says what happened to a record or message, by its id and without its words. */
    public void entry(String action, String id, String reason) {
        SleepOutcome.Entry entry = SleepOutcome.Entry.of(action, id, reason);
        if (entries.size() < MOST_ENTRIES) {
            entries.add(entry);
        }
        if (userEntries.size() < MOST_ENTRIES) {
            userEntries.add(entry);
        }
    }

    /** Counts and says it. */
    public void did(String action, String id, String reason) {
        count(action, 1);
        entry(action, id, reason);
    }

    /** Says once for each user that a record was left out because it cannot be read: several steps meet the same one. */
    public void damaged(String id, String reason) {
        if (userDamaged.add(id)) {
            did(SleepOutcome.DAMAGED, id, reason);
        }
    }

    void nextUser() {
        userDamaged.clear();
        userCounts = new LinkedHashMap<>();
        userEntries = new ArrayList<>();
    }

    Map<String, Long> userCounts() {
        return userCounts;
    }

    List<SleepOutcome.Entry> userEntries() {
        return userEntries;
    }

    SleepOutcome outcome(boolean complete) {
        return SleepOutcome.of(complete, counts, entries);
    }
}
