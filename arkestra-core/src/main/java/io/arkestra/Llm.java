package io.arkestra;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmClient;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names a language model: a provider and its settings, or a client that the host made. It opens nothing, so a host compiles against
 * the engine alone. Immutable.
 */
public final class Llm {
    private final String provider;
    private final Json settings;
    private final @Nullable LlmClient client;

    private Llm(String provider, Json settings, @Nullable LlmClient client) {
        this.provider = Objects.requireNonNull(provider, "provider");
        this.settings = Objects.requireNonNull(settings, "settings");
        this.client = client;
    }

    /** Rules in place of a model: deterministic, offline, honest about it. What runs when nothing is named. */
    public static Llm offline() {
        return new Llm("offline", Json.emptyObject(), null);
    }

    /** Answers read from a file of JSON lines, which makes demos and tests exact. See {@code docs/scripted-model.md}. */
    public static Llm script(Path file) {
        return new Llm("script", Json.object().put("file", file.toString()).build(), null);
    }

    /** A client that the host made. The host closes it. */
    public static Llm client(LlmClient client) {
        return new Llm("instance", Json.emptyObject(), Objects.requireNonNull(client, "client"));
    }

    /** A provider on the class path by its id, with its settings. */
    public static Llm provider(String id, Json settings) {
        return new Llm(id, settings, null);
    }

    /**
     * Reads the short form used in configuration files and on command lines: {@code offline} or {@code script:FILE}.
     *
     * @throws ConfigException when it is neither
     */
    public static Llm parse(String text) {
        if (text.equals("offline")) {
            return offline();
        }
        if (text.startsWith("script:") && text.length() > "script:".length()) {
            return new Llm(
                    "script",
                    Json.object()
                            .put("file", text.substring("script:".length()))
                            .build(),
                    null);
        }
        throw new ConfigException("'" + text + "' names no language model; expected 'offline' or 'script:FILE'");
    }

    /** Id of the provider, or {@code instance}. */
    public String provider() {
        return provider;
    }

    public Json settings() {
        return settings;
    }

    /** The client that the host made. */
    public Optional<LlmClient> client() {
        return Optional.ofNullable(client);
    }

    @Override
    public String toString() {
        return "Llm[" + provider + "]";
    }
}
