package io.arkestra.llm.llamacpp.ollama;

import io.arkestra.common.ConfigException;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.Reasoning;
import io.arkestra.llm.openai.ServerSettings;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Provider {@code ollama}: a model of an Ollama, by name. */
public final class OllamaLlmProvider implements LlmClientProvider {
    private final Function<String, Optional<String>> environment;

    /** Made by the service loader. */
    public OllamaLlmProvider() {
        this(name -> Optional.ofNullable(System.getenv(name)));
    }

    OllamaLlmProvider(Function<String, Optional<String>> environment) {
        this.environment = environment;
    }

    @Override
    public String id() {
        return "ollama";
    }

    @Override
    public SettingsSpec settings() {
        return ServerSettings.withTimeouts(SettingsSpec.none()
                .with(SettingKey.required("model", Type.STRING, "the model as Ollama calls it, such as qwen3:4b"))
                .with(SettingKey.optional(
                        "baseUrl",
                        Type.STRING,
                        "OLLAMA_HOST, otherwise " + OllamaAddress.STANDARD,
                        "http://HOST:PORT of the Ollama"))
                .with(ServerSettings.apiKey("none"))
                .with(SettingKey.optional(
                        "contextTokens",
                        Type.INTEGER,
                        "the model's num_ctx, otherwise 8192",
                        "tokens of prompt and answer together, sent as num_ctx"))
                .with(SettingKey.optional(
                        "keepAlive", Type.DURATION, "Ollama's own", "how long the model stays in memory after a call"))
                .with(SettingKey.optional("thinking", Type.STRING, "default", "for calls that do not say")
                        .oneOf("default", "off", "low", "medium", "high"))
                .with(SettingKey.optional(
                        "parallelism",
                        Type.INTEGER,
                        "1",
                        "calls at the same time, as OLLAMA_NUM_PARALLEL of the server")));
    }

    @Override
    public LlmClient open(ProviderContext context) {
        Settings settings = context.settings();
        OllamaAddress address = settings.string("baseUrl")
                .map(text -> OllamaAddress.of("baseUrl", text))
                .or(() -> environment
                        .apply("OLLAMA_HOST")
                        .filter(text -> !text.isBlank())
                        .map(text -> OllamaAddress.of("OLLAMA_HOST", text)))
                .orElseGet(() -> OllamaAddress.of("baseUrl", OllamaAddress.STANDARD));
        OllamaClient.Builder builder = OllamaClient.builder()
                .address(address)
                .model(settings.string("model").orElse(""))
                .apiKey(ServerSettings.key(settings, environment))
                .deadlines(ServerSettings.deadlines(settings));
        settings.integer("contextTokens").ifPresent(value -> builder.contextTokens(count("contextTokens", value)));
        settings.integer("parallelism").ifPresent(value -> builder.parallelism(count("parallelism", value)));
        settings.duration("keepAlive").ifPresent(builder::keepAlive);
        settings.string("thinking")
                .ifPresent(value -> builder.reasoning(Reasoning.valueOf(value.toUpperCase(Locale.ROOT))));
        OllamaClient client = builder.build();
        if (settings.json().has("apiKey")
                && !address.loopback()
                && !address.base().getScheme().equalsIgnoreCase("https")) {
            context.warn("The API key for " + address + " goes over the network without encryption; use https");
        }
        LlmHealth health = client.probe();
        if (health.status() == LlmHealth.Status.DOWN) {
            context.warn("The model of Ollama is not there yet: " + health.detail());
        }
        return client;
    }

    private static int count(String key, long value) {
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new ConfigException(key + " is " + value + "; expected 1 to " + Integer.MAX_VALUE);
        }
        return (int) value;
    }
}
