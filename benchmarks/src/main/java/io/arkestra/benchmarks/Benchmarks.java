package io.arkestra.benchmarks;

import io.arkestra.benchmarks.embedding.EmbeddingComparison;
import io.arkestra.benchmarks.llm.PromptComparison;
import io.arkestra.benchmarks.llm.StreamingComparison;
import io.arkestra.benchmarks.vector.VectorComparison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs JMH with its own options, and with figures of allocation and processor time unless the options name a profiler. */
public final class Benchmarks {
    /** A table of its own in place of JMH. */
    private interface Comparison {
        void run(String[] args) throws Exception;
    }

    private static final Map<String, Comparison> COMPARISONS = Map.of(
            "vectors", VectorComparison::main,
            "embedding", EmbeddingComparison::main,
            "streaming", StreamingComparison::main,
            "prompts", PromptComparison::main);

    private Benchmarks() {}

    /** With the name of a comparison as the first argument, that one in place of JMH. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && COMPARISONS.containsKey(args[0])) {
            COMPARISONS.get(args[0]).run(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        List<String> options = new ArrayList<>(List.of(args));
        if (!options.contains("-prof")) {
            options.addAll(List.of("-prof", "gc", "-prof", CpuTimeProfiler.class.getName()));
        }
        Sizes.choose(options);
        org.openjdk.jmh.Main.main(options.toArray(String[]::new));
    }
}
