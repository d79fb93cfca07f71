package io.arkestra.llm.openai;

/** The client of a server that can do nothing but write text: what it does not claim is refused, a schema goes into the prompt. */
class PlainContractTest extends OpenAiContractTest {
    @Override
    OpenAiClient.Builder client() {
        return super.client()
                .capabilities(claims -> claims.jsonSchema(false)
                        .nativeTools(false)
                        .parallelTools(false)
                        .reasoning(false)
                        .usage(false));
    }
}
