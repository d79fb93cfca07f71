package io.arkestra.llm.llamacpp;

import io.arkestra.embedding.Reranker;
import io.arkestra.embedding.RerankerProvider;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingsSpec;
import java.time.Duration;

/** Provider {@code llama-server}: a reranking model behind a llama-server, by its address. */
public final class LlamaServerRerankerProvider implements RerankerProvider {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Made by the service loader. */
    public LlamaServerRerankerProvider() {}

    @Override
    public String id() {
        return "llama-server";
    }

    @Override
    public SettingsSpec settings() {
        return ModelServer.settings(TIMEOUT, "an error");
    }

    @Override
    public Reranker open(ProviderContext context) {
        ModelServer server = ModelServer.open(context, "reranker", TIMEOUT);
        return new LlamaServerReranker(
                server.client(), "llama-server-" + server.name(), server.timeout(), context.clock());
    }
}
