package io.arkestra.embedding.onnx.internal;

import ai.onnxruntime.OrtException;
import io.arkestra.embedding.EmbeddingException;
import java.util.Arrays;

/** Tries a loaded model of the user's with what its manifest promises, so that no text has to find out. */
final class ModelTrial {
    /** Longer promises are believed: a run of so many tokens already takes seconds and hundreds of megabytes. */
    static final int LONGEST = 2_050;

    private final ModelSpec spec;
    private final OnnxModel model;
    private final TextTokenizer tokenizer;

    ModelTrial(ModelSpec spec, OnnxModel model, TextTokenizer tokenizer) {
        this.spec = spec;
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /**
     * The dimension of the vectors that are kept.
     *
     * @throws EmbeddingException when the manifest asks for more than the model gives
     */
    int dimension() {
        int given = model.declaredDimension();
        if (given <= 0) {
            long[] shape = run(tokenizer.singleOverhead() + 1).shape();
            given = (int) shape[shape.length - 1];
        }
        int kept = spec.dimension().orElse(given);
        if (kept > given) {
            throw wrong("'dimension' is " + kept + ", but the vectors of the model have " + given
                    + " numbers; leave it out, or keep at most " + given);
        }
        return kept;
    }

    /** @throws EmbeddingException when the model does not take as many tokens as the manifest says */
    void maxTokens() {
        int promised = Math.min(spec.maxTokens(), LONGEST);
        if (takes(promised)) {
            return;
        }
        int least = tokenizer.singleOverhead() + 1;
        run(least); // fails by itself when the model takes nothing at all
        int takes = least;
        int fails = promised;
        while (fails - takes > 1) {
            int middle = (takes + fails) >>> 1;
            if (takes(middle)) {
                takes = middle;
            } else {
                fails = middle;
            }
        }
        throw wrong("'maxTokens' is " + spec.maxTokens() + ", but the model takes " + takes
                + " tokens at most; set it to " + takes);
    }

    private boolean takes(int tokens) {
        try {
            run(tokens);
            return true;
        } catch (EmbeddingException e) {
            if (e.getCause() instanceof OrtException) {
                return false;
            }
            throw e;
        }
    }

    private OnnxModel.Output run(int tokens) {
        int[] word = tokenizer.pieces("a").ids();
        int[] words = new int[tokens - tokenizer.singleOverhead()];
        Arrays.fill(words, word.length == 0 ? Math.max(0, tokenizer.unknown()) : word[word.length - 1]);
        return model.run(new int[][] {tokenizer.single(words)}, null);
    }

    private EmbeddingException wrong(String what) {
        String manifest = spec.manifest().map(file -> "The manifest " + file).orElse("The model " + spec.name());
        return new EmbeddingException("model", manifest + " is wrong: " + what, null);
    }
}
