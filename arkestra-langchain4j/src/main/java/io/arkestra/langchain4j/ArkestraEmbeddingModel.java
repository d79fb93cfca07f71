package io.arkestra.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInput;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingParameter;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import dev.langchain4j.model.embedding.response.EmbeddingResponse;
import dev.langchain4j.model.embedding.response.EmbeddingResponseMetadata;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingRole;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * An embedder of Arkestra as a LangChain4j {@link EmbeddingModel}. Arkestra's models tell questions from passages: {@code embed(String)},
 * which LangChain4j's retrievers call, embeds a question; segments are passages; an {@link EmbeddingInputType} in a request says it outright.
 * A text that is too long is refused, never cut. As thread-safe as the embedder, which belongs to who made it.
 */
public final class ArkestraEmbeddingModel implements EmbeddingModel {
    private final Embedder embedder;

    private ArkestraEmbeddingModel(Embedder embedder) {
        this.embedder = Objects.requireNonNull(embedder, "embedder");
    }

    public static ArkestraEmbeddingModel of(Embedder embedder) {
        return new ArkestraEmbeddingModel(embedder);
    }

    /** Embeds a question. */
    @Override
    public Response<Embedding> embed(String text) {
        EmbeddingResponse response = embed(EmbeddingRequest.builder()
                .input(text)
                .inputType(EmbeddingInputType.QUERY)
                .build());
        return Response.from(response.embeddings().get(0), response.metadata().tokenUsage());
    }

    /**
     * @throws InvalidRequestException when a text is longer than the model takes
     * @throws LangChain4jException when the model cannot be used; ours is its cause
     */
    @Override
    public EmbeddingResponse doEmbed(EmbeddingRequest request) {
        EmbeddingRole role = request.parameters().inputType() == EmbeddingInputType.QUERY
                ? EmbeddingRole.QUERY
                : EmbeddingRole.PASSAGE;
        List<String> texts = request.inputs().stream().map(EmbeddingInput::text).toList();
        List<float[]> vectors;
        try {
            vectors = embedder.embed(texts, role, Cancellation.none());
        } catch (EmbeddingException e) {
            throw e.code().equals("embedding.too-long")
                    ? new InvalidRequestException(e.getMessage(), e)
                    : new LangChain4jException(e.getMessage(), e);
        }
        int tokens = texts.stream()
                .mapToInt(text -> embedder.countTokens(text, role))
                .sum();
        return EmbeddingResponse.builder()
                .embeddings(vectors.stream().map(Embedding::from).toList())
                .metadata(EmbeddingResponseMetadata.builder()
                        .modelName(modelName())
                        .tokenUsage(new TokenUsage(tokens))
                        .build())
                .build();
    }

    @Override
    public Set<EmbeddingParameter<?>> supportedParameters() {
        return Set.of(EmbeddingRequestParameters.INPUT_TYPE);
    }

    @Override
    public int dimension() {
        return embedder.info().dimension();
    }

    /** Name and fingerprint: vectors of different names must not meet in one store. */
    @Override
    public String modelName() {
        return embedder.info().id();
    }
}
