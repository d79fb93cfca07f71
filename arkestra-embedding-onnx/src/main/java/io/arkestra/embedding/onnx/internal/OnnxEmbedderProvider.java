package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.embedding.EmbedderProvider;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.spi.Availability;
import io.arkestra.spi.Environment;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.Settings;
import io.arkestra.spi.SettingsSpec;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** Embedding models on ONNX Runtime: those of the LangChain4j artifacts, and a user's own. */
public final class OnnxEmbedderProvider implements EmbedderProvider {
    private static final String CONVERSATION = "e5-small-v2-q";
    private static final String NONE = "none";
    private static final String DOCUMENT = "all-minilm-l6-v2-q";

    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public SettingsSpec settings() {
        String what = "one of " + String.join(", ", KnownModel.names()) + ", the path of a manifest, or none";
        return SettingsSpec.none()
                .with(SettingKey.optional(
                        "conversation",
                        SettingKey.Type.STRING,
                        CONVERSATION,
                        "The model for conversations and memories: " + what))
                .with(SettingKey.optional(
                        "document", SettingKey.Type.STRING, DOCUMENT, "The model for documents: " + what))
                .with(SettingKey.optional(
                        "tool", SettingKey.Type.STRING, DOCUMENT, "The model for descriptions of tools: " + what))
                .with(SettingKey.optional(
                        "threads",
                        SettingKey.Type.INTEGER,
                        "as many as there are processors, at most 4",
                        "How many texts are embedded side by side, 1 to 64"))
                .with(SettingKey.optional(
                        "directory",
                        SettingKey.Type.PATH,
                        "models in the home",
                        "Where models are unpacked; several homes may share one"));
    }

    @Override
    public Availability availability(Environment environment) {
        return Natives.availability(environment);
    }

    @Override
    public Embedders open(ProviderContext context) {
        Settings settings = context.settings();
        Map<EmbeddingPurpose, String> choices = new EnumMap<>(EmbeddingPurpose.class);
        choose(
                choices,
                EmbeddingPurpose.CONVERSATION,
                settings.string("conversation").orElse(CONVERSATION));
        choose(choices, EmbeddingPurpose.DOCUMENT, settings.string("document").orElse(DOCUMENT));
        choose(choices, EmbeddingPurpose.TOOL, settings.string("tool").orElse(DOCUMENT));
        int threads = threads(settings, "embedding");
        UnpackDirectory directory = settings.path("directory")
                .map(UnpackDirectory::configured)
                .or(() -> context.dataDirectory().map(UnpackDirectory::inHome))
                .orElseGet(UnpackDirectory::withoutHome);
        return new OnnxEmbedders(choices, directory, threads, context::warn);
    }

    private static void choose(Map<EmbeddingPurpose, String> choices, EmbeddingPurpose purpose, String model) {
        if (model.equals(NONE)) {
            return;
        }
        if (KnownModel.named(model).isEmpty()) {
            ModelManifest.read(Path.of(model)); // so that a wrong one is told at the start
        }
        choices.put(purpose, model);
    }

    static int threads(Settings settings, String where) {
        long threads = settings.integer("threads")
                .orElse((long) Math.min(4, Runtime.getRuntime().availableProcessors()));
        if (threads < 1 || threads > 64) {
            throw new ConfigException(where + ".threads is " + threads + "; expected 1 to 64");
        }
        return (int) threads;
    }
}
