package io.arkestra.llm.llamacpp;

import io.arkestra.common.ConfigException;
import io.arkestra.llm.openai.ServerSettings;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.time.Duration;
import java.util.Optional;

/**
 * A llama-server with a model that does not chat, as the settings of a provider name it.
 *
 * @param name of the model, of letters, digits, dots and dashes
 * @param timeout of one call
 */
record ModelServer(LlamaServerClient client, String name, Duration timeout) {
    /** @param without what there is without an address, for people */
    static SettingsSpec settings(Duration timeout, String without) {
        return SettingsSpec.none()
                .with(SettingKey.optional("url", Type.STRING, without, "http://HOST:PORT of the llama-server"))
                .with(SettingKey.optional(
                        "model", Type.STRING, without, "Name and version of the model, as you call it"))
                .with(ServerSettings.apiKey("none"))
                .with(SettingKey.optional("timeout", Type.DURATION, timeout.toString(), "for one call to the server"));
    }

    /** @param what the provider brings, for messages */
    static ModelServer open(ProviderContext context, String what, Duration usual) {
        Settings settings = context.settings();
        String url = required(settings, what, "url");
        String name = required(settings, what, "model").replaceAll("[^A-Za-z0-9._-]+", "-");
        LlamaServerClient client = LlamaServerClient.builder()
                .url(ServerSettings.uri("url", url))
                .apiKey(ServerSettings.key(settings, variable -> Optional.ofNullable(System.getenv(variable))))
                .clock(context.clock())
                .build();
        if (settings.json().has("apiKey")) {
            ServerSettings.warnOfPlainKey(context, client.chat().endpoint());
        }
        if (!client.capabilities().local()) {
            context.warn("The " + what + " 'llama-server' is not on this machine: texts go there as they are");
        }
        return new ModelServer(client, name, settings.duration("timeout").orElse(usual));
    }

    private static String required(Settings settings, String what, String key) {
        return settings.string(key)
                .filter(value -> !value.isBlank())
                .orElseThrow(
                        () -> new ConfigException("The " + what + " 'llama-server' needs the setting '" + key + "'"));
    }
}
