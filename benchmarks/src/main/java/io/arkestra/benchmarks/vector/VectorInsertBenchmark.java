package io.arkestra.benchmarks.vector;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.arkestra.vector.search.internal.Codebook;
import io.arkestra.vector.search.internal.HeapRows;
import io.arkestra.vector.search.internal.OneBitCodes;
import io.arkestra.vector.search.internal.VectorKernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One vector made visible to searches, on the average of the first {@value #ROWS}. Only the work of the index: nothing is stored. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class VectorInsertBenchmark {
    private static final int ROWS = 2_000;

    private VectorData data = new VectorData("", new float[0][], new float[0][]);
    private Codebook book = Codebook.of(new float[1]);

    @Setup(Level.Trial)
    public void open() {
        data = VectorData.generated(ROWS, 0);
        book = Codebook.train(Rows.of(data.base()), ROWS);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int arkestra() {
        HeapRows rows = new HeapRows(book.dimension(), VectorKernels.best());
        OneBitCodes codes = OneBitCodes.growing(book);
        for (float[] vector : data.base()) {
            rows.append(vector, 0);
            codes.append(vector, 0);
        }
        return codes.size();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public InMemoryEmbeddingStore<TextSegment> langChain4j() {
        InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
        for (float[] vector : data.base()) {
            store.add(Embedding.from(vector));
        }
        return store;
    }
}
