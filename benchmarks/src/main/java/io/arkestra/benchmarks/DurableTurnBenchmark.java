package io.arkestra.benchmarks;

import java.nio.file.Path;
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
 * The same turn when it has to survive a loss of power: it counts once it has been forced to the disk. The difference to {@link
 * TurnBenchmark} is the durable cost.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DurableTurnBenchmark {
    /** Who has the turn. */
    public enum Assistant {
        ARKESTRA,
        ARKESTRA_RECALL,
        /** Keeps the window alone, and writes all of it anew at every message. */
        LANGCHAIN4J_FILE
    }

    @Param
    public Assistant assistant = Assistant.ARKESTRA;

    private Path home;
    private MinimalAssistant rival;
    private Conversation conversation;

    @Setup
    public void open() {
        home = Homes.create();
        rival = switch (assistant) {
            case ARKESTRA -> ArkestraAssistant.minimal(home, false);
            case ARKESTRA_RECALL -> ArkestraAssistant.recalling(home, false);
            case LANGCHAIN4J_FILE -> LangChain4jAssistant.on(new FileChatMemoryStore(home));
        };
        conversation = new Conversation(rival);
    }

    @TearDown
    public void close() {
        rival.close();
        Homes.delete(home);
    }

    @Benchmark
    public String turn() {
        return conversation.next();
    }
}
