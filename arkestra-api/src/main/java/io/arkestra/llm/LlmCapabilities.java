package io.arkestra.llm;

import io.arkestra.common.ConfigException;
import java.util.Set;

/** What a client can do. Everything is off until the builder says otherwise. Immutable. */
public final class LlmCapabilities {
    private final Builder values;

    private LlmCapabilities(Builder values) {
        this.values = values;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these. */
    public Builder toBuilder() {
        return new Builder(values);
    }

    /** Answers can be bound to a JSON Schema. */
    public boolean jsonSchema() {
        return values.jsonSchema;
    }

    /** The backend has its own protocol for tool calls. */
    public boolean nativeTools() {
        return values.nativeTools;
    }

    /** One answer may hold several calls of the backend's own protocol. */
    public boolean parallelTools() {
        return values.parallelTools;
    }

    /** The model can think before it answers, and {@link LlmRequest#reasoning()} is passed on. */
    public boolean reasoning() {
        return values.reasoning;
    }

    /** The backend keeps evaluated beginnings of prompts, so a stable beginning is cheap. */
    public boolean prefixCache() {
        return values.prefixCache;
    }

    /** {@link CacheHint#slot()} picks a place in the backend. */
    public boolean slotPinning() {
        return values.slotPinning;
    }

    /** The backend itself says how many tokens a call took. */
    public boolean usage() {
        return values.usage;
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

    /** Keywords of JSON Schema that the backend does not enforce: an answer may break them. */
    public Set<String> ignoredSchemaKeywords() {
        return values.ignoredSchemaKeywords;
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
                + contextTokens() + ", parallelism=" + parallelism() + ", parallelTools=" + parallelTools()
                + ", reasoning="
                + reasoning() + ", prefixCache=" + prefixCache() + ", slotPinning=" + slotPinning() + ", usage="
                + usage()
                + "]";
    }

    /** Builds {@link LlmCapabilities}. Not thread-safe. */
    public static final class Builder {
        private boolean jsonSchema;
        private boolean nativeTools;
        private boolean parallelTools;
        private boolean reasoning;
        private boolean prefixCache;
        private boolean slotPinning;
        private boolean usage;
        private boolean streaming;
        private Set<String> ignoredSchemaKeywords = Set.of();
        private boolean cancel;
        private boolean exactTokenCount;
        private boolean local;
        private int contextTokens = 4096;
        private int parallelism = 1;

        private Builder() {}

        private Builder(Builder other) {
            jsonSchema = other.jsonSchema;
            nativeTools = other.nativeTools;
            parallelTools = other.parallelTools;
            reasoning = other.reasoning;
            prefixCache = other.prefixCache;
            slotPinning = other.slotPinning;
            usage = other.usage;
            streaming = other.streaming;
            ignoredSchemaKeywords = other.ignoredSchemaKeywords;
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

        public Builder parallelTools(boolean value) {
            parallelTools = value;
            return this;
        }

        public Builder reasoning(boolean value) {
            reasoning = value;
            return this;
        }

        public Builder prefixCache(boolean value) {
            prefixCache = value;
            return this;
        }

        public Builder slotPinning(boolean value) {
            slotPinning = value;
            return this;
        }

        public Builder usage(boolean value) {
            usage = value;
            return this;
        }

        public Builder ignoredSchemaKeywords(Set<String> value) {
            ignoredSchemaKeywords = Set.copyOf(value);
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
