package io.arkestra.benchmarks.evaluate;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbedderProvider;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.testkit.TestProviderContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The models that simple systems use: the same as the product's, so that what differs is what is made of them. */
final class Models implements AutoCloseable {
    private final Embedders embedders;

    /** @param directory where they are unpacked */
    Models(Optional<Path> directory) {
        try {
            Path models = directory.isPresent()
                    ? Files.createDirectories(directory.get())
                    : Files.createTempDirectory("arkestra-evaluate-models");
            embedders = ServiceLoader.load(EmbedderProvider.class)
                    .findFirst()
                    .orElseThrow(() -> new EvaluationException("There is no embedding model on the class path"))
                    .open(TestProviderContext.builder().dataDirectory(models).build());
        } catch (IOException e) {
            throw new UncheckedIOException("The models cannot be unpacked", e);
        }
    }

    /** Turns a text into a vector of length 1. */
    interface Model {
        float[] query(String text);

        float[] passage(String text);
    }

    /** The model of conversations: e5-small-v2, quantised. */
    Model e5() {
        return model(EmbeddingPurpose.CONVERSATION);
    }

    /** The model of documents: all-MiniLM-L6-v2. */
    Model miniLm() {
        return model(EmbeddingPurpose.DOCUMENT);
    }

    /** What the product chooses tools with. */
    Embedder tool() {
        Embedder embedder = embedders
                .find(EmbeddingPurpose.TOOL)
                .orElseThrow(() -> new EvaluationException(
                        "There is no model for tools: " + String.join("; ", embedders.describe())));
        embedder.ready().toCompletableFuture().join();
        return embedder;
    }

    private Model model(EmbeddingPurpose purpose) {
        Embedder embedder = embedders
                .find(purpose)
                .orElseThrow(() -> new EvaluationException(
                        "There is no model for " + purpose + ": " + String.join("; ", embedders.describe())));
        return new Model() {
            @Override
            public float[] query(String text) {
                return vector(embedder, text, EmbeddingRole.QUERY);
            }

            @Override
            public float[] passage(String text) {
                return vector(embedder, text, EmbeddingRole.PASSAGE);
            }
        };
    }

    /** Of a text that is too long, what the model takes: simple systems cut. */
    private static float[] vector(Embedder embedder, String text, EmbeddingRole role) {
        int limit = embedder.info().maxTokens();
        String head = embedder.countTokens(text, role) <= limit
                ? text
                : embedder.chunks(text, limit, 0).get(0).in(text);
        return embedder.embed(List.of(head), role, Cancellation.none()).get(0);
    }

    @Override
    public void close() {
        embedders.close();
    }
}
