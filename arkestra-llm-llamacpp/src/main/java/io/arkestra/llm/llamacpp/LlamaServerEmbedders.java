package io.arkestra.llm.llamacpp;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import io.arkestra.common.Cancellation;
import io.arkestra.common.Health;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.langchain4j.EmbeddingModelEmbedder;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.openai.OpenAiEmbeddings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One embedding model behind a llama-server, for every purpose. Thread-safe. */
final class LlamaServerEmbedders implements Embedders {
    private final ModelServer server;
    private final int maxTokens;
    private final String queryPrefix;
    private final String passagePrefix;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Embedder embedder;
    private volatile String problem = "";

    LlamaServerEmbedders(ModelServer server, int maxTokens, String queryPrefix, String passagePrefix) {
        this.server = server;
        this.maxTokens = maxTokens;
        this.queryPrefix = queryPrefix;
        this.passagePrefix = passagePrefix;
    }

    /** Empty as long as the server has not told the dimension of its vectors. */
    @Override
    public Optional<Embedder> find(EmbeddingPurpose purpose) {
        lock.lock();
        try {
            if (embedder == null) {
                embedder = EmbeddingModelEmbedder.of(
                        new Model(), server.name(), maxTokens, this::tokens, queryPrefix, passagePrefix);
                problem = "";
            }
            return Optional.of(embedder);
        } catch (LlmException e) {
            problem = String.valueOf(e.getMessage());
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private int tokens(String text) {
        try {
            Json question =
                    Json.object().put("content", text).put("add_special", true).build();
            return server.client()
                    .chat()
                    .endpoint()
                    .post("/tokenize", question, limits(), Cancellation.none())
                    .list("tokens")
                    .size();
        } catch (LlmException | InvalidInputException e) {
            throw new EmbeddingException(
                    "failed", "The model " + server.name() + " does not count tokens: " + e.getMessage(), e);
        }
    }

    private Deadlines limits() {
        return Deadlines.standard().total(server.timeout());
    }

    /** The server as LangChain4j sees a model; its embedder does the rest. */
    private final class Model implements EmbeddingModel {
        private final OpenAiEmbeddings embeddings =
                new OpenAiEmbeddings(server.client().chat().endpoint(), "");

        @Override
        public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            List<String> texts = segments.stream().map(TextSegment::text).toList();
            return Response.from(embeddings.embed(texts, limits(), Cancellation.none()).stream()
                    .map(Embedding::from)
                    .toList());
        }
    }

    @Override
    public List<String> describe() {
        String state = problem.isEmpty() ? "" : "; it cannot be used: " + problem;
        return List.of("Embeddings by " + server.name() + " behind a llama-server, for everything" + state);
    }

    @Override
    public Health health() {
        return problem.isEmpty() ? Health.green() : Health.yellow(describe());
    }

    @Override
    public void close() {
        server.client().close();
    }
}
