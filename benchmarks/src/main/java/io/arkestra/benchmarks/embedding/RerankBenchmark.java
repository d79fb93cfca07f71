package io.arkestra.benchmarks.embedding;

import java.io.IOException;
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

/** Judging candidates of 40 to 160 words with the weights of MiniLM and a meaningless head: the cost is that of a real cross-encoder. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 4, time = 2)
@Fork(1)
public class RerankBenchmark {
    static final String QUERY = "where does the old dog walk with the cat under the green tree";
    static final int LEAST = 42;
    static final int MOST = 162;

    @Param
    public Engine engine = Engine.ARKESTRA;

    @Param
    public Precision precision = Precision.INT8;

    /** 50 for figures that are to be compared. */
    @Param("4")
    public int candidates = 4;

    private List<String> texts = List.of();
    private PairModel files;
    private Engine.PairScorer scorer;

    @Setup
    public void open() throws IOException {
        texts = Texts.of(candidates, LEAST, MOST);
        files = PairModel.create(precision);
        scorer = engine.scorer(files);
    }

    @TearDown
    public void close() throws IOException {
        scorer.close();
        files.close();
    }

    @Benchmark
    public double[] rerank() {
        return scorer.scores(QUERY, texts);
    }
}
