package io.arkestra.benchmarks;

import io.arkestra.benchmarks.embedding.EmbeddingComparison;
import io.arkestra.benchmarks.vector.VectorComparison;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs JMH with its own options, and with figures of allocation and processor time unless the options name a profiler. */
public final class Benchmarks {
    private Benchmarks() {}

    /**
     * With {@code vectors} or {@code embedding} as the first argument, {@link VectorComparison} or {@link EmbeddingComparison} in place of
     * JMH.
     */
    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("vectors")) {
            VectorComparison.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        if (args.length > 0 && args[0].equals("embedding")) {
            EmbeddingComparison.main(Arrays.copyOfRange(args, 1, args.length));
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
