package io.arkestra.llm.llamacpp.ollama;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmClient;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import io.arkestra.testkit.FakeServerContract;
import java.net.URI;
import java.util.Optional;

/** The contract of language models over HTTP, against a fake Ollama. */
class OllamaClientContractTest extends FakeServerContract {
    @Override
    protected FakeLlmServer server() {
        return FakeLlmServer.ollama();
    }

    @Override
    protected LlmClient client(URI address) {
        OllamaClient client = OllamaClient.builder().url(address).model("tiny").build();
        client.probe();
        return client;
    }

    @Override
    public Optional<LlmClient> overflowing() {
        return open(FakeReply.json(
                400,
                Json.object()
                        .put("error", "the input length exceeds the context length")
                        .build()));
    }
}
