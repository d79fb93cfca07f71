package io.arkestra.llm.openai;

import io.arkestra.llm.LlmClient;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeServerContract;
import java.net.URI;

/** The client against a server of the OpenAI dialect, over HTTP on this machine. */
class OpenAiContractTest extends FakeServerContract {
    @Override
    protected FakeLlmServer server() {
        return FakeLlmServer.openAi();
    }

    OpenAiClient.Builder client() {
        return OpenAiClient.builder().model("fake-model").capabilities(claims -> claims.reasoning(true));
    }

    @Override
    protected LlmClient client(URI address) {
        return client().baseUrl(address).build();
    }
}
