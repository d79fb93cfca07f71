package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.EmbeddingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The models that come as Maven artifacts. */
enum KnownModel {
    E5_SMALL_Q("e5-small-v2-q", "query: ", "passage: ", 512, true),
    E5_SMALL("e5-small-v2", "query: ", "passage: ", 512, false),
    // Positions go to 512, but it was trained on less; more than 256 is not worth it.
    MINILM_Q("all-minilm-l6-v2-q", "", "", 256, true),
    MINILM("all-minilm-l6-v2", "", "", 256, false);

    /** Of the vectors of all of them. */
    static final int DIMENSION = 384;

    private final String id;
    private final String queryPrefix;
    private final String passagePrefix;
    private final int maxTokens;
    private final boolean quantised;

    KnownModel(String id, String queryPrefix, String passagePrefix, int maxTokens, boolean quantised) {
        this.id = id;
        this.queryPrefix = queryPrefix;
        this.passagePrefix = passagePrefix;
        this.maxTokens = maxTokens;
        this.quantised = quantised;
    }

    static Optional<KnownModel> named(String name) {
        for (KnownModel model : values()) {
            if (model.id.equals(name)) {
                return Optional.of(model);
            }
        }
        return Optional.empty();
    }

    static List<String> names() {
        List<String> names = new ArrayList<>();
        for (KnownModel model : values()) {
            names.add(model.id);
        }
        return names;
    }

    String id() {
        return id;
    }

    /** Whether its artifact is on the class path. */
    boolean isPresent() {
        return PackedResource.exists("/" + id + ".onnx") && PackedResource.exists("/" + id + "-tokenizer.json");
    }

    /** Unpacks it, unless that was done before. */
    ModelSpec unpack(ModelFiles files) {
        if (!isPresent()) {
            throw new EmbeddingException(
                    "missing",
                    "The model " + id + " is not on the class path; add dev.langchain4j:langchain4j-embeddings-" + id
                            + " or name another one of " + names(),
                    null);
        }
        return new ModelSpec(
                id,
                files.unpack("/" + id + ".onnx", id + ".onnx"),
                files.unpack("/" + id + "-tokenizer.json", id + "-tokenizer.json"),
                ModelSpec.Pooling.MEAN,
                queryPrefix,
                passagePrefix,
                maxTokens,
                quantised,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Set.of());
    }
}
