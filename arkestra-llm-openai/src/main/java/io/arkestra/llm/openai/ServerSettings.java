package io.arkestra.llm.openai;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.Deadlines;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingKey.Type;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Settings that every provider behind a server has: how long to wait, and where its key is. */
public final class ServerSettings {
    private ServerSettings() {}

    /** These settings and those for the time that calls may take. */
    public static SettingsSpec withTimeouts(SettingsSpec spec) {
        return spec.with(SettingKey.optional("connectTimeout", Type.DURATION, "PT10S", "to reach the server"))
                .with(SettingKey.optional(
                        "firstTokenTimeout", Type.DURATION, "PT3M", "from sending to the first piece of the answer"))
                .with(SettingKey.optional("idleTimeout", Type.DURATION, "PT1M", "between two pieces of the answer"))
                .with(SettingKey.optional("totalTimeout", Type.DURATION, "PT10M", "for the whole call"));
    }

    /** The setting {@code apiKey}, which says where a key is. */
    public static SettingKey apiKey(String defaultText) {
        return SettingKey.optional("apiKey", Type.STRING, defaultText, "env://NAME or file:PATH, never the key itself")
                .asSecret();
    }

    /** What {@link #withTimeouts} describes; unset where nothing is said. */
    public static Deadlines deadlines(Settings settings) {
        Deadlines result = Deadlines.standard();
        result = settings.duration("connectTimeout").map(result::connect).orElse(result);
        result = settings.duration("firstTokenTimeout").map(result::firstToken).orElse(result);
        result = settings.duration("idleTimeout").map(result::idle).orElse(result);
        return settings.duration("totalTimeout").map(result::total).orElse(result);
    }

    /** Read here, because an error of {@link Settings} would show what is there instead of a text. */
    static Optional<String> keyHandle(Settings settings) {
        Optional<Json> value = settings.json().get("apiKey").filter(json -> !json.isNull());
        if (value.isPresent() && !value.get().isString()) {
            throw new ConfigException("apiKey is no text; expected env://NAME or file:PATH");
        }
        return value.map(Json::asString);
    }

    /**
     * The key that the setting {@code apiKey} points to, read anew each time it is asked for.
     *
     * @param environment variables by name
     * @throws ConfigException when it points to nothing, or is a key itself; neither is shown
     */
    public static Supplier<Optional<String>> key(Settings settings, Function<String, Optional<String>> environment) {
        return keyHandle(settings)
                .map(handle -> SecretHandle.of("apiKey", handle, environment))
                .orElse(Optional::empty);
    }

    /**
     * What is wrong with an address is told without it: it may hold credentials.
     *
     * @param key the setting, for messages
     */
    public static URI uri(String key, String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key + " is no address; expected http://HOST:PORT");
        }
    }

    /** Warns when a key goes to another machine in the clear. */
    public static void warnOfPlainKey(ProviderContext context, OpenAiEndpoint endpoint) {
        if (!endpoint.loopback() && !endpoint.base().getScheme().equalsIgnoreCase("https")) {
            context.warn(
                    "The API key for " + endpoint.shown() + " goes over the network without encryption; use https");
        }
    }
}
