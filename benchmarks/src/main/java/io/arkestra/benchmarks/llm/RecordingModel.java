package io.arkestra.benchmarks.llm;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers the same at once and keeps what it was asked. */
final class RecordingModel implements LlmClient {
    private final LlmResponse answer;
    private final List<LlmRequest> requests = new CopyOnWriteArrayList<>();

    RecordingModel(String text) {
        answer = LlmResponse.builder("recording").text(text).build();
    }

    List<LlmRequest> requests() {
        return List.copyOf(requests);
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        requests.add(request);
        listener.onText(answer.text());
        return answer;
    }

    @Override
    public LlmCapabilities capabilities() {
        return LlmCapabilities.builder().local(true).contextTokens(32_768).build();
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready("recording");
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        return TokenCount.of(500, false);
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
