package io.arkestra.benchmarks.llm;

import io.arkestra.testkit.FakeLlmServer;
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
 * A streamed answer from a server on this machine that says it at once, from the call to its end; an answer of one piece is little more
 * than the time to the first. {@link StreamingComparison} takes both times of the same call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class StreamingBenchmark {
    @Param
    public StreamingClient.Maker client = StreamingClient.Maker.ARKESTRA;

    @Param({"1", "256"})
    public int pieces;

    private FakeLlmServer server;
    private StreamingClient connected;
    private String text = "";

    @Setup
    public void open() {
        server = StreamingComparison.server(pieces);
        connected = client.connect(server.uri());
        text = Streams.text(pieces);
    }

    @Benchmark
    public String wholeAnswer() {
        String answer = connected.ask().text();
        if (!answer.equals(text)) {
            throw new IllegalStateException("heard another answer: " + answer);
        }
        return answer;
    }

    @TearDown
    public void close() {
        connected.close();
        server.close();
    }
}
