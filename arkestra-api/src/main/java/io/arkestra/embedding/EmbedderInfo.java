package io.arkestra.embedding;

import java.util.Objects;

/** What identifies a model and what it takes. Immutable. */
public final class EmbedderInfo {
    private final String name;
    private final String fingerprint;
    private final int dimension;
    private final int maxTokens;

    private EmbedderInfo(String name, String fingerprint, int dimension, int maxTokens) {
        this.name = Objects.requireNonNull(name, "name");
        this.fingerprint = Objects.requireNonNull(fingerprint, "fingerprint");
        this.dimension = dimension;
        this.maxTokens = maxTokens;
    }

    /**
     * @param name for people, for example {@code e5-small-v2-q}
     * @param fingerprint lower-case hexadecimal digest of everything that decides the vectors: weights, tokenizer, pooling, prefixes,
     *     limit, normalisation. Vectors of different fingerprints are never compared
     * @param dimension of its vectors
     * @param maxTokens of one text, special tokens included
     */
    public static EmbedderInfo of(String name, String fingerprint, int dimension, int maxTokens) {
        return new EmbedderInfo(name, fingerprint, dimension, maxTokens);
    }

    public String name() {
        return name;
    }

    public String fingerprint() {
        return fingerprint;
    }

    /** Name and the beginning of the fingerprint: short, and unique in practice. What vectors are kept under. */
    public String id() {
        return name + "-" + fingerprint.substring(0, Math.min(12, fingerprint.length()));
    }

    public int dimension() {
        return dimension;
    }

    public int maxTokens() {
        return maxTokens;
    }

    @Override
    public String toString() {
        return id() + " (" + dimension + " dimensions, " + maxTokens + " tokens)";
    }
}
