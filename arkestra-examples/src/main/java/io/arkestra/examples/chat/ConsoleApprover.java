package io.arkestra.examples.chat;

import io.arkestra.policy.ApprovalHandler;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the questions of the engine until the thread that reads the console has time to put them. One that nobody puts in time is parked by the
 * engine and waits for {@code /approve}.
 */
final class ConsoleApprover implements ApprovalHandler {
    private final BlockingQueue<Asked> questions = new LinkedBlockingQueue<>();

    private volatile boolean listening;

    /** A question, and where its answer goes. */
    record Asked(ApprovalRequest request, CompletableFuture<ApprovalOutcome> answer) {}

    @Override
    public CompletionStage<ApprovalOutcome> request(ApprovalRequest request) {
        if (!listening) {
            return CompletableFuture.completedFuture(new ApprovalOutcome.Later());
        }
        CompletableFuture<ApprovalOutcome> answer = new CompletableFuture<>();
        questions.add(new Asked(request, answer));
        return answer;
    }

    /** The next question, if one comes within this time. */
    Optional<Asked> next(long millis) throws InterruptedException {
        return Optional.ofNullable(questions.poll(millis, TimeUnit.MILLISECONDS));
    }

    /** From here on somebody looks for questions. Those of turns that go on in the background are left to the commands. */
    void listen() {
        listening = true;
    }

    /** Nobody looks any more; what is still unasked is left to the commands. */
    void leave() {
        listening = false;
        Asked asked;
        while ((asked = questions.poll()) != null) {
            asked.answer().complete(new ApprovalOutcome.Later());
        }
    }
}
