package io.arkestra.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs JMH with its own options, and with figures of allocation and processor time unless the options name a profiler. */
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] args) throws IOException {
        List<String> options = new ArrayList<>(List.of(args));
        if (!options.contains("-prof")) {
            options.addAll(List.of("-prof", "gc", "-prof", CpuTimeProfiler.class.getName()));
        }
        org.openjdk.jmh.Main.main(options.toArray(String[]::new));
    }
}
