package io.arkestra.llm;

import io.arkestra.common.ConfigException;

/** What a client can do. Everything is off until the builder says otherwise. Immutable. */
public final class LlmCapabilities {
    private final Builder values;

    private LlmCapabilities(Builder values) {
        this.values = values;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Answers can be bound to a JSON Schema. */
    public boolean jsonSchema() {
        return values.jsonSchema;
    }

    /** The backend has its own protocol for tool calls. */
    public boolean nativeTools() {
        return values.nativeTools;
    }

    /** Text arrives while it is generated. */
    public boolean streaming() {
        return values.streaming;
    }

    /** The backend itself stops when a call is cancelled; without it only the wait ends. */
    public boolean cancel() {
        return values.cancel;
    }

    /** {@link LlmClient#countTokens} is exact. */
    public boolean exactTokenCount() {
        return values.exactTokenCount;
    }

    /** The model runs on this machine: nothing leaves it. */
    public boolean local() {
        return values.local;
    }

    /** Tokens of prompt and answer together; at least 1. */
    public int contextTokens() {
        return values.contextTokens;
    }

    /** Calls that make sense at the same time; at least 1. */
    public int parallelism() {
        return values.parallelism;
    }

    @Override
    public String toString() {
        return "LlmCapabilities[jsonSchema=" + jsonSchema() + ", nativeTools=" + nativeTools() + ", streaming="
                + streaming()
                + ", cancel=" + cancel() + ", exactTokenCount=" + exactTokenCount() + ", local=" + local()
                + ", contextTokens="
                + contextTokens() + ", parallelism=" + parallelism() + "]";
    }

    /** Builds {@link LlmCapabilities}. Not thread-safe. */
    public static final class Builder {
        private boolean jsonSchema;
        private boolean nativeTools;
        private boolean streaming;
        private boolean cancel;
        private boolean exactTokenCount;
        private boolean local;
        private int contextTokens = 4096;
        private int parallelism = 1;

        private Builder() {}

        private Builder(Builder other) {
            jsonSchema = other.jsonSchema;
            nativeTools = other.nativeTools;
            streaming = other.streaming;
            cancel = other.cancel;
            exactTokenCount = other.exactTokenCount;
            local = other.local;
            contextTokens = other.contextTokens;
            parallelism = other.parallelism;
        }

        public Builder jsonSchema(boolean value) {
            jsonSchema = value;
            return this;
        }

        public Builder nativeTools(boolean value) {
            nativeTools = value;
            return this;
        }

        public Builder streaming(boolean value) {
            streaming = value;
            return this;
        }

        public Builder cancel(boolean value) {
            cancel = value;
            return this;
        }

        public Builder exactTokenCount(boolean value) {
            exactTokenCount = value;
            return this;
        }

        public Builder local(boolean value) {
            local = value;
            return this;
        }

        public Builder contextTokens(int value) {
            contextTokens = positive("contextTokens", value);
            return this;
        }

        public Builder parallelism(int value) {
            parallelism = positive("parallelism", value);
            return this;
        }

        private static int positive(String key, int value) {
            if (value < 1) {
                throw new ConfigException("capabilities." + key + " is " + value + "; expected 1 or more");
            }
            return value;
        }

        public LlmCapabilities build() {
            return new LlmCapabilities(new Builder(this));
        }
    }
}
