package io.arkestra.benchmarks.evaluate;

import io.arkestra.MemoryConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A way to set the product up.
 *
 * @param name what it is called on the command line
 * @param explanation what it measures
 * @param memory what is changed from the defaults
 */
record Configuration(String name, String explanation, Consumer<MemoryConfig> memory) {
    private static final String CROSS_ENCODER = "cross-encoder";
    private static final Map<String, Configuration> ALL = new LinkedHashMap<>();

    static {
        add("default", "as shipped", memory -> {});
        add("lexical", "no embedding model: by words alone", MemoryConfig::lexicalOnly);
        add("ngram", "letters in the place of a model", memory -> memory.embedders(new LettersOnly()));
        add(
                "stored-vectors",
                "the stored vectors order what was found once more",
                memory -> memory.option("secondStage", "stored-vectors"));
        add(CROSS_ENCODER, "an ONNX cross-encoder (--reranker) orders what was found once more", memory -> {});
    }

    private static void add(String name, String explanation, Consumer<MemoryConfig> memory) {
        ALL.put(name, new Configuration(name, explanation, memory));
    }

    static String names() {
        return String.join(", ", ALL.keySet());
    }

    static Configuration named(String name) {
        Configuration found = ALL.get(name);
        if (found == null) {
            throw new EvaluationException("There is no configuration '" + name + "'; expected one of " + names());
        }
        return found;
    }

    /** The same with the model that the person who started the run has named. */
    Configuration with(Optional<Path> reranker) {
        if (name.equals(CROSS_ENCODER) != reranker.isPresent()) {
            throw new EvaluationException(
                    "--config cross-encoder and --reranker MANIFEST belong together: the manifest (JSON) of a"
                            + " cross-encoder in ONNX form");
        }
        return reranker.map(file -> new Configuration(
                        name,
                        explanation,
                        config -> config.reranker(
                                "onnx", Map.of("model", file.toAbsolutePath().toString()))))
                .orElse(this);
    }

    /** Whether there is something that it can be compared with. */
    boolean isDefault() {
        return name.equals("default");
    }

    /** A home of its own where what is kept in it differs from the default's. */
    Optional<Path> home(Optional<Path> named) {
        return name.equals("ngram") ? named.map(home -> home.resolve(name)) : named;
    }
}
