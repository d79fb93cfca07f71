package io.arkestra.embedding.onnx.internal;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a model is and how it is used. The files are there.
 *
 * @param name for people
 * @param model the ONNX file
 * @param tokenizer {@code tokenizer.json} or {@code vocab.txt}
 * @param pooling how token vectors become one
 * @param queryPrefix what queries begin with
 * @param passagePrefix what passages begin with
 * @param maxTokens that the model takes, special ones included
 * @param quantised whether its weights are int8: such texts are never run together
 * @param output name of the output; the usual ones unless set
 * @param dimension how many leading numbers of each vector are kept; all unless set
 * @param manifest that describes it; none for models that come as artifacts
 * @param languages that it is said to understand besides what the self-test finds
 */
record ModelSpec(
        String name,
        Path model,
        Path tokenizer,
        Pooling pooling,
        String queryPrefix,
        String passagePrefix,
        int maxTokens,
        boolean quantised,
        Optional<String> output,
        OptionalInt dimension,
        Optional<Path> manifest,
        Set<Locale> languages) {
    /** How the vectors of a text's tokens become one. */
    enum Pooling {
        MEAN,
        CLS,
        LAST
    }

    ModelSpec {
        languages = Set.copyOf(languages);
    }
}
