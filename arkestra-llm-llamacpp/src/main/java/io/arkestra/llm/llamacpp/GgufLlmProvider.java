package io.arkestra.llm.llamacpp;

import io.arkestra.common.ConfigException;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.llm.llamacpp.jni.internal.JniSettings;
import io.arkestra.llm.llamacpp.jni.internal.LlamaJniClient;
import io.arkestra.llm.llamacpp.worker.internal.WorkerClassPath;
import io.arkestra.spi.Availability;
import io.arkestra.spi.Environment;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.nio.file.Path;

/**
 * A model in a GGUF file on this machine, on the processor; graphics cards are not used. llama.cpp runs it in a process of its own, never
 * in the host's.
 */
public final class GgufLlmProvider implements LlmClientProvider {
    private static final int USUAL_CONTEXT = 4096;

    /** Made by the service loader. */
    public GgufLlmProvider() {}

    @Override
    public String id() {
        return "gguf";
    }

    @Override
    public Availability availability(Environment environment) {
        return WorkerClassPath.libraryPresent()
                ? Availability.ready("llama.cpp (build 4916) in a worker process")
                : Availability.missing("add de.kherud:llama:4.2.0 to the application's dependencies");
    }

    @Override
    public SettingsSpec settings() {
        return SettingsSpec.none()
                .with(SettingKey.required("model", SettingKey.Type.PATH, "The model file, which ends in .gguf"))
                .with(SettingKey.optional(
                                "runtime",
                                SettingKey.Type.STRING,
                                "auto",
                                "What runs the model: jni is llama.cpp of de.kherud:llama in a worker process; auto is the best there is")
                        .oneOf("auto", "jni"))
                .with(SettingKey.optional(
                        "contextTokens",
                        SettingKey.Type.INTEGER,
                        USUAL_CONTEXT + ", or what the model was trained for if that is less",
                        "Tokens of prompt and answer together; memory grows with it"))
                .with(SettingKey.optional(
                        "threads", SettingKey.Type.INTEGER, "all processors but one", "Threads that compute"));
    }

    @Override
    public LlmClient open(ProviderContext context) {
        Settings settings = context.settings();
        Path model = settings.path("model")
                .orElseThrow(() -> new ConfigException(
                        "The language model 'gguf' needs the setting 'model': the path of a file that ends in .gguf"));
        int trained = GgufHeader.read(model).contextLength();
        int processors = Runtime.getRuntime().availableProcessors();
        JniSettings jni = new JniSettings(
                model,
                number(settings, "contextTokens", Math.min(trained, USUAL_CONTEXT)),
                number(settings, "threads", Math.max(1, processors - 1)));
        if (jni.contextTokens() > trained) {
            context.warn("contextTokens is " + jni.contextTokens() + ", but '" + model + "' was trained for " + trained
                    + " tokens; beyond that its answers get worse");
        }
        // The one place where a runtime is chosen: today there is one, so auto and jni are the same.
        return new LlamaJniClient(jni, context.clock());
    }

    private static int number(Settings settings, String key, int usual) {
        long value = settings.integer(key).orElse((long) usual);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new ConfigException(key + " is " + value + "; expected 1 or more");
        }
        return (int) value;
    }
}
