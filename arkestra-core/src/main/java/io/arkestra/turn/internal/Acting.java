package io.arkestra.turn.internal;

import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.concurrent.internal.Threads;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.internal.GuardedJson;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.OutputQuality;
import io.arkestra.persona.internal.SeniorReply;
import io.arkestra.tool.internal.ToolRunner;
import io.arkestra.turn.internal.TurnState.Selected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * Makes the calls that the senior asks for: at the same time where their effects do not meet, otherwise one after the other. Results come in
 * the order of the calls. Used by the turn's thread.
 */
final class Acting {
    /** How many calls of one message run at the same time. */
    private static final int AT_A_TIME = 4;

    private final TurnServices services;
    private final TurnInput input;
    private final BudgetMeter meter;
    private final Trace trace;
    private final ToldResult told;
    private final List<ToolRunner.Done> tools = new ArrayList<>();

    Acting(TurnServices services, TurnInput input, BudgetMeter meter, Trace trace) {
        this.services = services;
        this.input = input;
        this.meter = meter;
        this.trace = trace;
        this.told = new ToldResult(new Seams(services.guard()));
    }

    /** Calls that were made in this turn, in order. */
    List<ToolRunner.Done> tools() {
        return tools;
    }

    /** Number of the next call. A call that waited before the turn has the number that it had then. */
    int next() {
        return SeniorReply.nextCall(tools.stream().map(done -> done.call().id()).toList());
    }

    /** Tools whose calls wait for a person. */
    List<String> waiting() {
        return tools.stream()
                .filter(done -> done.approval().isPresent())
                .map(done -> done.call().name())
                .distinct()
                .toList();
    }

    private ToolRunner.Place place(TurnId turn, OutputQuality quality, Selected start) {
        return new ToolRunner.Place(
                input.scope(),
                turn,
                start.perceived().env().language(),
                start.perceived().env().now().getZone(),
                input.cancel(),
                quality,
                input.wishes().dryRun());
    }

    /** Makes a call that waited for a person, as a call of the turn that asked for it. */
    void resume(WaitingCall waited, Selected start, Consumer<LlmMessage> heard) {
        ToolRunner.Place place = place(waited.turn(), waited.quality(), start);
        meter.beforeToolCall();
        ended(services.tooling().runner().resume(waited.call(), place), new ToolChain(), heard);
    }

    /** @param heard takes the result of each call, for the senior */
    void act(SeniorReply reply, Selected start, Consumer<LlmMessage> heard) {
        ToolRunner.Place place = place(input.id(), reply.quality(), start);
        ToolChain chain = new ToolChain();
        List<LlmToolCall> calls = reply.toolCalls();
        int at = 0;
        while (at < calls.size()) {
            LlmToolCall first = calls.get(at);
            if (!waiting().isEmpty()) {
                at++;
                ended(ToolChain.skipped(first, "a call before it waits for a person"), chain, heard);
                continue;
            }
            ToolChain.Next next = chain.next(first);
            if (next.skipped().isPresent()) {
                at++;
                ended(next.skipped().get(), chain, heard);
                continue;
            }
            List<LlmToolCall> batch = batch(next.call().orElseThrow(), calls.subList(at, calls.size()), place);
            at += batch.size();
            run(batch, place, done -> ended(done, chain, heard));
        }
    }

    /** The first call, and those after it that can run at the same time. */
    private List<LlmToolCall> batch(LlmToolCall first, List<LlmToolCall> rest, ToolRunner.Place place) {
        List<LlmToolCall> batch = new ArrayList<>(List.of(first));
        for (LlmToolCall call : rest.subList(1, rest.size())) {
            if (batch.size() == AT_A_TIME || ToolChain.refers(call)) {
                break;
            }
            batch.add(call);
        }
        return batch.subList(0, services.tooling().runner().together(batch, place));
    }

    private void run(List<LlmToolCall> batch, ToolRunner.Place place, Consumer<ToolRunner.Done> ended) {
        int paid = 0;
        Optional<BudgetMeter.Exhausted> exhausted = Optional.empty();
        while (paid < batch.size() && exhausted.isEmpty()) {
            try {
                meter.beforeToolCall();
                paid++;
            } catch (BudgetMeter.Exhausted e) {
                exhausted = Optional.of(e);
            }
        }
        ToolRunner runner = services.tooling().runner();
        if (paid == 1) {
            ended.accept(runner.run(batch.get(0), place));
        } else if (paid > 1) {
            atOnce(batch.subList(0, paid), place, ended);
        }
        if (exhausted.isPresent()) {
            throw exhausted.get();
        }
    }

    private void atOnce(List<LlmToolCall> calls, ToolRunner.Place place, Consumer<ToolRunner.Done> ended) {
        List<CompletableFuture<ToolRunner.Done>> running = new ArrayList<>();
        for (LlmToolCall call : calls) {
            CompletableFuture<ToolRunner.Done> result = new CompletableFuture<>();
            running.add(result);
            Threads.light("arkestra-call-" + call.id(), () -> {
                        try {
                            result.complete(services.tooling().runner().run(call, place));
                        } catch (Throwable e) { // everything goes to the turn, which is the one to judge it
                            result.completeExceptionally(e);
                        }
                    })
                    .start();
        }
        Optional<RuntimeException> failure = Optional.empty();
        for (CompletableFuture<ToolRunner.Done> result : running) {
            try {
                ended.accept(result.get());
            } catch (InterruptedException e) {
                input.cancel().cancel("interrupted");
                Thread.currentThread().interrupt();
                throw new CancelledException("interrupted");
            } catch (ExecutionException e) {
                // What the others came to is told first: a cancelled turn keeps what there is.
                RuntimeException thrown = e.getCause() instanceof RuntimeException known
                        ? known
                        : new IllegalStateException("A call failed unexpectedly", e.getCause());
                failure = failure.or(() -> Optional.of(thrown));
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void ended(ToolRunner.Done done, ToolChain chain, Consumer<LlmMessage> heard) {
        chain.ran(done);
        tools.add(done);
        Json guarded = GuardedJson.of(
                services.guard(), done.message(), GuardContext.of(GuardContext.Direction.TO_LOCAL_MODEL));
        heard.accept(LlmMessage.tool(done.call().id(), told.of(guarded).toString()));
        trace.step("act", done.call().name() + ": " + done.status() + (done.ok() ? "" : " - " + done.reason()));
    }
}
