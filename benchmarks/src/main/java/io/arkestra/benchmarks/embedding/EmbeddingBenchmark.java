package io.arkestra.benchmarks.embedding;

import java.util.List;
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
 * The same texts through the same MiniLM weights: our runner, and LangChain4j's model as it comes. One operation is all texts. For ratios
 * use {@link EmbeddingComparison}, which interleaves the two.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(1)
public class EmbeddingBenchmark {
    @Param
    public Engine engine = Engine.ARKESTRA;

    @Param
    public Precision precision = Precision.INT8;

    /** Of each text, special ones included; at most 128, because LangChain4j cuts silently there. */
    @Param({"15", "120"})
    public int tokens = 15;

    /** How many texts; 1000 for figures that are to be compared. */
    @Param("8")
    public int texts = 8;

    private List<String> all = List.of();
    private Engine.TextEncoder encoder;

    @Setup
    public void open() {
        all = Texts.of(texts, tokens, tokens);
        encoder = engine.encoder(precision);
    }

    @TearDown
    public void close() {
        encoder.close();
    }

    @Benchmark
    public List<float[]> embed() {
        return encoder.embed(all);
    }
}
