package io.arkestra.benchmarks.vector;

import io.arkestra.benchmarks.Sizes;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One search of the ten nearest, each engine at the least effort that reaches a recall of 0.95. On real vectors when {@link
 * VectorComparison} has embedded them before, otherwise on a few generated ones. For ratios at several recalls use the comparison.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class VectorSearchBenchmark {
    private static final double RECALL = 0.95;

    @Param({"scan", "int8", "bit", "exact", "walk", "lucene", "jvector", "hnswlib", "langchain4j"})
    public String engine = "scan";

    private VectorEngine opened = new ArkestraScan(true);
    private float[][] queries = {};
    private int effort;
    private int next;

    @Setup
    public void open() throws Exception {
        VectorData data = VectorData.realIsThere()
                ? VectorData.real(VectorData.REAL)
                : VectorData.generated(Sizes.of(2_000, 300), 100);
        System.out.println("vectors: " + data.description());
        queries = Arrays.copyOf(data.queries(), Math.min(300, data.queries().length));
        opened = VectorEngines.named(Set.of(engine)).get(0);
        opened.build(data.base());
        effort = new EqualRecall(new VectorData(data.description(), data.base(), queries))
                .effort(opened, RECALL)
                .orElseThrow(() -> new IllegalStateException(engine + " does not reach a recall of " + RECALL));
    }

    @TearDown
    public void close() throws Exception {
        opened.close();
    }

    @Benchmark
    public int[] search() throws Exception {
        next = (next + 1) % queries.length;
        return opened.search(queries[next], EqualRecall.LIMIT, effort);
    }
}
