package io.arkestra.llm.openai;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.Sampling;
import io.arkestra.testkit.FakeLlmServer;
import java.time.Duration;

/** Short words for what these tests do all the time. */
final class OpenAiCalls {
    /** For what comes at once on a machine that has time for us. */
    static final Duration LONG = Duration.ofSeconds(60);

    private OpenAiCalls() {}

    static LlmRequest.Builder request() {
        return LlmRequest.builder("senior")
                .message(LlmMessage.system("You answer briefly."))
                .message(LlmMessage.user("How are you?"))
                .sampling(Sampling.maxTokens(64))
                .deadline(LONG);
    }

    static LlmResponse ask(LlmClient client) {
        return ask(client, request().build());
    }

    static LlmResponse ask(LlmClient client, LlmRequest request) {
        return client.generate(request, LlmListener.none(), Cancellation.none());
    }

    static LlmException failure(LlmClient client) {
        return assertThrows(LlmException.class, () -> ask(client));
    }

    static OpenAiClient.Builder client(FakeLlmServer server) {
        return OpenAiClient.builder().model("fake-model").baseUrl(server.uri());
    }

    /** An event of a stream with a piece of text. */
    static String text(String piece) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + piece + "\"},\"finish_reason\":null}]}";
    }

    /** The event of a stream that says why it ends. */
    static String finish(String reason) {
        return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }
}
