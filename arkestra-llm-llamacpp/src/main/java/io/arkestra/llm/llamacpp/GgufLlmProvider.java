package io.arkestra.llm.llamacpp;

import io.arkestra.common.ConfigException;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmClientProvider;
import io.arkestra.llm.llamacpp.jni.internal.JniSettings;
import io.arkestra.llm.llamacpp.jni.internal.LlamaJniClient;
import io.arkestra.llm.llamacpp.server.internal.ManagedServerClient;
import io.arkestra.llm.llamacpp.server.internal.RunningChildren;
import io.arkestra.llm.llamacpp.server.internal.ServerArguments;
import io.arkestra.llm.llamacpp.server.internal.ServerBinary;
import io.arkestra.llm.llamacpp.worker.internal.WorkerClassPath;
import io.arkestra.spi.Availability;
import io.arkestra.spi.Environment;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model in a GGUF file on this machine, on the processor; graphics cards are not used. llama.cpp runs it in a process of its own, never
 * in the host's.
 */
public final class GgufLlmProvider implements LlmClientProvider {
    private static final int USUAL_CONTEXT = 4096;
    private static final int USUAL_SLOTS = 3;

    /** Made by the service loader. */
    public GgufLlmProvider() {}

    @Override
    public String id() {
        return "gguf";
    }

    @Override
    public Availability availability(Environment environment) {
        Optional<Path> server = ServerBinary.find(System.getenv("PATH"));
        if (server.isPresent()) {
            return Availability.ready("llama-server: " + server.get());
        }
        return WorkerClassPath.libraryPresent()
                ? Availability.ready("llama.cpp (build 4916) in a worker process")
                : Availability.missing(
                        "install llama-server, or add de.kherud:llama:4.2.0 to the application's dependencies");
    }

    @Override
    public SettingsSpec settings() {
        return SettingsSpec.none()
                .with(SettingKey.required("model", SettingKey.Type.PATH, "The model file, which ends in .gguf"))
                .with(SettingKey.optional(
                                "runtime",
                                SettingKey.Type.STRING,
                                "auto",
                                "What runs the model: server is a llama-server that is started for it, jni is llama.cpp of de.kherud:llama in a"
                                        + " worker process, auto is server where there is one")
                        .oneOf("auto", "server", "jni"))
                .with(SettingKey.optional(
                        "binary",
                        SettingKey.Type.PATH,
                        "llama-server in PATH or in the application's directory",
                        "The executable llama-server"))
                .with(SettingKey.optional(
                        "slots",
                        SettingKey.Type.INTEGER,
                        "3",
                        "How many calls a llama-server runs at the same time; each has its own context"))
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
        int contextTokens = number(settings, "contextTokens", Math.min(trained, USUAL_CONTEXT));
        int threads = number(settings, "threads", Math.max(1, processors - 1));
        if (contextTokens > trained) {
            context.warn("contextTokens is " + contextTokens + ", but '" + model + "' was trained for " + trained
                    + " tokens; beyond that its answers get worse");
        }
        Optional<Path> binary = binary(context);
        if (binary.isPresent()) {
            ServerArguments server = new ServerArguments(
                    binary.get(), model, contextTokens, number(settings, "slots", USUAL_SLOTS), threads);
            RunningChildren children =
                    context.dataDirectory().map(RunningChildren::new).orElse(null);
            return new ManagedServerClient(server, children, context.clock());
        }
        return new LlamaJniClient(new JniSettings(model, contextTokens, threads), context.clock());
    }

    /** The llama-server to start; empty for the worker process. */
    private static Optional<Path> binary(ProviderContext context) {
        String runtime = context.settings().string("runtime").orElse("auto");
        Optional<Path> named = context.settings().path("binary");
        if (runtime.equals("jni")) {
            return Optional.empty();
        }
        Optional<Path> found = named.or(() -> ServerBinary.find(System.getenv("PATH")));
        boolean wanted = runtime.equals("server") || named.isPresent();
        if (wanted && found.isEmpty()) {
            throw new ConfigException("runtime is server, but there is no llama-server in PATH or in the application's"
                    + " directory; install llama.cpp, or name the executable with 'binary'");
        }
        try {
            found.ifPresent(ServerBinary::build);
            return found;
        } catch (ConfigException e) {
            if (wanted) {
                throw e;
            }
            context.warn(e.getMessage() + "; the worker process is used instead");
            return Optional.empty();
        }
    }

    private static int number(Settings settings, String key, int usual) {
        long value = settings.integer(key).orElse((long) usual);
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw new ConfigException(key + " is " + value + "; expected 1 or more");
        }
        return (int) value;
    }
}
