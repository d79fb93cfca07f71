package io.arkestra.benchmarks.vector;

import io.arkestra.vector.VectorQuery.Effort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * The vector index by its contract, files and all, beside LangChain4j's store in memory with its JSON file: search, put, delete, open.
 * Vectors of sentences when {@link VectorComparison} has embedded them before and they are enough, otherwise generated ones.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class VectorIndexBenchmark {
    private static final int QUERIES = 256;
    private static final int NEW = 512;

    /** Which store. Arkestra finds at least 95 of 100 true nearest, with {@code ARKESTRA_HIGH} 99, LangChain4j all. */
    public enum Store {
        ARKESTRA,
        ARKESTRA_HIGH,
        LANGCHAIN4J
    }

    @Param
    public Store store = Store.ARKESTRA;

    /** 18000 for figures that are to be compared. */
    @Param("1000")
    public int vectors = 1_000;

    private Path directory;
    private VectorHome home;
    private float[][] queries = {};
    private float[][] fresh = {};
    private int next;

    @Setup(Level.Trial)
    public void open() throws IOException {
        VectorData data = VectorData.realIsThere() && vectors + NEW <= VectorData.REAL
                ? VectorData.real(VectorData.REAL)
                : VectorData.generated(vectors + NEW, QUERIES);
        System.out.println("vectors: " + data.description());
        queries = Arrays.copyOf(data.queries(), QUERIES);
        fresh = Arrays.copyOfRange(data.base(), vectors, vectors + NEW);
        directory = Files.createTempDirectory("arkestra-vectors");
        home = store == Store.LANGCHAIN4J
                ? new LangChain4jHome(directory)
                : new ArkestraHome(
                        directory, queries[0].length, store == Store.ARKESTRA ? Effort.BALANCED : Effort.HIGH);
        for (int i = 0; i < vectors; i++) {
            home.put("e" + i, data.base()[i]);
        }
        home.save();
    }

    /** The ten nearest. */
    @Benchmark
    public int search() {
        return home.search(queries[next++ % QUERIES]);
    }

    /** One vector in the place of another one of its id, found at once by the next search; what is saved later is counted, too. */
    @Benchmark
    public void put() {
        int number = next++;
        home.put("n" + number % (3 * NEW / 2), fresh[number % NEW]);
    }

    /** One vector is removed, and put back. */
    @Benchmark
    public void removeAndPutBack() {
        int number = next++ % NEW;
        home.remove("n" + number);
        home.put("n" + number, fresh[number]);
    }

    /** Opened again and searched once. */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MILLISECONDS)
    public int reopenAndSearch() {
        home.reopen();
        return home.search(queries[0]);
    }

    /** Closes, and says what the vectors took. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        System.out.println("\n# " + home.size());
        home.close();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
