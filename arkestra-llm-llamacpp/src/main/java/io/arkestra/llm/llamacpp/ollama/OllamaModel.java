package io.arkestra.llm.llamacpp.ollama;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.DefaultChatRequestParameters;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.ollama.OllamaChatRequestParameters;
import dev.langchain4j.model.ollama.OllamaStreamingChatModel;
import java.util.Set;

/** LangChain4j's model of Ollama, made anew for each call, so that each has an HTTP client of its own under it. Thread-safe. */
final class OllamaModel implements StreamingChatModel {
    private final OllamaAddress address;
    private final boolean schemas;

    OllamaModel(OllamaAddress address, boolean schemas) {
        this.address = address;
        this.schemas = schemas;
    }

    /** LangChain4j's parameters and the call that they are for. */
    static final class Parameters extends DefaultChatRequestParameters {
        private final OllamaChatRequestParameters theirs;
        private final OllamaCall call;

        Parameters(OllamaChatRequestParameters theirs, OllamaCall call) {
            super(ChatRequestParameters.builder().overrideWith(theirs));
            this.theirs = theirs;
            this.call = call;
        }
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return schemas ? Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA) : Set.of();
    }

    @Override
    public void chat(ChatRequest request, StreamingChatResponseHandler handler) {
        Parameters parameters = (Parameters) request.parameters();
        OllamaStreamingChatModel model = new OllamaStreamingChatModel.OllamaStreamingChatModelBuilder()
                .httpClientBuilder(new OllamaCall.Builder(parameters.call))
                .baseUrl(address.toString())
                .modelName(parameters.theirs.modelName())
                .returnThinking(true)
                .build();
        model.chat(
                ChatRequest.builder()
                        .messages(request.messages())
                        .parameters(parameters.theirs)
                        .build(),
                handler);
    }
}
