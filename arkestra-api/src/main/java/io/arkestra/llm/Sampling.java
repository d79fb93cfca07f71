package io.arkestra.llm;

import io.arkestra.common.ConfigException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How to pick tokens. Unset values are the backend's own. Immutable. */
public final class Sampling {
    private final int maxTokens;
    private final @Nullable Double temperature;
    private final @Nullable Double topP;
    private final @Nullable Long seed;
    private final List<String> stop;

    private Sampling(
            int maxTokens,
            @Nullable Double temperature,
            @Nullable Double topP,
            @Nullable Long seed,
            List<String> stop) {
        this.maxTokens = maxTokens;
        this.temperature = temperature;
        this.topP = topP;
        this.seed = seed;
        this.stop = List.copyOf(stop);
    }

    /** An answer of at most this many tokens; at least 1. There is no default: an unbounded answer is never what one wants. */
    public static Sampling maxTokens(int limit) {
        if (limit < 1) {
            throw new ConfigException("sampling.maxTokens is " + limit + "; expected 1 or more");
        }
        return new Sampling(limit, null, null, null, List.of());
    }

    /** 0 picks the likeliest token; at most 2. */
    public Sampling temperature(double value) {
        if (!(value >= 0 && value <= 2)) {
            throw new ConfigException("sampling.temperature is " + value + "; expected 0 to 2");
        }
        return new Sampling(maxTokens, value, topP, seed, stop);
    }

    /** Nucleus sampling: above 0, at most 1. */
    public Sampling topP(double value) {
        if (!(value > 0 && value <= 1)) {
            throw new ConfigException("sampling.topP is " + value + "; expected above 0, at most 1");
        }
        return new Sampling(maxTokens, temperature, value, seed, stop);
    }

    public Sampling seed(long value) {
        return new Sampling(maxTokens, temperature, topP, value, stop);
    }

    /** Texts that end the answer. */
    public Sampling stop(List<String> texts) {
        return new Sampling(maxTokens, temperature, topP, seed, texts);
    }

    public int maxTokens() {
        return maxTokens;
    }

    public OptionalDouble temperature() {
        return temperature == null ? OptionalDouble.empty() : OptionalDouble.of(temperature);
    }

    public OptionalDouble topP() {
        return topP == null ? OptionalDouble.empty() : OptionalDouble.of(topP);
    }

    public OptionalLong seed() {
        return seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    }

    public List<String> stop() {
        return stop;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sampling that
                && maxTokens == that.maxTokens
                && Objects.equals(temperature, that.temperature)
                && Objects.equals(topP, that.topP)
                && Objects.equals(seed, that.seed)
                && Objects.equals(stop, that.stop);
    }

    @Override
    public int hashCode() {
        return Objects.hash(maxTokens, temperature, topP, seed, stop);
    }

    @Override
    public String toString() {
        return "Sampling[maxTokens=" + maxTokens + ", temperature=" + temperature + ", topP=" + topP + ", seed=" + seed
                + ", stop=" + stop + "]";
    }
}
