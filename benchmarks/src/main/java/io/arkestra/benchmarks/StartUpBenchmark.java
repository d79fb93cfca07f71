package io.arkestra.benchmarks;

import io.arkestra.Arkestra;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Opening and closing an engine with the default choices, once per process: classes are loaded and nothing is compiled yet, as when a
 * program starts. {@code -wi 10 -i 10} tells what it costs in a process that has done it before.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(5)
public class StartUpBenchmark {
    /** A home with a past. */
    @State(Scope.Benchmark)
    public static class StoredHome {
        private Path directory;

        @Setup
        public void prepare() {
            directory = PreparedHome.with(Sizes.of(1_000, 50));
        }

        @TearDown
        public void delete() {
            Homes.delete(directory);
        }
    }

    @Benchmark
    public String inMemory() {
        try (Arkestra arkestra = Arkestra.builder().build()) {
            return arkestra.toString();
        }
    }

    /** A home with 1,000 messages: opened, checked, its index taken up. */
    @Benchmark
    public String storedHome(StoredHome home) {
        try (Arkestra arkestra = Arkestra.builder().home(home.directory).build()) {
            return arkestra.toString();
        }
    }
}
