package io.arkestra.llm.llamacpp;

import io.arkestra.llm.llamacpp.gguf.internal.GgufVerdicts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a GGUF file says about its model. Reading one checks everything that can be checked without the tensors' data: structure, sizes,
 * hyper-parameters, vocabulary. A file that passes does not bring llama.cpp down, as far as anybody has seen; one that does not is never
 * handed to it. Immutable.
 */
public final class GgufHeader {
    private final Builder values;

    private GgufHeader(Builder values) {
        this.values = values;
    }

    /**
     * Reads and checks a file; never reads tensors, so it takes milliseconds whatever the size. The verdict is remembered until the file's
     * size or time of modification changes. Thread-safe.
     *
     * @throws GgufException when the file cannot be used, saying why
     */
    public static GgufHeader read(Path file) {
        return GgufVerdicts.read(file);
    }

    /** The family of models as llama.cpp calls it, for example {@code qwen2}. */
    public String architecture() {
        return values.architecture;
    }

    /** The name that its author gave it. */
    public Optional<String> name() {
        return Optional.ofNullable(values.name);
    }

    /** Tokens for which the model was trained; at least 1. */
    public int contextLength() {
        return values.contextLength;
    }

    /** Length of its vectors; at least 1. */
    public int embeddingLength() {
        return values.embeddingLength;
    }

    /** How most weights are stored, for example {@code Q4_K_M}; {@code unknown} when the file does not say. */
    public String quantisation() {
        return values.quantisation;
    }

    /** Number of weights, counted from the shapes of the tensors. */
    public long parameters() {
        return values.parameters;
    }

    /** The kind of tokenizer, for example {@code gpt2} (byte-level BPE), {@code llama} (SentencePiece), {@code bert} (word pieces). */
    public String tokenizer() {
        return values.tokenizer;
    }

    /** Entries of the vocabulary. */
    public int vocabularySize() {
        return values.vocabularySize;
    }

    /** Tokens that steer the model, such as the end of a message, as they are spelled in the vocabulary. */
    public List<String> controlTokens() {
        return values.controlTokens;
    }

    /** Whether the model brings a template that turns messages into a prompt. */
    public boolean hasChatTemplate() {
        return values.chatTemplate;
    }

    /** Size of the file in bytes. */
    public long fileSize() {
        return values.fileSize;
    }

    @Override
    public String toString() {
        return "GgufHeader[" + architecture() + (values.name == null ? "" : " '" + values.name + "'") + ", "
                + quantisation() + ", " + parameters() + " parameters, context " + contextLength() + ", tokenizer "
                + tokenizer() + "]";
    }

    /** Filled by the reader. Not thread-safe. */
    public static final class Builder {
        private String architecture = "";
        private @Nullable String name;
        private int contextLength;
        private int embeddingLength;
        private String quantisation = "unknown";
        private long parameters;
        private String tokenizer = "none";
        private int vocabularySize;
        private List<String> controlTokens = List.of();
        private boolean chatTemplate;
        private long fileSize;

        /** Starts with nothing known. */
        public Builder() {}

        public Builder architecture(String value) {
            architecture = value;
            return this;
        }

        public Builder name(@Nullable String value) {
            name = value;
            return this;
        }

        public Builder contextLength(int value) {
            contextLength = value;
            return this;
        }

        public Builder embeddingLength(int value) {
            embeddingLength = value;
            return this;
        }

        public Builder quantisation(String value) {
            quantisation = value;
            return this;
        }

        public Builder parameters(long value) {
            parameters = value;
            return this;
        }

        public Builder tokenizer(String value) {
            tokenizer = value;
            return this;
        }

        public Builder vocabularySize(int value) {
            vocabularySize = value;
            return this;
        }

        public Builder controlTokens(List<String> value) {
            controlTokens = List.copyOf(value);
            return this;
        }

        public Builder chatTemplate(boolean value) {
            chatTemplate = value;
            return this;
        }

        public Builder fileSize(long value) {
            fileSize = value;
            return this;
        }

        /** The header as filled in so far; the builder is not used afterwards. */
        public GgufHeader build() {
            return new GgufHeader(this);
        }
    }
}
