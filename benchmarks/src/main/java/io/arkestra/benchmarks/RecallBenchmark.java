package io.arkestra.benchmarks;

import io.arkestra.Arkestra;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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

/** Recall end to end and the write path: one user with so many turns in conversations of 20, an engine in memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RecallBenchmark {
    private static final int PER_SESSION = 20;
    private static final io.arkestra.common.Scope USER = io.arkestra.common.Scope.of(UserId.of("bench"));
    private static final List<String> NAMES = List.of("Anna", "Boris", "Clara", "Daniel", "Emma", "Felix");
    private static final List<String> DEEDS = List.of(
            "bought a lamp at",
            "walked to",
            "painted",
            "talked about",
            "cooked dinner near",
            "took photos of",
            "dreamt of");
    private static final List<String> THINGS = List.of(
            "the harbour",
            "the old bridge",
            "a museum",
            "the bakery",
            "a garden",
            "the lighthouse",
            "a bookshop",
            "the station");

    @Param({"1000"})
    public int turns;

    /** {@code hybrid}: as shipped; {@code lexical}: no model. */
    @Param({"hybrid", "lexical"})
    public String by;

    private Arkestra arkestra;
    private Memory memory;
    private SplittableRandom random;
    private int next;

    @Setup
    public void open() {
        random = new SplittableRandom(42);
        arkestra = Arkestra.builder()
                .memory(options -> {
                    if (by.equals("lexical")) {
                        options.lexicalOnly();
                    }
                })
                .build();
        memory = arkestra.memory();
        while (next < Sizes.of(turns, 40)) {
            List<MessageDraft> batch = new ArrayList<>();
            for (int i = 0; i < PER_SESSION; i++) {
                batch.add(draft());
            }
            memory.record(USER, batch);
        }
        memory.refresh();
    }

    private MessageDraft draft() {
        int number = next++;
        return MessageDraft.of(
                SessionId.of("s" + number / PER_SESSION),
                Origin.USER,
                pick(NAMES),
                sentence() + ". " + sentence() + " on day " + number + ".",
                Instant.parse("2026-01-01T00:00:00Z").plusSeconds(60L * number));
    }

    private String sentence() {
        return pick(NAMES) + " " + pick(DEEDS) + " " + pick(THINGS);
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    @TearDown
    public void close() {
        arkestra.close();
    }

    /** A question that was not asked before: its vector is computed. */
    @Benchmark
    public Recall recallNew() {
        return memory.recall(
                USER,
                RecallQuery.about(
                        "Who " + pick(DEEDS) + " " + pick(THINGS) + " on day " + random.nextInt(1_000_000) + "?"));
    }

    /** A question whose vector is kept. */
    @Benchmark
    public Recall recallAgain() {
        return memory.recall(USER, RecallQuery.about("Who took photos of the lighthouse?"));
    }

    /** One turn into the log, and found by its words when this returns. */
    @Benchmark
    public Recall writeAndFind() {
        memory.record(USER, List.of(draft()));
        return memory.recall(USER, RecallQuery.about("day " + (next - 1)).limit(1));
    }
}
