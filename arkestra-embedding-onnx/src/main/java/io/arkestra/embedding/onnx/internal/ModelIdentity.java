package io.arkestra.embedding.onnx.internal;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What decides the vectors and scores of a model. */
final class ModelIdentity {
    private ModelIdentity() {}

    /** SHA-256 in hexadecimal. */
    static String fingerprint(ModelSpec spec) {
        String text = String.join(
                "\n",
                ModelFiles.sha256(spec.model()),
                ModelFiles.sha256(spec.tokenizer()),
                spec.pooling().name(),
                spec.queryPrefix(),
                spec.passagePrefix(),
                Integer.toString(spec.maxTokens()),
                spec.output().orElse(""),
                // Texts that run together have other vectors in int8.
                spec.quantised() ? "one text per run" : "texts together",
                spec.dimension().isPresent() ? Integer.toString(spec.dimension().getAsInt()) : "");
        return HexFormat.of().formatHex(ModelFiles.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
