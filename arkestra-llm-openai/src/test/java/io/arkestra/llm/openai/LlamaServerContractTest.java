package io.arkestra.llm.openai;

import io.arkestra.llm.LlmClient;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import java.util.Optional;

/** The client against llama-server's form of the dialect. */
class LlamaServerContractTest extends OpenAiContractTest {
    @Override
    protected FakeLlmServer server() {
        return FakeLlmServer.llamaServer();
    }

    @Override
    OpenAiClient.Builder client() {
        return OpenAiClient.builder().dialect(OpenAiDialect.LLAMA_SERVER);
    }

    @Override
    public Optional<LlmClient> overflowing() {
        return open(FakeLlmServer.contextOverflow(5_000, 4_096));
    }

    @Override
    public Optional<LlmClient> hangingBeforeFirstToken() {
        // It accepts a call and begins the stream before it has read the prompt.
        return open(FakeReply.events()
                .comment("ping")
                .event(
                        "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},\"finish_reason\":null}]}")
                .hang());
    }
}
