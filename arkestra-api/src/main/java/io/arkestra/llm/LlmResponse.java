package io.arkestra.llm;

import java.util.List;

/** One answer. Immutable. */
public final class LlmResponse {
    private final String text;
    private final List<LlmToolCall> toolCalls;
    private final FinishReason finish;
    private final Usage usage;
    private final String model;

    private LlmResponse(Builder builder) {
        this.text = builder.text;
        this.toolCalls = List.copyOf(builder.toolCalls);
        this.finish = builder.finish;
        this.usage = builder.usage;
        this.model = builder.model;
    }

    public static Builder builder(String model) {
        return new Builder(model);
    }

    /** The whole text, exactly as the listener saw it in pieces. */
    public String text() {
        return text;
    }

    /** Tool calls of the backend's own protocol; empty when it has none. */
    public List<LlmToolCall> toolCalls() {
        return toolCalls;
    }

    public FinishReason finish() {
        return finish;
    }

    public Usage usage() {
        return usage;
    }

    /** The model that answered. */
    public String model() {
        return model;
    }

    /** Builds {@link LlmResponse}. Not thread-safe. */
    public static final class Builder {
        private final String model;
        private String text = "";
        private List<LlmToolCall> toolCalls = List.of();
        private FinishReason finish = FinishReason.STOP;
        private Usage usage = Usage.NONE;

        private Builder(String model) {
            this.model = model;
        }

        public Builder text(String value) {
            text = value;
            return this;
        }

        public Builder toolCalls(List<LlmToolCall> value) {
            toolCalls = value;
            return this;
        }

        public Builder finish(FinishReason value) {
            finish = value;
            return this;
        }

        public Builder usage(Usage value) {
            usage = value;
            return this;
        }

        public LlmResponse build() {
            return new LlmResponse(this);
        }
    }
}
