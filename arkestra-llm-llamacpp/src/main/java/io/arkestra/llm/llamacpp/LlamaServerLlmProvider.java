package io.arkestra.llm.llamacpp;

import io.arkestra.common.ConfigException;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.openai.ServerSettings;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.util.Optional;

/** Provider {@code llama-server}: a llama-server that somebody else runs, by its address. */
public final class LlamaServerLlmProvider implements LlmClientProvider {
    /** Made by the service loader. */
    public LlamaServerLlmProvider() {}

    @Override
    public String id() {
        return "llama-server";
    }

    @Override
    public SettingsSpec settings() {
        return ServerSettings.withTimeouts(SettingsSpec.none()
                .with(SettingKey.required("url", Type.STRING, "http://HOST:PORT of the llama-server"))
                .with(SettingKey.optional(
                        "model", Type.STRING, "the only one", "the name under which the server knows the model"))
                .with(ServerSettings.apiKey("none")));
    }

    @Override
    public LlmClient open(ProviderContext context) {
        Settings settings = context.settings();
        String url = settings.string("url")
                .orElseThrow(() -> new ConfigException(
                        "The language model 'llama-server' needs the setting 'url': http://HOST:PORT"));
        LlamaServerClient client = LlamaServerClient.builder()
                .url(ServerSettings.uri("url", url))
                .model(settings.string("model").orElse(""))
                .apiKey(ServerSettings.key(settings, name -> Optional.ofNullable(System.getenv(name))))
                .deadlines(ServerSettings.deadlines(settings))
                .clock(context.clock())
                .build();
        if (settings.json().has("apiKey")) {
            ServerSettings.warnOfPlainKey(context, client.chat().endpoint());
        }
        LlmHealth health = client.probe();
        if (health.status() == LlmHealth.Status.DOWN) {
            context.warn("The llama-server is not there yet: " + health.detail());
        }
        return client;
    }
}
