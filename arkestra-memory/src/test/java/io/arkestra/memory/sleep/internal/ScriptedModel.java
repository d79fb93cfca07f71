package io.arkestra.memory.sleep.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.TokenCount;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Answers as it was told to, in order; fails when it has nothing left to say. */
final class ScriptedModel implements LlmClient {
    final List<LlmRequest> asked = new ArrayList<>();
    private final Deque<String> answers = new ArrayDeque<>();
    private final boolean local;
    private LlmException failure;

    /** Fails in this way, every time. */
    ScriptedModel(LlmException failure) {
        this(true);
        this.failure = failure;
    }

    ScriptedModel(String... answers) {
        this(true, answers);
    }

    ScriptedModel(boolean local, String... answers) {
        this.local = local;
        this.answers.addAll(List.of(answers));
    }

    @Override
    public LlmCapabilities capabilities() {
        return LlmCapabilities.builder()
                .jsonSchema(true)
                .local(local)
                .contextTokens(4_096)
                .build();
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready("scripted");
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        cancel.throwIfCancelled();
        asked.add(request);
        if (failure != null) {
            throw failure;
        }
        String answer = answers.poll();
        if (answer == null) {
            throw new LlmException(LlmException.Reason.UNAVAILABLE, "nothing left to say");
        }
        return LlmResponse.builder("scripted").text(answer).build();
    }

    String prompt(int call) {
        return asked.get(call).messages().stream()
                .map(message -> message.role() + ": " + message.rendered())
                .reduce("", (one, other) -> one + "\n" + other);
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        return TokenCount.of(0, true);
    }

    @Override
    public void close() {}
}
