package io.arkestra.benchmarks;

import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.internal.PatternGuard;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast the guard goes through text, in megabytes of UTF-8 per second on one core: {@code clean} is prose in English and Russian
 * without values, {@code mixed} has a value or a number in every other sentence, {@code digits} and {@code keys} are made to be slow.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class GuardBenchmark {
    private static final String[] CLEAN = {
        "The meeting moved to the second floor, because the heating in the old room had failed again.",
        "She asked whether the letter had come, and nobody could tell her who had opened the door.",
        "Вечером мы долго гуляли по набережной и говорили о том, куда поедем следующим летом.",
        "Он открыл окно, сел за стол и стал писать письмо, которое давно собирался отправить.",
    };
    private static final String[] VALUES = {
        "Write to anna.petrova@example.org before noon.",
        "Позвони мне +7 927 900-48-80, это срочно.",
        "Order 1185768769 of 12.03.2026 costs 15 900 in all.",
        "my password is Zima-Leto75, keep it",
    };

    @Param({"clean", "mixed", "digits", "keys"})
    String kind;

    private final PatternGuard guard = new PatternGuard();
    private final GuardContext context = GuardContext.of(GuardContext.Direction.TO_USER);
    private String text = "";
    private double megabytes;

    /** Counts what went through. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Bytes {
        public double megabytes;
    }

    @Setup
    public void write() {
        StringBuilder out = new StringBuilder();
        Random random = new Random(7);
        int length = Sizes.of(500_000, 20_000);
        while (out.length() < length) {
            out.append(
                    switch (kind) {
                        case "digits" -> "11 11 ";
                        case "keys" -> "key=";
                        case "mixed" -> CLEAN[random.nextInt(4)] + " " + VALUES[random.nextInt(4)] + "\n";
                        default -> CLEAN[random.nextInt(4)] + "\n";
                    });
        }
        text = out.toString();
        megabytes = text.getBytes(StandardCharsets.UTF_8).length / 1e6;
    }

    @Benchmark
    public GuardResult inspect(Bytes bytes) {
        bytes.megabytes += megabytes;
        return guard.inspect(text, context);
    }
}
