package io.arkestra.llm;

import io.arkestra.common.Json;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One answer. Immutable. */
public final class LlmResponse {
    private final Builder values;

    private LlmResponse(Builder values) {
        this.values = values;
    }

    public static Builder builder(String model) {
        return new Builder(model);
    }

    /** A builder that begins with everything of this response. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** The whole text, exactly as the listener saw it in pieces. */
    public String text() {
        return values.text;
    }

    /**
     * The document, when one was asked for and a client or the engine has read it and found it valid; possibly mended, as
     * {@link #quality()} says.
     */
    public Optional<Json> json() {
        return Optional.ofNullable(values.json);
    }

    /** What the model thought before it answered; empty when it did not or does not show it. */
    public String thinking() {
        return values.thinking;
    }

    /** Tool calls of the backend's own protocol; empty when it has none. */
    public List<LlmToolCall> toolCalls() {
        return values.toolCalls;
    }

    public FinishReason finish() {
        return values.finish;
    }

    public Usage usage() {
        return values.usage;
    }

    public Timings timings() {
        return values.timings;
    }

    /** The model that answered. */
    public String model() {
        return values.model;
    }

    public OutputQuality quality() {
        return values.quality;
    }

    /** The steps by which a document was mended, in order; empty unless {@link #quality()} is {@link OutputQuality#REPAIRED}. */
    public List<String> repairs() {
        return values.repairs;
    }

    /** Shows no text. */
    @Override
    public String toString() {
        return "LlmResponse[" + model() + ", " + finish() + ", " + quality() + ", " + usage() + "]";
    }

    /** Builds {@link LlmResponse}. Not thread-safe. */
    public static final class Builder {
        private final String model;
        private String text = "";
        private @Nullable Json json;
        private String thinking = "";
        private List<LlmToolCall> toolCalls = List.of();
        private FinishReason finish = FinishReason.STOP;
        private Usage usage = Usage.NONE;
        private Timings timings = Timings.NONE;
        private OutputQuality quality = OutputQuality.RAW;
        private List<String> repairs = List.of();

        private Builder(String model) {
            this.model = model;
        }

        private Builder(Builder other) {
            model = other.model;
            text = other.text;
            json = other.json;
            thinking = other.thinking;
            toolCalls = List.copyOf(other.toolCalls);
            finish = other.finish;
            usage = other.usage;
            timings = other.timings;
            quality = other.quality;
            repairs = List.copyOf(other.repairs);
        }

        public Builder text(String value) {
            text = value;
            return this;
        }

        public Builder json(Json value) {
            json = value;
            return this;
        }

        public Builder thinking(String value) {
            thinking = value;
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

        public Builder timings(Timings value) {
            timings = value;
            return this;
        }

        public Builder quality(OutputQuality value) {
            quality = value;
            return this;
        }

        public Builder repairs(List<String> value) {
            repairs = value;
            return this;
        }

        public LlmResponse build() {
            return new LlmResponse(new Builder(this));
        }
    }
}
