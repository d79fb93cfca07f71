package io.arkestra.langchain4j;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.embedding.request.EmbeddingRequestParameters;
import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.embedding.CountedCutter;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderInfo;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.LanguageFit;
import io.arkestra.embedding.TestedLanguages;
import io.arkestra.embedding.TextChunk;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.ToIntFunction;

/**
 * A LangChain4j {@link EmbeddingModel}, for example one behind an endpoint. Its interface does not tell how many tokens a text has, so the
 * host says how they are counted and how many fit. A model that takes an input type is told which texts are questions. As thread-safe as the
 * model.
 */
public final class EmbeddingModelEmbedder implements Embedder {
    private static final int GROUP = 32;

    private final EmbeddingModel model;
    private final EmbedderInfo info;
    private final String queryPrefix;
    private final String passagePrefix;
    private final ToIntFunction<String> tokens;
    private final TestedLanguages languages;

    private EmbeddingModelEmbedder(
            EmbeddingModel model,
            EmbedderInfo info,
            String queryPrefix,
            String passagePrefix,
            ToIntFunction<String> tokens) {
        this.model = model;
        this.info = info;
        this.queryPrefix = queryPrefix;
        this.passagePrefix = passagePrefix;
        this.tokens = tokens;
        this.languages = new TestedLanguages((texts, query) ->
                embed(texts, query ? EmbeddingRole.QUERY : EmbeddingRole.PASSAGE, Cancellation.none()));
    }

    /**
     * @param name of the model, with its version: vectors are kept under it, so two models must not share one
     * @param maxTokens that it takes
     * @param tokens counts those of a text, special ones included; never too few
     * @param queryPrefix what queries begin with; empty for nothing
     * @param passagePrefix what passages begin with; empty for nothing
     */
    public static EmbeddingModelEmbedder of(
            EmbeddingModel model,
            String name,
            int maxTokens,
            ToIntFunction<String> tokens,
            String queryPrefix,
            String passagePrefix) {
        Objects.requireNonNull(tokens, "tokens");
        if (maxTokens < 16) {
            throw new InvalidInputException("maxTokens is " + maxTokens + "; expected at least 16");
        }
        int dimension = model.dimension();
        String identity = String.join(
                "\n", name, Integer.toString(dimension), queryPrefix, passagePrefix, Integer.toString(maxTokens));
        if (tellsRoles(model)) {
            identity += "\nroles";
        }
        return new EmbeddingModelEmbedder(
                model,
                EmbedderInfo.of(name, sha256(identity), dimension, maxTokens),
                queryPrefix,
                passagePrefix,
                tokens);
    }

    private static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public EmbedderInfo info() {
        return info;
    }

    @Override
    public List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
        List<TextSegment> segments = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            int count = countTokens(texts.get(i), role);
            if (count > info.maxTokens()) {
                throw new EmbeddingException(
                        "too-long",
                        "Text " + i + " has " + count + " tokens; " + info.name() + " takes " + info.maxTokens()
                                + ". Cut it with chunks()",
                        null);
            }
            segments.add(TextSegment.from(prefix(role) + texts.get(i)));
        }
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (int from = 0; from < segments.size(); from += GROUP) {
            cancel.throwIfCancelled();
            List<TextSegment> group = segments.subList(from, Math.min(segments.size(), from + GROUP));
            List<Embedding> made;
            try {
                made = made(group, role);
            } catch (RuntimeException e) {
                throw new EmbeddingException("failed", "The model " + info.name() + " failed: " + e.getMessage(), e);
            }
            if (made.size() != group.size()) {
                throw new EmbeddingException(
                        "failed",
                        "The model " + info.name() + " gave " + made.size() + " vectors for " + group.size() + " texts",
                        null);
            }
            made.forEach(embedding -> vectors.add(checked(embedding.vector().clone())));
        }
        return List.copyOf(vectors);
    }

    private List<Embedding> made(List<TextSegment> group, EmbeddingRole role) {
        if (!tellsRoles(model)) {
            return model.embedAll(group).content();
        }
        return model.embed(EmbeddingRequest.builder()
                        .textSegments(group)
                        .inputType(role == EmbeddingRole.QUERY ? EmbeddingInputType.QUERY : EmbeddingInputType.DOCUMENT)
                        .build())
                .embeddings();
    }

    private static boolean tellsRoles(EmbeddingModel model) {
        return model.supportedParameters().contains(EmbeddingRequestParameters.INPUT_TYPE);
    }

    private float[] checked(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        if (vector.length != info.dimension() || !(squares > 0) || Double.isInfinite(squares)) {
            throw new EmbeddingException(
                    "failed",
                    "The model " + info.name() + " gave a vector of " + vector.length + " numbers and length "
                            + Math.sqrt(squares) + "; expected " + info.dimension() + " numbers",
                    null);
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= scale;
        }
        return vector;
    }

    private String prefix(EmbeddingRole role) {
        return role == EmbeddingRole.QUERY ? queryPrefix : passagePrefix;
    }

    @Override
    public int countTokens(String text, EmbeddingRole role) {
        return tokens.applyAsInt(prefix(role) + text);
    }

    @Override
    public List<TextChunk> chunks(String text, int maxTokens, int overlap) {
        return new CountedCutter(
                        text,
                        part -> countTokens(part, EmbeddingRole.PASSAGE),
                        Math.min(maxTokens, info.maxTokens()),
                        overlap)
                .chunks();
    }

    @Override
    public LanguageFit language(Locale language) {
        return languages.fit(language);
    }

    @Override
    public boolean understands(String text) {
        return languages.understands(text);
    }

    /** At once: the model is somebody else's. */
    @Override
    public CompletionStage<Void> ready() {
        return CompletableFuture.completedStage(null);
    }

    /** Nothing to release: the model belongs to who made it. */
    @Override
    public void close() {
        // see above
    }
}
