package io.arkestra.benchmarks;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.TokenCount;
import java.util.List;

/** A model of Arkestra that answers the same at once, asking for a tool first if it is to. */
final class FixedModel implements LlmClient {
    /** What a junior writes for a message that needs nothing looked up. */
    static final String REPORT = """
            {"intent":"statement","slots":{},"tools_hint":[],"style_directive":"","rag_query":"","confidence":0.9}""";

    private static final LlmCapabilities CAPABILITIES = LlmCapabilities.builder()
            .nativeTools(true)
            .contextTokens(32_768)
            .local(true)
            .build();
    private static final TokenCount COUNT = new TokenCount(500, false);

    private final LlmResponse answer;
    private final LlmResponse call;
    private final boolean callsTool;

    private FixedModel(String text, boolean callsTool) {
        this.callsTool = callsTool;
        this.answer = LlmResponse.builder("fixed").text(text).build();
        this.call = LlmResponse.builder("fixed")
                .toolCalls(List.of(new LlmToolCall("call-1", NothingTool.NAME, "{}")))
                .build();
    }

    static FixedModel saying(String text) {
        return new FixedModel(text, false);
    }

    /** Asks for {@link NothingTool} once in every turn, and then says the text. */
    static FixedModel callingThenSaying(String text) {
        return new FixedModel(text, true);
    }

    @Override
    public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
        List<LlmMessage> messages = request.messages();
        LlmMessage last = messages.get(messages.size() - 1);
        if (callsTool && last.role() != LlmMessage.Role.TOOL) {
            return call;
        }
        listener.onText(answer.text());
        return answer;
    }

    @Override
    public LlmCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public LlmHealth probe() {
        return LlmHealth.ready("fixed");
    }

    @Override
    public TokenCount countTokens(LlmRequest request) {
        return COUNT;
    }

    @Override
    public void close() {}
}
