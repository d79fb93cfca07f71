package io.arkestra.approval.internal;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.Subscription;
import io.arkestra.policy.Action;
import io.arkestra.policy.ApprovalHandler;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import io.arkestra.policy.Decision;
import io.arkestra.tool.internal.Approver;
import io.arkestra.tool.internal.ToolRunner;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A turn that waits for the answer to one question. */
final class WaitingTurn {
    private static final Logger log = LoggerFactory.getLogger(WaitingTurn.class);

    private final ApprovalDesk desk;
    private final ToolRunner.Place place;
    private final Question question;
    private final Action action;
    private final Decision decision;
    private final boolean whole;
    private final CompletableFuture<ApprovalOutcome> answer = new CompletableFuture<>();

    /** @param whole whether the arguments were stored as they are, so that the call can be made from the record */
    WaitingTurn(
            ApprovalDesk desk,
            ToolRunner.Place place,
            Question question,
            Action action,
            Decision decision,
            boolean whole) {
        this.desk = desk;
        this.place = place;
        this.question = question;
        this.action = action;
        this.decision = decision;
        this.whole = whole;
    }

    Approver.Verdict verdict(@Nullable ApprovalHandler handler, Duration patience, Executor workers) {
        try (Subscription cancelled = place.cancel()
                .onCancel(() -> answer.completeExceptionally(
                        new CancelledException(place.cancel().reason().orElse("requested"))))) {
            take(desk.now(question));
            if (!answer.isDone()) {
                ask(handler, workers);
            }
            return after(answer.get(limit(patience).toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return late();
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CancelledException cancelled) {
                cancel();
                throw cancelled;
            }
            // Whoever was to ask could not; that is no agreement.
            log.warn("An approval handler failed with {}", String.valueOf(e.getCause()));
            return deny("the question could not be put to anybody");
        }
    }

    /** Somebody answered, and the answer is stored. */
    void answered(ApprovalOutcome outcome) {
        answer.complete(outcome);
    }

    /** What is stored counts, whoever stored it; nothing happens as long as nobody has. */
    private void take(Question now) {
        if (now.state() != Question.State.WAITING) {
            answer.complete(stored(now));
        }
    }

    private static ApprovalOutcome stored(Question now) {
        return switch (now.state()) {
            case APPROVED ->
                new ApprovalOutcome.Approved(
                        now.digest(), now.doc().body().bool("remember").orElse(false));
            case EDITED -> new ApprovalOutcome.Edited(now.digest(), now.edited().orElse(Json.emptyObject()));
            case DENIED -> new ApprovalOutcome.Denied(now.note());
            case EXPIRED -> new ApprovalOutcome.Expired();
            default -> new Closed("the question was taken back");
        };
    }

    /** The question is of no use any more, and no person has said so. */
    private record Closed(String why) implements ApprovalOutcome {}

    private Duration limit(Duration patience) {
        Duration left = Duration.between(desk.now(), question.expiresAt());
        return patience.compareTo(left) < 0 ? patience : left;
    }

    private void ask(@Nullable ApprovalHandler asks, Executor workers) {
        if (asks == null) {
            answer.complete(new ApprovalOutcome.Later());
            return;
        }
        ApprovalRequest request = question.request();
        workers.execute(() -> {
            try {
                CompletionStage<ApprovalOutcome> stage = asks.request(request);
                stage.whenComplete(this::offered);
            } catch (RuntimeException e) {
                offered(null, e);
            }
        });
    }

    /** The handler's answer takes the same way as everybody's; what cannot be taken is no. */
    private void offered(@Nullable ApprovalOutcome outcome, @Nullable Throwable failure) {
        if (outcome instanceof ApprovalOutcome.Later) {
            answer.complete(outcome);
            return;
        }
        if (outcome instanceof ApprovalOutcome.Expired) {
            answer.complete(outcome);
            return;
        }
        try {
            desk.answer(
                    question.user(),
                    question.id(),
                    outcome == null ? ApprovalOutcome.deny("the question could not be put to anybody") : outcome);
        } catch (ArkestraException e) {
            log.warn("An approval handler's answer to {} cannot be taken: {}", question.id(), e.getMessage());
            // Somebody may have been faster: then that is the answer.
            take(desk.now(question));
            answer.complete(new Closed("the answer was not about what was shown"));
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
        if (failure != null) {
            log.warn("An approval handler failed with {}", failure.getClass().getName());
            log.debug("An approval handler failed", failure);
        }
    }

    private Approver.Verdict after(ApprovalOutcome outcome) {
        if (outcome instanceof ApprovalOutcome.Approved approved) {
            if (approved.remember()) {
                desk.remember(question, action, decision);
            }
            return new Approver.Agreed(question.id());
        } else if (outcome instanceof ApprovalOutcome.Edited edited) {
            return new Approver.Edited(question.id(), edited.arguments());
        } else if (outcome instanceof ApprovalOutcome.Denied denied) {
            desk.moved(question, Question.State.DENIED);
            return new Approver.Refused(
                    denied.note().isEmpty() ? "a person said no" : "a person said no: " + denied.note());
        } else if (outcome instanceof ApprovalOutcome.Later) {
            return park();
        } else if (outcome instanceof Closed closed) {
            return deny(closed.why());
        }
        return expired();
    }

    private Approver.Verdict late() {
        return question.isExpired(desk.now()) ? expired() : park();
    }

    private Approver.Verdict expired() {
        desk.expire(question, question.expiresAt());
        return refused("nobody answered in time");
    }

    private Approver.Verdict deny(String why) {
        cancel();
        return refused(why);
    }

    /** No answer can be stored from here on; one that was stored at the last moment counts. */
    private Approver.Verdict refused(String why) {
        Question now = desk.now(question);
        return switch (now.state()) {
            case APPROVED, EDITED, DENIED -> after(stored(now));
            default -> new Approver.Refused(why);
        };
    }

    private void cancel() {
        desk.close(question, place.actor(), "cancelled");
    }

    /** Nobody waits for the answer from here on, unless it came at this moment. */
    private Approver.Verdict park() {
        if (!whole) {
            return deny("the arguments hold something that is not kept, so the call cannot wait for an answer");
        }
        Question now = desk.park(question);
        if (now.state() != Question.State.WAITING) {
            return after(stored(now));
        }
        desk.audit("approval", place.actor(), question.id(), "parked", List.of(), ApprovalDesk.about(question));
        desk.tell(question, "PARKED");
        return new Approver.Parked(question.id());
    }
}
