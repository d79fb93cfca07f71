package io.arkestra;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.Reranker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How memory works. Used inside {@link ArkestraBuilder#memory}. */
public final class MemoryConfig {
    private @Nullable LocalTime sleepAt;
    private @Nullable String provider;
    private @Nullable String embedder;
    private @Nullable Embedders embedders;
    private @Nullable String vectorIndex;
    private @Nullable Reranker reranker;
    private @Nullable String rerankerProvider;
    private Json rerankerSettings = Json.emptyObject();
    private Json options = Json.emptyObject();
    private boolean lexicalOnly;
    private @Nullable Duration idleAfter;
    private @Nullable Integer turnLimit;
    private @Nullable Duration sleepBudget;
    private @Nullable Integer sleepModelCalls;
    private @Nullable Path exportTo;

    MemoryConfig() {}

    /** Does the nightly work at this time of day, in the engine's zone. Without it only {@link Arkestra#sleep()} does. */
    public MemoryConfig sleepAt(LocalTime time) {
        sleepAt = Objects.requireNonNull(time, "time");
        return this;
    }

    /** A conversation is over when nothing was said for so long; 10 minutes unless set. */
    public MemoryConfig idleAfter(Duration value) {
        idleAfter = positive("memory.idleAfter", value);
        return this;
    }

    /** A conversation is over after so many turns; 30 unless set. */
    public MemoryConfig turnLimit(int value) {
        if (value < 1) {
            throw new ConfigException("memory.turnLimit is " + value + "; expected 1 or more");
        }
        turnLimit = value;
        return this;
    }

    /** Stops the nightly work on memories after this time, to be continued the next night; an hour unless set. */
    public MemoryConfig sleepBudget(Duration value) {
        sleepBudget = positive("memory.sleepBudget", value);
        return this;
    }

    /** Asks a language model at most so many times in one night; 200 unless set. Without a model nothing is asked. */
    public MemoryConfig sleepModelCalls(int value) {
        if (value < 0) {
            throw new ConfigException("memory.sleepModelCalls is " + value + "; expected 0 or more");
        }
        sleepModelCalls = value;
        return this;
    }

    /** Writes data sets to train models on into this directory at night, masked and only of users who consented; none unless set. */
    public MemoryConfig exportTo(Path directory) {
        exportTo = Objects.requireNonNull(directory, "directory");
        return this;
    }

    private static Duration positive(String key, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new ConfigException(key + " is " + value + "; expected above zero");
        }
        return value;
    }

    /** Names the memory provider, when several are on the class path. */
    public MemoryConfig provider(String id) {
        provider = Objects.requireNonNull(id, "id");
        return this;
    }

    /** Names the provider of embedding models, when several are on the class path. */
    public MemoryConfig embedder(String id) {
        embedder = Objects.requireNonNull(id, "id");
        return this;
    }

    /** Takes these models; the engine closes them. */
    public MemoryConfig embedders(Embedders models) {
        embedders = Objects.requireNonNull(models, "models");
        return this;
    }

    /** Uses no embedding model even when there is one: recall is by words alone. */
    public MemoryConfig lexicalOnly() {
        lexicalOnly = true;
        return this;
    }

    /** Names the vector index provider, when several are on the class path. */
    public MemoryConfig vectorIndex(String id) {
        vectorIndex = Objects.requireNonNull(id, "id");
        return this;
    }

    /** Orders what was recalled once more, by this model; the engine closes it. */
    public MemoryConfig reranker(Reranker model) {
        reranker = Objects.requireNonNull(model, "model");
        return this;
    }

    /** Orders what was recalled once more, by a model of this provider; none does unless named. */
    public MemoryConfig reranker(String providerId, Map<String, ?> settings) {
        rerankerProvider = Objects.requireNonNull(providerId, "providerId");
        rerankerSettings = Json.fromJava(settings);
        return this;
    }

    /** Sets one of the memory provider's settings, see {@code describe()} and the documentation of the configuration. */
    public MemoryConfig option(String key, Object value) {
        options = options.with(key, Json.fromJava(value));
        return this;
    }

    Optional<Duration> idleTime() {
        return Optional.ofNullable(idleAfter);
    }

    Optional<Integer> mostTurns() {
        return Optional.ofNullable(turnLimit);
    }

    Optional<Duration> sleepTimeLimit() {
        return Optional.ofNullable(sleepBudget);
    }

    Optional<Integer> sleepCallLimit() {
        return Optional.ofNullable(sleepModelCalls);
    }

    Optional<Path> exportDirectory() {
        return Optional.ofNullable(exportTo);
    }

    Optional<String> embedderId() {
        return Optional.ofNullable(embedder);
    }

    Optional<Embedders> embedders() {
        return Optional.ofNullable(embedders);
    }

    boolean isLexicalOnly() {
        return lexicalOnly;
    }

    Optional<String> vectorIndexId() {
        return Optional.ofNullable(vectorIndex);
    }

    Optional<Reranker> reranker() {
        return Optional.ofNullable(reranker);
    }

    Optional<String> rerankerProviderId() {
        return Optional.ofNullable(rerankerProvider);
    }

    Json rerankerSettings() {
        return rerankerSettings;
    }

    Json options() {
        return options;
    }

    Optional<LocalTime> sleepTime() {
        return Optional.ofNullable(sleepAt);
    }

    Optional<String> providerId() {
        return Optional.ofNullable(provider);
    }
}
