package io.arkestra.llm.openai;

import io.arkestra.common.ConfigException;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/** Provider {@code openai}: models behind any server that speaks the OpenAI dialect. */
public final class OpenAiLlmProvider implements LlmClientProvider {
    private static final String OPENAI_KEY = "env://OPENAI_API_KEY";

    private final Function<String, Optional<String>> environment;

    /** For the service loader. */
    public OpenAiLlmProvider() {
        this(name -> Optional.ofNullable(System.getenv(name)));
    }

    OpenAiLlmProvider(Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    @Override
    public String id() {
        return "openai";
    }

    @Override
    public SettingsSpec settings() {
        String[] dialects =
                OpenAiDialect.known().stream().map(OpenAiDialect::name).toArray(String[]::new);
        return ServerSettings.withTimeouts(SettingsSpec.none()
                .with(SettingKey.optional(
                        "model", Type.STRING, "none", "the name under which the server knows the model"))
                .with(SettingKey.optional(
                                "dialect",
                                Type.STRING,
                                "openai or openai-reasoning, by the model's name",
                                "how the server speaks")
                        .oneOf(dialects))
                .with(SettingKey.optional(
                        "baseUrl", Type.STRING, "where the dialect's server usually is", "http://HOST:PORT/v1"))
                .with(ServerSettings.apiKey(OPENAI_KEY + " for OpenAI itself, otherwise none"))
                .with(SettingKey.optional(
                        "contextTokens",
                        Type.INTEGER,
                        "128000 for OpenAI, otherwise 8192",
                        "tokens of prompt and answer together"))
                .with(SettingKey.optional("proxy", Type.STRING, "the system's", "http://HOST:PORT")));
    }

    @Override
    public LlmClient open(ProviderContext context) {
        Settings settings = context.settings();
        String model = settings.string("model").orElse("");
        OpenAiDialect dialect = settings.string("dialect")
                .map(OpenAiDialect::named)
                .orElseGet(() -> OpenAiDialect.ofOpenAiModel(model));
        OpenAiClient.Builder client = OpenAiClient.builder()
                .dialect(dialect)
                .model(model)
                .deadlines(ServerSettings.deadlines(settings))
                .clock(context.clock());
        Optional<URI> baseUrl = settings.string("baseUrl").map(text -> ServerSettings.uri("baseUrl", text));
        baseUrl.ifPresent(client::baseUrl);
        settings.string("proxy").map(text -> ServerSettings.uri("proxy", text)).ifPresent(client::proxy);
        settings.integer("contextTokens").ifPresent(tokens -> {
            int limit = contextTokens(tokens);
            client.capabilities(claims -> claims.contextTokens(limit));
        });
        Optional<String> handle = ServerSettings.keyHandle(settings)
                .or(() -> ownKey(dialect, baseUrl) ? Optional.of(OPENAI_KEY) : Optional.empty());
        handle.ifPresent(text -> client.apiKey(SecretHandle.of("apiKey", text, environment)));
        OpenAiClient opened = client.build();
        if (handle.isPresent()) {
            ServerSettings.warnOfPlainKey(context, opened.endpoint());
        }
        return opened;
    }

    private static boolean ownKey(OpenAiDialect dialect, Optional<URI> baseUrl) {
        return dialect.cloud() && baseUrl.isEmpty();
    }

    private static int contextTokens(long tokens) {
        if (tokens < 1 || tokens > Integer.MAX_VALUE) {
            throw new ConfigException("contextTokens is " + tokens + "; expected 1 to " + Integer.MAX_VALUE);
        }
        return (int) tokens;
    }
}
