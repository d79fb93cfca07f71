package io.arkestra.llm.llamacpp.jni.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Subscription;
import io.arkestra.llm.BackendCrashed;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.llm.LlmTimeout.Phase;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.Timings;
import io.arkestra.llm.Usage;
import io.arkestra.llm.llamacpp.worker.internal.Worker;
import io.arkestra.llm.llamacpp.worker.internal.WorkerCall;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One answer: waits for its turn and for the worker, passes the text on, and lets go of the worker however it ends. Used once, by one
 * thread.
 */
final class GenerateCall {
    private static final Duration CONNECT = Duration.ofMinutes(2);
    private static final Duration FIRST_TOKEN = Duration.ofMinutes(5);
    private static final Duration IDLE = Duration.ofMinutes(1);
    /** For a worker that does not stop by itself: it reads a long prompt, or hangs. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(2);

    private static final Duration NEVER = Duration.ofDays(365);

    private static final String TEMPLATE_SAID = "what():";

    private final LlamaJniClient client;
    private final LlmRequest request;
    private final Json messages;
    private final Optional<GrammarSchema.Enforced> schema;
    private final LlmListener listener;
    private final Cancellation cancel;
    private final long start = System.nanoTime();
    private final CompletableFuture<Object> stop = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private volatile @Nullable WorkerCall running;
    private volatile String stopReason = "";
    private boolean templateTookIt;
    private long sent;
    private @Nullable Duration firstToken;

    GenerateCall(
            LlamaJniClient client,
            LlmRequest request,
            Json messages,
            Optional<GrammarSchema.Enforced> schema,
            LlmListener listener,
            Cancellation cancel) {
        this.client = client;
        this.request = request;
        this.messages = messages;
        this.schema = schema;
        this.listener = listener;
        this.cancel = cancel;
    }

    /** Ends the call as cancelled, from any thread. */
    void stop(String reason) {
        stopReason = reason;
        stop.complete(Boolean.TRUE);
        WorkerCall call = running;
        if (call != null) {
            call.wake();
        }
    }

    LlmResponse run() {
        Subscription subscription = cancel.onCancel(() -> stop(cancel.reason().orElse("requested")));
        CompletableFuture<Void> turn = client.turns().enter();
        boolean passedOn = false;
        try {
            await(turn, NEVER, Phase.QUEUE);
            Worker worker = await(
                    client.supervisor().ready(), request.deadlines().connect().orElse(CONNECT), Phase.CONNECT);
            sent = System.nanoTime();
            WorkerCall call = worker.send("generate", order());
            passedOn = true;
            call.finished().thenRun(client.turns()::leave);
            running = call;
            return follow(worker, call);
        } finally {
            subscription.close();
            if (!passedOn) {
                client.turns().giveUp(turn);
            }
        }
    }

    private Json.ObjectBuilder order() {
        Sampling sampling = request.sampling();
        Json.ObjectBuilder order = Json.object()
                .put("messages", messages)
                .put("maxTokens", sampling.maxTokens())
                .put("stop", Json.strings(sampling.stop()));
        sampling.temperature().ifPresent(value -> order.put("temperature", value));
        sampling.topP().ifPresent(value -> order.put("topP", value));
        sampling.seed().ifPresent(value -> order.put("seed", value));
        schema.ifPresent(value -> order.put("schema", value.schema().toString()));
        return order;
    }

    private LlmResponse follow(Worker worker, WorkerCall call) {
        boolean ended = false;
        try {
            long heard = sent;
            while (true) {
                throwIfStopped();
                Json event = next(call, heard);
                switch (event.text("event")) {
                    case "text" -> {
                        templateTookIt = true;
                        if (hear(event.text("text"))) {
                            heard = System.nanoTime();
                        }
                    }
                    case "done" -> {
                        ended = true;
                        throwIfStopped();
                        return response(event.get("result").orElseThrow());
                    }
                    case "error" -> {
                        ended = true;
                        throw refusal(event.get("result").orElseThrow());
                    }
                    case "crashed" -> {
                        ended = true;
                        throwIfStopped();
                        throw crash(worker.crash());
                    }
                    default -> throwIfStopped();
                }
            }
        } finally {
            if (!ended) {
                letGo(worker, call);
            }
        }
    }

