package io.arkestra.llm.gateway.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.Usage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A client that does what a test planned, one step per call; the last step is repeated. Keeps the requests that it saw. */
final class PlannedLlm implements LlmClient {
    /** One call. */
    interface Step {
        LlmResponse run(LlmRequest request, LlmListener listener, Cancellation cancel);
    }

    final List<LlmRequest> requests = new CopyOnWriteArrayList<>();
    private final String name;
    private final Deque<Step> steps = new ConcurrentLinkedDeque<>();
    private LlmCapabilities capabilities = LlmCapabilities.builder()
            .local(true)
            .contextTokens(8_192)
            .parallelism(4)
            .build();

    PlannedLlm(String name, Step... planned) {
        this.name = name;
        steps.addAll(new ArrayDeque<>(List.of(planned)));
    }

    PlannedLlm can(UnaryOperator<LlmCapabilities.Builder> change) {
        capabilities = change.apply(capabilities.toBuilder()).build();
        return this;
    }

    static Step says(String text) {
        return says(text, FinishReason.STOP);
    }

    /** Says it to the listener in one piece; 10 tokens in, 5 out. */
    static Step says(String text, FinishReason finish) {
        return (request, listener, cancel) -> {
            listener.onText(text);
            return LlmResponse.builder("planned")
                    .text(text)
                    .finish(finish)
                    .usage(Usage.of(10, 5, false))
                    .build();
        };
    }

    static Step fails(LlmException.Reason reason) {
        return (request, listener, cancel) -> {
            throw new LlmException(reason, "planned " + reason);
        };
    }

    static Step breaksAfter(String piece, LlmException.Reason reason) {
        return (request, listener, cancel) -> {
            listener.onText(piece);
            throw new LlmException(reason, "planned " + reason);
        };
    }

    @Override
    public LlmCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready(name);
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        requests.add(request);
        Step step = steps.size() > 1 ? steps.poll() : steps.peek();
        return step.run(request, listener, cancel);
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        return TokenCount.of(Router.estimate(request), true);
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
