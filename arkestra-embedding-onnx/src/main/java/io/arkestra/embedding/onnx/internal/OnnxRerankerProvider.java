package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.ConfigException;
import io.arkestra.embedding.Reranker;
import io.arkestra.embedding.RerankerProvider;
import io.arkestra.spi.Availability;
import io.arkestra.spi.Environment;
import io.arkestra.spi.ProviderContext;
import io.arkestra.spi.SettingKey;
import io.arkestra.spi.SettingsSpec;
import java.nio.file.Path;

/** Rerankers on ONNX Runtime, from a user's cross-encoder file. */
public final class OnnxRerankerProvider implements RerankerProvider {
    @Override
    public String id() {
        return "onnx";
    }

    @Override
    public SettingsSpec settings() {
        return SettingsSpec.none()
                .with(SettingKey.required(
                        "model", SettingKey.Type.PATH, "The manifest (JSON) of a cross-encoder in ONNX form"))
                .with(SettingKey.optional(
                        "threads",
                        SettingKey.Type.INTEGER,
                        "as many as there are processors, at most 4",
                        "How many texts are judged side by side, 1 to 64"));
    }

    @Override
    public Availability availability(Environment environment) {
        return Natives.availability(environment);
    }

    @Override
    public Reranker open(ProviderContext context) {
        Path manifest = context.settings()
                .path("model")
                .orElseThrow(() -> new ConfigException("rerank.model is missing; expected the path of a manifest"));
        ModelSpec spec = ModelManifest.readCrossEncoder(manifest);
        int threads = OnnxEmbedderProvider.threads(context.settings(), "rerank");
        Natives.prepare(context.dataDirectory().map(UnpackDirectory::inHome).orElseGet(UnpackDirectory::withoutHome));
        return OnnxCrossEncoder.open(spec, threads, context.clock(), context::warn);
    }
}
