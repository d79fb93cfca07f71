package io.arkestra.memory.sleep.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Health;
import io.arkestra.common.UserId;
import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.SleepProgress;
import io.arkestra.memory.SleepRequest;
import io.arkestra.store.DocStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the nightly work: for each user the steps in order, at the end what is done for all at once. One sleep at a time; a second one
 * waits. Thread-safe.
 */
public final class NightWork {
    private static final Logger log = LoggerFactory.getLogger(NightWork.class);
    private static final String FAILED = "failed";
    private static final int NAMED = 3;

    private final DocStore store;
    private final SleepUsers users;
    private final SleepAudit audit;
    private final List<SleepStep> steps;
    private final Runnable refresh;
    private final ReentrantLock lock = new ReentrantLock();
    /** By user, what the last sleep found to be wrong. */
    private final Map<UserId, List<String>> troubles = new ConcurrentHashMap<>();

    /**
     * @param steps what is done for each user, in this order
     * @param refresh brings indexes and embeddings up to date
     */
    public NightWork(DocStore store, List<SleepStep> steps, Runnable refresh) {
        this.store = store;
        this.users = new SleepUsers(store);
        this.audit = new SleepAudit(store);
        this.steps = List.copyOf(steps);
        this.refresh = refresh;
    }

    public SleepOutcome sleep(SleepRequest request) {
        SleepRun run = new SleepRun(request);
        lock.lock();
        try {
            return sleep(request, run);
        } finally {
            lock.unlock();
        }
    }

    private SleepOutcome sleep(SleepRequest request, SleepRun run) {
        List<UserId> everybody = request.user().map(List::of).orElseGet(users::all);
        Instant startedAt = store.now();
        int total = everybody.size() * steps.size() + 1;
        int done = 0;
        boolean failed = false;
        try {
            for (UserId user : everybody) {
                run.nextUser();
                String id = String.format("%012x", Math.max(0, startedAt.toEpochMilli())) + "-" + UUID.randomUUID();
                for (SleepStep step : steps) {
                    run.checkpoint();
                    long changed = 0;
                    try {
                        changed = step.run(user, run);
                    } catch (ArkestraException | IllegalStateException e) {
                        if (e instanceof CancelledException) {
                            throw e;
                        }
                        // One user's trouble must not cost everybody else the night; the next one tries again.
                        failed = true;
                        run.did(FAILED, user.value(), step.name() + ": " + e.getMessage());
                        log.warn("Step {} of the nightly work failed and is tried again next time", step.name(), e);
                    } finally {
                        audit.write(user, id, startedAt, step.name(), run);
                    }
                    done++;
                    request.progress().accept(SleepProgress.of(step.name(), done, total, changed));
                }
                note(user, run);
            }
            run.nextUser();
            for (SleepStep step : steps) {
                run.checkpoint();
                failed |= !finished(step, run);
            }
            run.checkpoint();
            refresh.run();
            // What was written just now is no news for the next sleep.
            users.all();
            request.progress().accept(SleepProgress.of("refresh", total, total, 0));
            return run.outcome(!failed);
        } catch (SleepRun.Halt e) {
            return run.outcome(false);
        }
    }

    private static boolean finished(SleepStep step, SleepRun run) {
        try {
            step.finish(run);
            return true;
        } catch (CancelledException e) {
            throw e;
        } catch (ArkestraException | IllegalStateException e) {
            run.did(FAILED, step.name(), String.valueOf(e.getMessage()));
            log.warn("Step {} of the nightly work failed and is tried again next time", step.name(), e);
            return false;
        }
    }

    private void note(UserId user, SleepRun run) {
        List<String> found = run.userEntries().stream()
                .filter(entry -> entry.action().equals(SleepOutcome.DAMAGED)
                        || entry.action().equals(FAILED))
                .map(entry -> "'" + entry.id() + "': " + entry.reason())
                .toList();
        if (found.isEmpty()) {
            troubles.remove(user);
        } else {
            troubles.put(user, found);
        }
    }

    /** Yellow after a sleep that had to leave something out, until one that need not; green at first. */
    public Health health() {
        if (troubles.isEmpty()) {
            return Health.green();
        }
        long count = troubles.values().stream().mapToLong(List::size).sum();
        String first =
                troubles.values().stream().flatMap(List::stream).limit(NAMED).collect(Collectors.joining("; "));
        return Health.yellow(List.of("The nightly work had to leave out " + count + (count == 1 ? " thing" : " things")
                + " of " + troubles.size() + (troubles.size() == 1 ? " user" : " users") + ": " + first
                + (count > NAMED ? "; …" : "")
                + ". The rest was done. Forget a memory that cannot be read by its id, or import it from an export in"
                + " which it is whole"));
    }

    /** Does not know the user any more. */
    public void erase(UserId user) {
        troubles.remove(user);
        users.forget(user);
        steps.forEach(step -> step.forget(user));
    }
}
