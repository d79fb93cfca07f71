package io.arkestra.benchmarks;

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
 * What an assistant adds to the time of the model: one turn after another in memory, with a model that takes no time. The next turn
 * starts at once, so what Arkestra does behind a turn (the job that writes to memory, the index) counts in full, and so does what its
 * other threads allocate.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 12, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TurnBenchmark {
    /** Who has the turn. */
    public enum Assistant {
        ARKESTRA,
        ARKESTRA_SCRIPT,
        ARKESTRA_RECALL,
        LANGCHAIN4J
    }

    @Param
    public Assistant assistant = Assistant.ARKESTRA;

    /** Whether the model asks for a tool that does nothing before it answers, in every turn. */
    @Param({"false", "true"})
    public boolean tool;

    private MinimalAssistant rival;
    private Conversation conversation;

    @Setup
    public void open() {
        rival = switch (assistant) {
            case ARKESTRA -> ArkestraAssistant.minimal(null, tool);
            case ARKESTRA_SCRIPT -> ArkestraAssistant.scripted(tool);
            case ARKESTRA_RECALL -> ArkestraAssistant.recalling(null, tool);
            case LANGCHAIN4J -> LangChain4jAssistant.inMemory(tool);
        };
        conversation = new Conversation(rival);
    }

    @TearDown
    public void close() {
        rival.close();
    }

    @Benchmark
    public String turn() {
        return conversation.next();
    }
}
