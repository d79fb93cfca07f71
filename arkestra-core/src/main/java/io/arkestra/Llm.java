package io.arkestra;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names a language model: a provider and its settings, or a client that the host made. It opens nothing, so a host compiles against
 * the engine alone. Immutable.
 */
public final class Llm {
    /** Setting of any model: how good it is, a whole number; a better one is asked when another does not do. Its place in the list unless set. */
    public static final String TIER = "tier";

    /** Setting of any model: what a thousand tokens cost, in any unit; decides between models of one tier. */
    public static final String COST = "cost";

    /** Setting of any model: calls per minute; no limit unless set. */
    public static final String CALLS_PER_MINUTE = "callsPerMinute";

    /** Setting of any model: tokens of prompts and answers per minute; no limit unless set. */
    public static final String TOKENS_PER_MINUTE = "tokensPerMinute";

    private static final Map<String, String> SHORT_FORMS =
            Map.of("script", "file", "gguf", "model", "ollama", "model", "openai", "model");
    private static final String FORMS =
            "'offline', 'script:FILE', 'gguf:PATH', 'ollama:NAME', 'openai:NAME' or the address of a llama-server";

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

    /**
     * A GGUF file, run in a process of its own on this machine. Needs {@code arkestra-llm-llamacpp} on the class path.
     *
     * @param file the model
     */
    public static Llm gguf(Path file) {
        return setting("gguf", "model", file.toString());
    }

    /** A llama-server that runs already. Needs {@code arkestra-llm-llamacpp} on the class path. */
    public static Llm llamaServer(URI address) {
        return setting("llama-server", "url", address.toString());
    }

    /**
     * A model of an Ollama, by name; the one that {@code OLLAMA_HOST} names, otherwise the one on this machine, or {@code with("baseUrl", …)}.
     * Needs {@code arkestra-llm-llamacpp} on the class path. Where only {@code arkestra-llm-openai} is, {@code openAi(model).with("dialect",
     * "ollama")} uses the OpenAI dialect that Ollama speaks too.
     */
    public static Llm ollama(String model) {
        return setting("ollama", "model", model);
    }

    /**
     * A model of OpenAI, or of a service that speaks its dialect. Needs {@code arkestra-llm-openai} on the class path, and
     * {@link ArkestraBuilder#llmEgress} when it is not on this machine.
     */
    public static Llm openAi(String model) {
        return setting("openai", "model", model);
    }

    private static Llm setting(String provider, String key, String value) {
        return new Llm(provider, Json.object().put(key, value).build(), null);
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
     * Reads the short form used in configuration files and on command lines: {@code offline}, {@code script:FILE}, {@code gguf:PATH},
     * {@code ollama:NAME}, {@code openai:NAME}, or the address of a llama-server. More settings follow all but the address as in
     * {@code gguf:model.gguf?contextTokens=8192&threads=4}.
     *
     * @throws ConfigException when it is none of them
     */
    public static Llm parse(String text) {
        if (text.equals("offline")) {
            return offline();
        }
        if (text.startsWith("http://") || text.startsWith("https://")) {
            return setting("llama-server", "url", text);
        }
        int colon = text.indexOf(':');
        String key = colon < 0 ? "" : SHORT_FORMS.getOrDefault(text.substring(0, colon), "");
        if (key.isEmpty() || colon + 1 == text.length()) {
            throw new ConfigException("'" + text + "' names no language model; expected " + FORMS);
        }
        String value = text.substring(colon + 1);
        int question = value.indexOf('?');
        String name = question < 0 ? value : value.substring(0, question);
        String kind = text.substring(0, colon);
        Llm named = setting(kind, key, name);
        return question < 0 ? named : named.withAll(value.substring(question + 1), text);
    }

    private Llm withAll(String settings, String text) {
        Llm all = this;
        for (String part : settings.split("&")) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw new ConfigException("'" + text + "' has '" + part + "' where a setting is expected as key=value");
            }
            all = all.with(part.substring(0, equals), value(part.substring(equals + 1)));
        }
        return all;
    }

    private static Json value(String text) {
        if (text.matches("-?\\d{1,18}")) {
            return Json.of(Long.parseLong(text));
        }
        return text.equals("true") || text.equals("false") ? Json.of(Boolean.parseBoolean(text)) : Json.of(text);
    }

    /** The same with one more setting: one of the provider's, or {@link #TIER}, {@link #COST} and the limits of a backend. */
    public Llm with(String key, Json value) {
        return new Llm(provider, settings.with(key, value), client);
    }

    public Llm with(String key, String value) {
        return with(key, Json.of(value));
    }

    public Llm with(String key, long value) {
        return with(key, Json.of(value));
    }

    public Llm with(String key, boolean value) {
        return with(key, Json.of(value));
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
