package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.Health;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingPurpose;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The models of an engine. */
final class OnnxEmbedders implements Embedders {
    private final Map<EmbeddingPurpose, String> choices;
    private final UnpackDirectory directory;
    private final WorkPool pool;
    private final Consumer<String> warnings;
    private final Map<String, OnnxEmbedder> open = new LinkedHashMap<>();
    private final Map<String, String> missing = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private boolean toldOfUnpacking;

    /**
     * @param choices by purpose the name of a known model or the path of a manifest
     * @param directory where models are unpacked
     */
    OnnxEmbedders(
            Map<EmbeddingPurpose, String> choices, UnpackDirectory directory, int threads, Consumer<String> warnings) {
        this.choices = new EnumMap<>(choices);
        this.directory = directory;
        this.pool = new WorkPool(threads);
        this.warnings = warnings;
    }

    @Override
    public Optional<Embedder> find(EmbeddingPurpose purpose) {
        String choice = choices.get(purpose);
        if (choice == null) {
            return Optional.empty();
        }
        lock.lock();
        try {
            if (closed) {
                throw new EmbeddingException("closed", "The embedding models are closed", null);
            }
            OnnxEmbedder known = open.get(choice);
            if (known != null) {
                return Optional.of(known);
            }
            if (missing.containsKey(choice)) {
                return Optional.empty();
            }
            OnnxEmbedder opened = open(choice);
            open.put(choice, opened);
            return Optional.of(opened);
        } catch (EmbeddingException e) {
            if (e.code().equals("embedding.closed")) {
                throw e;
            }
            missing.put(choice, String.valueOf(e.getMessage()));
            // What hinders one model from being unpacked hinders the others too, and is told once.
            boolean unpacking = e.getCause() instanceof IOException;
            if (!unpacking || !toldOfUnpacking) {
                warnings.accept(String.valueOf(e.getMessage()));
            }
            toldOfUnpacking |= unpacking;
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private OnnxEmbedder open(String choice) {
        ModelFiles files = new ModelFiles(directory);
        ModelSpec spec = KnownModel.named(choice)
                .map(model -> model.unpack(files))
                .orElseGet(() -> ModelManifest.read(Path.of(choice)));
        Natives.prepare(directory);
        String fingerprint = ModelIdentity.fingerprint(spec);
        int dimension = dimension(spec);
        EmbedderInfo info = EmbedderInfo.of(spec.name(), fingerprint, dimension, spec.maxTokens());
        FitRecord fits = new FitRecord(directory.path().resolve("self-test-" + fingerprint.substring(0, 16) + ".json"));
        return new OnnxEmbedder(spec, info, pool, fits, warnings).start();
    }

    private static int dimension(ModelSpec spec) {
        if (KnownModel.named(spec.name()).isPresent()) {
            return 384;
        }
        if (spec.dimension().isPresent()) {
            return spec.dimension().getAsInt();
        }
        try (OnnxModel model = OnnxModel.open(spec.model(), spec.output())) {
            int declared = model.declaredDimension();
            if (declared > 0) {
                return declared;
            }
            TextTokenizer tokenizer = TokenizerFile.open(spec.tokenizer());
            try (tokenizer) {
                long[] shape = model.run(
                                new int[][] {
                                    tokenizer.single(tokenizer.pieces("a").ids())
                                },
                                null)
                        .shape();
                return (int) shape[shape.length - 1];
            }
        }
    }

    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lock.lock();
        try {
            choices.forEach((purpose, choice) -> {
                String state = missing.containsKey(choice)
                        ? "cannot be used: " + missing.get(choice)
                        : open.containsKey(choice) ? open.get(choice).described() : "loaded when it is first needed";
                lines.add(purpose.name().toLowerCase(Locale.ROOT) + ": " + choice + ", " + state);
            });
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Health health() {
        lock.lock();
        try {
            return missing.isEmpty()
                    ? Health.green()
                    : Health.yellow(missing.values().stream().distinct().toList());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
        } finally {
            lock.unlock();
        }
        pool.close();
        open.values().forEach(OnnxEmbedder::close);
    }
}
