package io.arkestra.approval.internal;

import io.arkestra.ApprovalText;
import io.arkestra.common.VisibleText;
import io.arkestra.policy.ApprovalHandler;
import io.arkestra.policy.ApprovalOutcome;
import io.arkestra.policy.ApprovalRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Puts questions on a console, one after the other, on a thread of its own that ends when there is nothing to ask; at most a
 * hundred wait for their turn, and what comes on top is left for later. Only a clear yes is one; an
 * input that ends or fails leaves the question for later. Thread-safe.
 */
public final class ConsoleQuestions implements ApprovalHandler {
    private static final int MOST_TRIES = 3;
    /** Questions that wait to be put; the rest is for later. */
    private static final int MOST_WAITING = 100;

    private static final long IDLE_SECONDS = 5;

    private final BufferedReader in;
    private final PrintStream out;
    private final ZoneId zone;
    private final ExecutorService reader;

    public ConsoleQuestions(BufferedReader in, PrintStream out, ZoneId zone) {
        this.in = in;
        this.out = out;
        this.zone = zone;
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), work -> {
                    Thread thread = new Thread(work, "arkestra-console");
                    thread.setDaemon(true);
                    return thread;
                });
        one.allowCoreThreadTimeOut(true);
        reader = one;
    }

    @Override
    public CompletionStage<ApprovalOutcome> request(ApprovalRequest request) {
        try {
            return CompletableFuture.supplyAsync(() -> put(request), reader);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(new ApprovalOutcome.Later());
        }
    }

    private ApprovalOutcome put(ApprovalRequest request) {
        String answers =
                "y = yes, n = no (or n and why), " + (request.remember().isPresent() ? "always, " : "") + "later";
        out.println(ApprovalText.of(request, zone));
        out.println(answers);
        try {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                String line = in.readLine();
                if (line == null) {
                    break;
                }
                Optional<ApprovalOutcome> outcome = answer(request, line.strip());
                if (outcome.isPresent()) {
                    return outcome.get();
                }
                out.println("'" + VisibleText.line(line) + "' is no answer: " + answers);
            }
        } catch (IOException e) {
            out.println("The answer cannot be read; the question waits");
        }
        return new ApprovalOutcome.Later();
    }

    private static Optional<ApprovalOutcome> answer(ApprovalRequest request, String said) {
        String[] words = said.split("\\s+", 2);
        String note = words.length == 2 ? words[1] : "";
        return switch (words[0].toLowerCase(Locale.ROOT)) {
            case "y", "yes" -> note.isEmpty() ? Optional.of(ApprovalOutcome.approve(request)) : Optional.empty();
            case "always" ->
                note.isEmpty()
                        ? request.remember().map(remember -> ApprovalOutcome.approveAndRemember(request))
                        : Optional.empty();
            case "n", "no" -> Optional.of(ApprovalOutcome.deny(note));
            case "later" -> note.isEmpty() ? Optional.of(new ApprovalOutcome.Later()) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
