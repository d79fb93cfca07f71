package io.arkestra.benchmarks.embedding;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.model.scoring.onnx.OnnxScoringModel;
import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.Embedders;
import io.arkestra.embedding.EmbeddingPurpose;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.Reranker;
import io.arkestra.embedding.onnx.internal.OnnxEmbedderProvider;
import io.arkestra.embedding.onnx.internal.OnnxRerankerProvider;
import io.arkestra.testkit.TestProviderContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Whose runner. */
public enum Engine {
    ARKESTRA {
        @Override
        TextEncoder encoder(Precision precision) {
            Json settings = Json.object().put("document", precision.model()).build();
            Embedders models = new OnnxEmbedderProvider()
                    .open(TestProviderContext.builder().settings(settings).build());
            Embedder model = models.find(EmbeddingPurpose.DOCUMENT).orElseThrow();
            model.ready().toCompletableFuture().join();
            return new TextEncoder() {
                @Override
                public List<float[]> embed(List<String> texts) {
                    return model.embed(texts, EmbeddingRole.PASSAGE, Cancellation.none());
                }

                @Override
                public void close() {
                    models.close();
                }
            };
        }

        @Override
        PairScorer scorer(PairModel files) {
            Json settings =
                    Json.object().put("model", files.manifest().toString()).build();
            Reranker reranker = new OnnxRerankerProvider()
                    .open(TestProviderContext.builder().settings(settings).build());
            return new PairScorer() {
                @Override
                public double[] scores(String query, List<String> texts) {
                    List<RerankCandidate> candidates = IntStream.range(0, texts.size())
                            .mapToObj(i -> RerankCandidate.of(Integer.toString(i), texts.get(i), texts.size() - i))
                            .toList();
                    double[] scores = new double[texts.size()];
                    reranker.rerank(query, candidates, Duration.ofMinutes(5), Cancellation.none())
                            .forEach(one -> scores[Integer.parseInt(one.id())] = one.score());
                    return scores;
                }

                @Override
                public void close() {
                    reranker.close();
                }
            };
        }
    },

    /** As it comes. */
    LANGCHAIN4J {
        @Override
        TextEncoder encoder(Precision precision) {
            EmbeddingModel model = onDeepStack(() -> precision == Precision.INT8
                    ? new AllMiniLmL6V2QuantizedEmbeddingModel()
                    : new AllMiniLmL6V2EmbeddingModel());
            return new TextEncoder() {
                @Override
                public List<float[]> embed(List<String> texts) {
                    return model.embedAll(texts.stream().map(TextSegment::from).toList()).content().stream()
                            .map(Embedding::vector)
                            .toList();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        PairScorer scorer(PairModel files) {
            OnnxScoringModel model = onDeepStack(() -> new OnnxScoringModel(
                    files.model().toString(), files.tokenizer().toString()));
            return new PairScorer() {
                @Override
                public double[] scores(String query, List<String> texts) {
                    return model.scoreAll(texts.stream().map(TextSegment::from).toList(), query).content().stream()
                            .mapToDouble(Double::doubleValue)
                            .toArray();
                }

                @Override
                public void close() {}
            };
        }
    };

    private static final long DEEP = 512L << 20;

    /** MiniLM, ready. */
    abstract TextEncoder encoder(Precision precision);

    /** A cross-encoder. */
    abstract PairScorer scorer(PairModel files);

    /** ONNX Runtime 1.29 takes the process down when its first user has an ordinary stack and the command line is long, as JMH's is. */
    private static <T> T onDeepStack(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Runnable run = () -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException | LinkageError e) {
                result.completeExceptionally(e);
            }
        };
        new Thread(null, run, "first-use-of-onnx", DEEP).start();
        return result.join();
    }

    /** Texts to vectors. */
    interface TextEncoder extends AutoCloseable {
        List<float[]> embed(List<String> texts);

        @Override
        void close();
    }

    /** How well texts answer a query. */
    interface PairScorer extends AutoCloseable {
        /** In the order of the texts. */
        double[] scores(String query, List<String> texts);

        @Override
        void close();
    }
}
