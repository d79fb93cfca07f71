package io.arkestra.embedding.onnx.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;

/** A model in memory. Thread-safe. */
final class LoadedEmbedder implements AutoCloseable {
    /** Padded tokens of one run of a model in full precision: larger runs leave the cache of the processor. */
    private static final int BATCH_TOKENS = 512;
    /** Longer texts run alone. */
    private static final int ALONE = 256;

    private final ModelSpec spec;
    private final OnnxModel model;
    private final TextTokenizer tokenizer;
    private final WorkPool pool;

    LoadedEmbedder(ModelSpec spec, OnnxModel model, TextTokenizer tokenizer, WorkPool pool) {
        this.spec = spec;
        this.model = model;
        this.tokenizer = tokenizer;
        this.pool = pool;
    }

    TextTokenizer tokenizer() {
        return tokenizer;
    }

    private record Item(int place, int[] ids) {}

    List<float[]> embed(List<String> texts, EmbeddingRole role, Cancellation cancel) {
        List<Item> items = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            int[] ids = tokenizer.single(
                    tokenizer.pieces(prefix(role) + texts.get(i)).ids());
            if (ids.length > spec.maxTokens()) {
                throw new EmbeddingException(
                        "too-long",
                        "Text " + i + " has " + ids.length + " tokens; " + spec.name() + " takes " + spec.maxTokens()
                                + ". Cut it with chunks()",
                        null);
            }
            items.add(new Item(i, ids));
        }
        List<List<Item>> batches = batches(items);
        List<Callable<List<float[]>>> runs = new ArrayList<>(batches.size());
        for (List<Item> batch : batches) {
            runs.add(() -> run(batch));
        }
        float[][] vectors = new float[texts.size()][];
        List<List<float[]>> results = pool.all(runs, role == EmbeddingRole.QUERY, cancel);
        for (int b = 0; b < batches.size(); b++) {
            for (int i = 0; i < batches.get(b).size(); i++) {
                vectors[batches.get(b).get(i).place()] = results.get(b).get(i);
            }
        }
        return List.of(vectors);
    }

    String prefix(EmbeddingRole role) {
        return role == EmbeddingRole.QUERY ? spec.queryPrefix() : spec.passagePrefix();
    }

    private List<List<Item>> batches(List<Item> items) {
        List<List<Item>> batches = new ArrayList<>();
        if (spec.quantised()) {
            // The scale of a quantised activation is taken over the whole run: neighbours would change the vector.
            items.forEach(item -> batches.add(List.of(item)));
            return batches;
        }
        List<Item> sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparingInt(item -> item.ids().length));
        List<Item> batch = new ArrayList<>();
        for (Item item : sorted) {
            int length = item.ids().length;
            if (!batch.isEmpty() && (length > ALONE || (batch.size() + 1) * length > BATCH_TOKENS)) {
                batches.add(batch);
                batch = new ArrayList<>();
            }
            batch.add(item);
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }

    private List<float[]> run(List<Item> batch) {
        int[][] ids = batch.stream().map(Item::ids).toArray(int[][]::new);
        OnnxModel.Output output = model.run(ids, null);
        long[] shape = output.shape();
        List<float[]> vectors = new ArrayList<>(batch.size());
        int dimension = (int) shape[shape.length - 1];
        for (int text = 0; text < ids.length; text++) {
            float[] vector = switch (shape.length) {
                case 2 -> java.util.Arrays.copyOfRange(output.values(), text * dimension, (text + 1) * dimension);
                case 3 -> pooled(output.values(), text * (int) shape[1] * dimension, ids[text].length, dimension);
                default ->
                    throw new EmbeddingException(
                            "model",
                            "The output of " + spec.name() + " has " + shape.length + " dimensions; expected 2 or 3",
                            null);
            };
            vectors.add(normalised(shortened(vector)));
        }
        return vectors;
    }

    private float[] pooled(float[] values, int offset, int tokens, int dimension) {
        float[] vector = new float[dimension];
        switch (spec.pooling()) {
            case CLS -> System.arraycopy(values, offset, vector, 0, dimension);
            case LAST -> System.arraycopy(values, offset + (tokens - 1) * dimension, vector, 0, dimension);
            case MEAN -> {
                for (int token = 0; token < tokens; token++) {
                    for (int i = 0; i < dimension; i++) {
                        vector[i] += values[offset + token * dimension + i];
                    }
                }
                for (int i = 0; i < dimension; i++) {
                    vector[i] /= tokens;
                }
            }
        }
        return vector;
    }

    private float[] shortened(float[] vector) {
        int kept = spec.dimension().orElse(vector.length);
        return kept < vector.length ? java.util.Arrays.copyOf(vector, kept) : vector;
    }

    private float[] normalised(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double length = Math.sqrt(squares);
        if (length == 0) {
            // Nothing but words without a vector. Any fixed direction keeps the promise of length 1.
            vector[0] = 1;
            return vector;
        }
        if (!Double.isFinite(length)) {
            throw new EmbeddingException(
                    "failed", "The model " + spec.name() + " gave a vector of length " + length, null);
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / length);
        }
        return vector;
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
