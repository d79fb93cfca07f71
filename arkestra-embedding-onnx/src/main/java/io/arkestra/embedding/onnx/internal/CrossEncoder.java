package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.TextChunk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A loaded model that judges how well a text answers a query. One pair per run. Thread-safe. */
final class CrossEncoder implements AutoCloseable {
    private final ModelSpec spec;
    private final OnnxModel model;
    private final TextTokenizer tokenizer;

    private CrossEncoder(ModelSpec spec, OnnxModel model, TextTokenizer tokenizer) {
        this.spec = spec;
        this.model = model;
        this.tokenizer = tokenizer;
    }

    static CrossEncoder open(ModelSpec spec) {
        TextTokenizer tokenizer = TokenizerFile.open(spec.tokenizer());
        try {
            OnnxModel model = OnnxModel.open(spec.model(), spec.output());
            try {
                new ModelTrial(spec, model, tokenizer).maxTokens();
                return new CrossEncoder(spec, model, tokenizer);
            } catch (RuntimeException e) {
                model.close();
                throw e;
            }
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    TextTokenizer tokenizer() {
        return tokenizer;
    }

    /** @throws EmbeddingException with code {@code embedding.too-long} when it leaves less than half of the model for a text */
    int[] query(String query) {
        int[] ids = tokenizer.pieces(spec.queryPrefix() + query).ids();
        int most = (spec.maxTokens() - tokenizer.pairOverhead()) / 2;
        if (ids.length > most) {
            throw new EmbeddingException(
                    "too-long",
                    "The query has " + ids.length + " tokens; " + spec.name() + " takes " + spec.maxTokens()
                            + " of query and text together, and at most " + most
                            + " of the query. Ask a shorter question",
                    null);
        }
        return ids;
    }

    /** The score of the best part, when the text is too long for one run. */
    double score(int[] query, String text, Cancellation cancel) {
        int room = spec.maxTokens() - tokenizer.pairOverhead() - query.length;
        int prefix = tokenizer.pieces(spec.passagePrefix()).count();
        int[] whole = tokenizer.pieces(spec.passagePrefix() + text).ids();
        if (whole.length <= room) {
            return run(query, whole);
        }
        double best = Double.NEGATIVE_INFINITY;
        // What answers may lie across a cut, so parts overlap.
        for (TextChunk chunk : new Chunker(tokenizer, prefix).chunks(text, room, room / 4)) {
            cancel.throwIfCancelled();
            best = Math.max(
                    best,
                    run(
                            query,
                            tokenizer
                                    .pieces(spec.passagePrefix() + chunk.in(text))
                                    .ids()));
        }
        return best;
    }

    private double run(int[] query, int[] text) {
        TextTokenizer.Pair pair = tokenizer.pair(query, text);
        OnnxModel.Output output = model.run(new int[][] {pair.ids()}, new int[][] {pair.types()});
        float[] values = output.values();
        double score = switch (values.length) {
            case 1 -> values[0];
            case 2 -> values[1] - values[0]; // the classes "no" and "yes"
            default ->
                throw new EmbeddingException(
                        "model",
                        "The output of " + spec.name() + " has the shape " + Arrays.toString(output.shape())
                                + "; a cross-encoder gives one or two numbers per pair",
                        null);
        };
        if (!Double.isFinite(score)) {
            throw new EmbeddingException("failed", "The model " + spec.name() + " gave the score " + score, null);
        }
        return score;
    }

    /** d' of the scores of matching pairs among others. */
    double separation(List<String> questions, List<String> answers) {
        double right = 0;
        List<Double> wrong = new ArrayList<>();
        int pairs = questions.size();
        for (int i = 0; i < pairs; i++) {
            int[] query = query(questions.get(i));
            right += score(query, answers.get(i), Cancellation.none()) / pairs;
            // Three others tell as much as all seven, in half the time.
            for (int step = 1; step <= 3; step++) {
                wrong.add(score(query, answers.get((i + step) % pairs), Cancellation.none()));
            }
        }
        double mean = wrong.stream().mapToDouble(value -> value).average().orElse(0);
        double variance = wrong.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .average()
                .orElse(0);
        // A model that gives all the same score, because it knows none of the words, tells nothing apart.
        return variance < 1e-8 ? 0 : (right - mean) / Math.sqrt(variance);
    }

    @Override
    public void close() {
        try {
            model.close();
        } finally {
            tokenizer.close();
        }
    }
}
