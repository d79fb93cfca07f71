package io.arkestra;

import io.arkestra.approval.internal.ApprovalDesk;
import io.arkestra.approval.internal.Question;
import io.arkestra.common.ArkestraException;
import io.arkestra.common.Subscription;
import io.arkestra.common.UserId;
import io.arkestra.schedule.JobContext;
import io.arkestra.schedule.JobHandler;
import io.arkestra.schedule.internal.DurableDeliveries;
import io.arkestra.store.Owner;
import io.arkestra.tool.internal.Recovery;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Goes on after a person has answered: runs a turn that begins with the call that waited, and gives what it says to whoever shows deliveries.
 * The call is made once; a turn that was cut off is run again with what became of the call. Thread-safe.
 */
final class Continuations implements JobHandler {
    /** Ids of deliveries that are answers to approvals begin with this. */
    static final String DELIVERY = "approval/";

    private static final Duration RECOVERY_WAIT = Duration.ofSeconds(30);

    private final ApprovalDesk desk;
    private final DurableDeliveries deliveries;
    private final Recovery recovery;
    private final Function<Question, Turn> turns;
    private final ReentrantLock lock = new ReentrantLock();
    private final Latest outcomes = new Latest();

    private record Key(UserId user, String approval) {}

    /** The latest outcomes, and those that somebody waits for. */
    private static final class Latest extends LinkedHashMap<Key, CompletableFuture<Outcome>> {
        private static final long serialVersionUID = 1;
        private static final int KEPT = 100;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompletableFuture<Outcome>> eldest) {
            return size() > KEPT && eldest.getValue().isDone();
        }
    }

    /** @param turns starts the turn that goes on from an answered question */
    Continuations(ApprovalDesk desk, DurableDeliveries deliveries, Recovery recovery, Function<Question, Turn> turns) {
        this.desk = desk;
        this.deliveries = deliveries;
        this.recovery = recovery;
        this.turns = turns;
    }

    @Override
    public void run(JobContext context) throws InterruptedException {
        UserId user = context.job().owner().user().orElseThrow();
        String id = context.job().payload().text("approval");
        Question question = desk.toGoOn(user, id).orElse(null);
        if (question == null) {
            return;
        }
        if (!recovery.await(RECOVERY_WAIT)) {
            throw new ArkestraException(
                    "approval.too-early", "It is not known yet what became of calls that were cut off", true, null);
        }
        Turn turn = turns.apply(question);
        Outcome outcome;
        try (Subscription stop = context.cancellation().onCancel(turn::cancel)) {
            outcome = turn.await();
        }
        context.cancellation().throwIfCancelled();
        if (outcome.kind() == Outcome.Kind.FAILED) {
            throw outcome.error()
                    .orElseGet(() -> new ArkestraException("approval.failed", "The turn failed", true, null));
        }
        String delivery = DELIVERY + id;
        Owner owner = Owner.of(user);
        context.complete(tx -> {
            desk.finish(tx, user, id);
            deliveries.post(tx, owner, delivery, outcome.reply().text());
        });
        deliveries.announce(user, delivery);
        of(user, id).complete(outcome);
    }

    /** How the turn ends, or ended in this process, that goes on after an answer. */
    CompletionStage<Outcome> outcome(UserId user, String approval) {
        return of(user, approval).minimalCompletionStage();
    }

    private CompletableFuture<Outcome> of(UserId user, String approval) {
        lock.lock();
        try {
            return outcomes.computeIfAbsent(new Key(user, approval), key -> new CompletableFuture<>());
        } finally {
            lock.unlock();
        }
    }
}
