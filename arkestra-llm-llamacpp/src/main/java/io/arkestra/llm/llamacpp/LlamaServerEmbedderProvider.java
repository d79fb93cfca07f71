package io.arkestra.llm.llamacpp;

import io.arkestra.common.ConfigException;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderProvider;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Provider {@code llama-server}: an embedding model behind a llama-server, by its address; none when there is no address. */
public final class LlamaServerEmbedderProvider implements EmbedderProvider {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long USUAL_TOKENS = 512;

    /** Made by the service loader. */
    public LlamaServerEmbedderProvider() {}

    @Override
    public String id() {
        return "llama-server";
    }

    /** Behind those that need no server. */
    @Override
    public int priority() {
        return 10;
    }

    @Override
    public SettingsSpec settings() {
        return ModelServer.settings(TIMEOUT, "no embedding model")
                .with(SettingKey.optional(
                        "maxTokens",
                        Type.INTEGER,
                        String.valueOf(USUAL_TOKENS),
                        "Tokens that the model takes; not more than -ub of the server"))
                .with(SettingKey.optional("queryPrefix", Type.STRING, "nothing", "What queries begin with"))
                .with(SettingKey.optional("passagePrefix", Type.STRING, "nothing", "What passages begin with"));
    }

    @Override
    public Embedders open(ProviderContext context) {
        Settings settings = context.settings();
        if (settings.string("url").isEmpty()) {
            return new NoEmbedders();
        }
        long maxTokens = settings.integer("maxTokens").orElse(USUAL_TOKENS);
        if (maxTokens < 16 || maxTokens > 1_000_000) {
            throw new ConfigException("maxTokens is " + maxTokens + "; expected 16 to 1000000");
        }
        return new LlamaServerEmbedders(
                ModelServer.open(context, "embedding model", TIMEOUT),
                (int) maxTokens,
                settings.string("queryPrefix").orElse(""),
                settings.string("passagePrefix").orElse(""));
    }

    /** Nobody named a server: this provider was picked because there is no other. */
    private static final class NoEmbedders implements Embedders {
        @Override
        public Optional<Embedder> find(EmbeddingPurpose purpose) {
            return Optional.empty();
        }

        @Override
        public List<String> describe() {
            return List.of("No embedding model: recall is by words alone; set embedding.url to a llama-server with one,"
                    + " or add io.arkestra:arkestra-embedding-onnx");
        }

        @Override
        public void close() {
            // Nothing was opened.
        }
    }
}
