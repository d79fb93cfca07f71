package io.arkestra.embedding.onnx.internal;

import io.arkestra.embedding.EmbeddingException;
import java.nio.file.Path;

/** Tokenizers that are not word pieces, by the library of Hugging Face, which a host adds when it needs one. */
final class HuggingFaceTokenizer {
    private static final String LIBRARY = "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer";

    private HuggingFaceTokenizer() {}

    static TextTokenizer open(Path file) {
        try {
            Class.forName(LIBRARY, false, HuggingFaceTokenizer.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new EmbeddingException(
                    "missing",
                    "The tokenizer " + file
                            + " is not of word pieces; add ai.djl.huggingface:tokenizers to the class path",
                    e);
        }
        return DjlTokenizer.open(file);
    }
}
