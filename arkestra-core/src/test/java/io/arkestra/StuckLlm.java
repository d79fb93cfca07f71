package io.arkestra;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import java.util.concurrent.CountDownLatch;

/** A model that begins to answer and then neither goes on nor hears that nobody waits any more, until it is interrupted. */
final class StuckLlm implements LlmClient {
    final CountDownLatch stuck = new CountDownLatch(1);
    final CountDownLatch let = new CountDownLatch(1);
    private final String beginning;

    StuckLlm(String beginning) {
        this.beginning = beginning;
    }

    @Override
    public LlmCapabilities capabilities() {
        return LlmCapabilities.builder()
                .local(true)
                .contextTokens(8_192)
                .parallelism(64)
                .build();
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready("stuck");
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        listener.onText(beginning);
        stuck.countDown();
        try {
            let.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
        listener.onText("too late");
        return LlmResponse.builder("stuck").text(beginning + "too late").build();
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        return TokenCount.of(0, true);
    }

    @Override
    public void close() {
        let.countDown();
    }
}
