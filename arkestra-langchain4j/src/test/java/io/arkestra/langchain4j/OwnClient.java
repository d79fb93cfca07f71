package io.arkestra.langchain4j;

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

/** A language model of Arkestra that does what a test says, and keeps its requests. */
final class OwnClient implements LlmClient {
    interface Answer {
        LlmResponse answer(LlmRequest request, LlmListener listener, Cancellation cancel);
    }

    final List<LlmRequest> requests = new CopyOnWriteArrayList<>();
    private final Answer answer;
    private final boolean jsonSchema;

    OwnClient(boolean jsonSchema, Answer answer) {
        this.answer = answer;
        this.jsonSchema = jsonSchema;
    }

    @Override
    public LlmCapabilities capabilities() {
        return LlmCapabilities.builder()
                .jsonSchema(jsonSchema)
                .nativeTools(true)
                .streaming(true)
                .build();
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready("own");
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        requests.add(request);
        return answer.answer(request, listener, cancel);
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        return TokenCount.of(1, false);
    }

    @Override
    public void close() {}
}
