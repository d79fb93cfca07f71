package io.arkestra.llm.openai;

import io.arkestra.llm.LlmClient;
import java.util.Optional;

/** The client without streaming: whole answers. */
class WholeAnswerContractTest extends OpenAiContractTest {
    @Override
    OpenAiClient.Builder client() {
        return super.client().capabilities(claims -> claims.streaming(false).reasoning(true));
    }

    @Override
    public Optional<LlmClient> hangingAfter(String piece) {
        // Nobody hears a piece of an answer that comes as a whole.
        return Optional.empty();
    }
}
