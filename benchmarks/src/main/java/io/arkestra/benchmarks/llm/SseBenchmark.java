package io.arkestra.benchmarks.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.http.client.sse.DefaultServerSentEventParser;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.model.openai.OpenAiStreamingResponseBuilder;
import dev.langchain4j.model.openai.internal.chat.ChatCompletionResponse;
import io.arkestra.benchmarks.Sizes;
import io.arkestra.llm.openai.StreamReading;
import java.io.ByteArrayInputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
 * How fast a stream of a thousand pieces is read that is in memory already: {@code events} cuts it into server-sent events, {@code answer}
 * also reads their JSON and puts the text together. Both read the same bytes; LangChain4j's reader takes an {@code InputStream}, ours is
 * fed parts of 16 kB.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SseBenchmark {
    private static final int PART = 16 * 1024;

    /** Who reads. */
    public enum Reader {
        ARKESTRA,
        LANGCHAIN4J
    }

    /** Megabytes (1,000,000 bytes) a second. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Volume {
        public double megabytes;
    }

    @Param
    public Reader reader = Reader.ARKESTRA;

    private final int pieces = Sizes.of(1_000, 20);
    private final ObjectMapper mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private byte[] stream = {};
    private String text = "";

    @Setup
    public void write() {
        stream = Streams.bytes(pieces);
        text = Streams.text(pieces);
    }

    @Benchmark
    public int events(Volume volume) {
        int[] count = {0};
        read(data -> count[0]++);
        if (count[0] != pieces + 2) {
            throw new IllegalStateException("read " + count[0] + " events of " + (pieces + 2));
        }
        volume.megabytes += stream.length / 1e6;
        return count[0];
    }

    private void read(Consumer<String> data) {
        if (reader == Reader.ARKESTRA) {
            StreamReading.events(stream, PART, data);
        } else {
            new DefaultServerSentEventParser().parse(new ByteArrayInputStream(stream), new Listener(data));
        }
    }

    @Benchmark
    public String answer(Volume volume) {
        String answer = reader == Reader.ARKESTRA ? StreamReading.answer(stream, PART) : langChain4jAnswer();
        if (!answer.equals(text)) {
            throw new IllegalStateException("read another text");
        }
        volume.megabytes += stream.length / 1e6;
        return answer;
    }

    private String langChain4jAnswer() {
        OpenAiStreamingResponseBuilder builder = new OpenAiStreamingResponseBuilder();
        read(data -> {
            if (!data.equals("[DONE]")) {
                builder.append(chunk(data));
            }
        });
        return builder.build().aiMessage().text();
    }

    private ChatCompletionResponse chunk(String data) {
        try {
            return mapper.readValue(data, ChatCompletionResponse.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Listener(Consumer<String> data) implements ServerSentEventListener {
        @Override
        public void onEvent(ServerSentEvent event) {
            data.accept(event.data());
        }

        @Override
        public void onError(Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }
}
