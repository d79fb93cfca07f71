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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The models of an engine. */
final class OnnxEmbedders implements Embedders {
    private final Map<EmbeddingPurpose, String> choices;
    private final UnpackDirectory directory;
    private final WorkPool pool;
    private final Consumer<String> warnings;
    private final Map<String, OnnxEmbedder> open = new ConcurrentHashMap<>();
    private final Map<String, String> missing = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile String opening = "";
    private boolean closed;
    private String unpackingFailure = "";

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
            opening = choice;
            OnnxEmbedder opened = open(choice);
            open.put(choice, opened);
            return Optional.of(opened);
        } catch (EmbeddingException e) {
            if (e.code().equals("embedding.closed")) {
                throw e;
            }
            fail(choice, e);
            return Optional.empty();
        } finally {
            opening = "";
            lock.unlock();
        }
    }

    private void fail(String choice, EmbeddingException cause) {
        String message = String.valueOf(cause.getMessage());
        // What hinders one model from being unpacked hinders the others too, and is told once.
        boolean unpacking = KnownModel.named(choice).isPresent() && cause.getCause() instanceof IOException;
        if (unpacking && !unpackingFailure.isEmpty()) {
            missing.put(choice, unpackingFailure);
            return;
        }
        if (unpacking) {
            unpackingFailure = message;
        }
        missing.put(choice, message);
        warnings.accept(message);
    }

    private OnnxEmbedder open(String choice) {
        Optional<KnownModel> known = KnownModel.named(choice);
        if (known.isPresent()) {
            ModelSpec spec = known.get().unpack(new ModelFiles(directory));
            Natives.prepare(directory);
            return embedder(spec, ModelIdentity.fingerprint(spec), KnownModel.DIMENSION)
                    .start();
        }
        ModelSpec spec = ModelManifest.read(Path.of(choice));
        Natives.prepare(directory);
        return tried(spec);
    }

    /** A model of the user's is loaded at once, because only it knows whether what the manifest says is true. */
    private OnnxEmbedder tried(ModelSpec spec) {
        TextTokenizer tokenizer = TokenizerFile.open(spec.tokenizer());
        OnnxModel model = null;
        try {
            model = OnnxModel.open(spec.model(), spec.output());
            ModelTrial trial = new ModelTrial(spec, model, tokenizer);
            String fingerprint = ModelIdentity.fingerprint(spec);
            int dimension = trial.dimension();
            FitRecord record = record(fingerprint);
            if (!record.isTried()) {
                trial.maxTokens();
                record.tried(spec.maxTokens());
            }
            return embedder(spec, fingerprint, dimension).start(model, tokenizer);
        } catch (RuntimeException | LinkageError e) {
            tokenizer.close();
            if (model != null) {
                model.close();
            }
            throw e;
        }
    }

    private OnnxEmbedder embedder(ModelSpec spec, String fingerprint, int dimension) {
        EmbedderInfo info = EmbedderInfo.of(spec.name(), fingerprint, dimension, spec.maxTokens());
        return new OnnxEmbedder(spec, info, pool, record(fingerprint), warnings);
    }

    private FitRecord record(String fingerprint) {
        return new FitRecord(directory.path().resolve("self-test-" + fingerprint.substring(0, 16) + ".json"));
    }

    /** The state at this moment; waits for no model that is being unpacked or loaded. */
    @Override
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        choices.forEach((purpose, choice) ->
                lines.add(purpose.name().toLowerCase(Locale.ROOT) + ": " + choice + ", " + state(choice)));
        return List.copyOf(lines);
    }

    private String state(String choice) {
        OnnxEmbedder model = open.get(choice);
        if (model != null) {
            return model.described();
        }
        String obstacle = missing.get(choice);
        if (obstacle != null) {
            return "cannot be used: " + obstacle;
        }
        return opening.equals(choice) ? "being unpacked and loaded" : "loaded when it is first needed";
    }

    @Override
    public Health health() {
        List<String> findings = missing.values().stream().distinct().toList();
        return findings.isEmpty() ? Health.green() : Health.yellow(findings);
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
