package io.arkestra.testkit;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Timings;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.Usage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One call of a {@link ScriptedLlm}. Confined to the caller's thread. */
final class ScriptedCall {
    /** Something to wait for, a little at a time. */
    private interface Gate {
        boolean pass(long millis) throws InterruptedException;
    }

    private final ScriptedLlm model;
    private final LlmRequest request;
    private final LlmListener listener;
    private final Cancellation cancel;
    private final long begun = System.nanoTime();
    private long lastPiece = begun;
    private @Nullable Duration firstPiece;
    private boolean gaveUp;

    ScriptedCall(ScriptedLlm model, LlmRequest request, LlmListener listener, Cancellation cancel) {
        this.model = model;
        this.request = request;
        this.listener = listener;
        this.cancel = cancel;
    }

    boolean gaveUp() {
        return gaveUp;
    }

    LlmResponse run(ScriptedAnswer<?> answer) {
        CountDownLatch start = answer.start();
        if (start != null) {
            pass(millis -> start.await(millis, TimeUnit.MILLISECONDS));
        }
        if (!answer.thinking().isEmpty()) {
            piece();
            listener.onThinking(answer.thinking());
        }
        String text = say(answer);
        for (int i = 0; i < answer.toolCalls().size(); i++) {
            LlmToolCall call = answer.toolCalls().get(i);
            piece();
            listener.onToolCall(i, call.name(), "");
            listener.onToolCall(i, "", call.arguments());
        }
        RuntimeException failure = answer.failure();
        if (failure != null) {
            throw failure;
        }
        if (answer.isHanging()) {
            Semaphore never = new Semaphore(0);
            pass(millis -> never.tryAcquire(millis, TimeUnit.MILLISECONDS));
        }
        return response(answer, text);
    }

    private String say(ScriptedAnswer<?> answer) {
        boolean streaming = model.capabilities().streaming();
        Semaphore permits = answer.permits();
        StringBuilder text = new StringBuilder();
        for (String piece : answer.pieces()) {
            if (permits != null) {
                pass(millis -> permits.tryAcquire(millis, TimeUnit.MILLISECONDS));
            }
            check();
            text.append(piece);
            if (streaming && !piece.isEmpty()) {
                piece();
                listener.onText(piece);
            }
        }
        if (!streaming && text.length() > 0 && !answer.isHanging() && answer.failure() == null) {
            piece();
            listener.onText(text.toString());
        }
        return text.toString();
    }

    private LlmResponse response(ScriptedAnswer<?> answer, String text) {
        Usage counted = Usage.of(
                model.countTokens(request).tokens(),
                TokenCount.estimate(text + answer.thinking()).tokens(),
                !model.capabilities().usage());
        Timings timings = Timings.NONE.total(since(begun));
        LlmResponse.Builder response = LlmResponse.builder("scripted")
                .text(text)
                .thinking(answer.thinking())
                .toolCalls(answer.toolCalls())
                .finish(answer.finish())
                .usage(Optional.ofNullable(answer.usage()).orElse(counted))
                .timings(firstPiece == null ? timings : timings.firstToken(firstPiece));
        if (request.output() instanceof OutputSpec.JsonDocument
                && model.capabilities().jsonSchema()) {
            document(text).ifPresent(json -> response.json(json).quality(OutputQuality.CONSTRAINED));
        }
        return response.build();
    }

    private static Optional<Json> document(String text) {
        try {
            return Optional.of(Json.parse(text));
        } catch (InvalidInputException e) {
            return Optional.empty();
        }
    }

    private void piece() {
        check();
        lastPiece = System.nanoTime();
        if (firstPiece == null) {
            firstPiece = since(begun);
        }
    }

    private void pass(Gate gate) {
        try {
            do {
                check();
            } while (!gate.pass(ScriptedLlm.slice().toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            gaveUp = true;
            throw new CancelledException("interrupted");
        }
    }

    private void check() {
        if (cancel.isCancelled() || model.isClosed()) {
            gaveUp = true;
            throw new CancelledException(cancel.reason().orElse("the scripted model was closed"));
        }
        Deadlines limits = request.deadlines();
        check(LlmTimeout.Phase.TOTAL, limits.total(), begun);
        if (firstPiece == null) {
            check(LlmTimeout.Phase.FIRST_TOKEN, limits.firstToken(), begun);
        } else {
            check(LlmTimeout.Phase.IDLE, limits.idle(), lastPiece);
        }
    }

    private void check(LlmTimeout.Phase phase, Optional<Duration> limit, long from) {
        if (limit.isPresent() && since(from).compareTo(limit.get()) > 0) {
            gaveUp = true;
            throw new LlmTimeout(phase, limit.get(), "The scripted model took longer than " + limit.get(), null);
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