    /** Tells the worker to stop, and ends it when it does not; nobody waits for that. */
    private static void letGo(Worker worker, WorkerCall call) {
        worker.cancel(call);
        call.finished()
                .copy()
                .orTimeout(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((nothing, late) -> {
                    if (late != null) {
                        worker.kill(
                                "a call was given up and it did not stop within " + STOPS_WITHIN.toSeconds() + " s");
                    }
                });
    }

    /** A chat template that refuses the messages ends the process, and would again. */
    private LlmException crash(BackendCrashed crash) {
        Optional<String> said = crash.logTail().stream()
                .filter(line -> line.contains(TEMPLATE_SAID))
                .reduce((first, last) -> last);
        if (templateTookIt || said.isEmpty()) {
            return crash;
        }
        client.supervisor().forgive();
        String reason = said.get().substring(said.get().indexOf(TEMPLATE_SAID) + TEMPLATE_SAID.length());
        return new LlmException(
                LlmException.Reason.INVALID_REQUEST,
                "The chat template of '" + client.model() + "' does not take this conversation: " + reason.strip()
                        + "; many want user and assistant to take turns",
                crash,
                null);
    }

    private boolean hear(String piece) {
        if (piece.isEmpty()) {
            return false;
        }
        if (firstToken == null) {
            firstToken = Duration.ofNanos(System.nanoTime() - sent);
        }
        text.append(piece);
        listener.onText(piece);
        return true;
    }

    private Json next(WorkerCall call, long heard) {
        Deadlines deadlines = request.deadlines();
        boolean first = firstToken == null;
        Phase phase = first ? Phase.FIRST_TOKEN : Phase.IDLE;
        Duration limit = first
                ? deadlines.firstToken().orElse(FIRST_TOKEN)
                : deadlines.idle().orElse(IDLE);
        Duration left = limit.minusNanos(System.nanoTime() - heard);
        Duration leftOfAll = leftOfAll();
        try {
            Json event = call.next(min(left, leftOfAll));
            if (event != null) {
                return event;
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        throw late(left, leftOfAll, limit, phase);
    }

    private <T> T await(CompletableFuture<T> future, Duration limit, Phase phase) {
        Duration leftOfAll = leftOfAll();
        try {
            CompletableFuture.anyOf(future, stop).get(min(limit, leftOfAll).toNanos(), TimeUnit.NANOSECONDS);
            throwIfStopped();
            return future.join();
        } catch (TimeoutException e) {
            throw late(limit, leftOfAll, limit, phase);
        } catch (InterruptedException e) {
            throw interrupted();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LlmException known) {
                throw known;
            }
            throw new LlmException(
                    LlmException.Reason.UNAVAILABLE, "The model cannot be started: " + e.getCause(), e, null);
        }
    }

    private LlmTimeout late(Duration left, Duration leftOfAll, Duration limit, Phase phase) {
        boolean total = leftOfAll.compareTo(left) <= 0;
        Duration passed = total ? request.deadlines().total().orElse(limit) : limit;
        Phase late = total ? Phase.TOTAL : phase;
        return new LlmTimeout(
                late,
                passed,
                "'" + client.model() + "' took longer than " + passed.toMillis() + " ms ("
                        + late.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ")",
                null);
    }

    private Duration leftOfAll() {
        return request.deadlines()
                .total()
                .map(total -> total.minusNanos(System.nanoTime() - start))
                .orElse(NEVER);
    }

    private void throwIfStopped() {
        if (stop.isDone()) {
            throw new CancelledException(stopReason);
        }
    }

    private static CancelledException interrupted() {
        Thread.currentThread().interrupt();
        return new CancelledException("the thread was interrupted");
    }

    private LlmException refusal(Json result) {
        String message = result.text("message");
        boolean full = message.contains("exceeds the available context size");
        if (full || result.text("kind").equals("overflow")) {
            long context = client.settings().contextTokens();
            return new ContextOverflow(
                    message + ", but the context of '" + client.model() + "' holds " + context
                            + "; shorten the prompt or raise contextTokens",
                    result.integer("promptTokens").orElse(null),
                    context,
                    null);
        }
        return new LlmException(LlmException.Reason.SERVER_ERROR, "llama.cpp failed: " + message);
    }

    private LlmResponse response(Json result) {
        boolean stopped = result.text("finish").equals("stop");
        LlmResponse.Builder response = LlmResponse.builder(client.model())
                .text(text.toString())
                .finish(stopped ? FinishReason.STOP : FinishReason.LENGTH)
                .usage(Usage.of(
                        result.integer("promptTokens").orElse(0L),
                        result.integer("completionTokens").orElse(0L),
                        true))
                .timings(timings());
        if (stopped && schema.isPresent() && schema.get().dropped().isEmpty()) {
            document().ifPresent(json -> response.json(json).quality(OutputQuality.CONSTRAINED));
        }
        return response.build();
    }

    private Optional<Json> document() {
        try {
            return Optional.of(Json.parse(text.toString()));
        } catch (InvalidInputException e) {
            // The grammar allows what our JSON does not, such as half a pair of surrogates; the text is passed on as it
            // is.
            return Optional.empty();
        }
    }

    private Timings timings() {
        Timings timings =
                Timings.NONE.queue(Duration.ofNanos(sent - start)).total(Duration.ofNanos(System.nanoTime() - start));
        return firstToken == null ? timings : timings.firstToken(firstToken);
    }

    private static Duration min(Duration left, Duration right) {
        return left.compareTo(right) <= 0 ? left : right;
    }
}
