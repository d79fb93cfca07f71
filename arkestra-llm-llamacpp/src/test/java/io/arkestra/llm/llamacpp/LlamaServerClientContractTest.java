package io.arkestra.llm.llamacpp;

import io.arkestra.llm.LlmClient;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import io.arkestra.testkit.FakeServerContract;
import java.net.URI;
import java.util.Optional;

/** The contract of language models over HTTP, against a fake llama-server. */
class LlamaServerClientContractTest extends FakeServerContract {
    @Override
    protected FakeLlmServer server() {
        return FakeLlmServer.llamaServer();
    }

    @Override
    protected LlmClient client(URI address) {
        LlamaServerClient client = LlamaServerClient.builder().url(address).build();
        client.probe();
        return client;
    }

    @Override
    public Optional<LlmClient> overflowing() {
        return open(FakeLlmServer.contextOverflow(5_000, 4_096));
    }

    @Override
    public Optional<LlmClient> hangingBeforeFirstToken() {
        return open(FakeReply.events().comment("ping").hang());
    }
}
