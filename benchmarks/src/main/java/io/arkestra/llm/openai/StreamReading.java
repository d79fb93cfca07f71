package io.arkestra.llm.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.Timings;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Opens to the benchmarks how a stream is read here, without a connection. Lies in this package because the reader does. */
public final class StreamReading {
    private static final LlmRequest REQUEST =
            LlmRequest.builder("senior").message(LlmMessage.user("?")).build();

    private StreamReading() {}

    /** Hands on the data of every event of a stream that arrives in parts of so many bytes. */
    public static void events(byte[] stream, int part, Consumer<String> data) {
        SseParser parser = new SseParser();
        for (int from = 0; from < stream.length; from += part) {
            parser.feed(ByteBuffer.wrap(stream, from, Math.min(part, stream.length - from)))
                    .forEach(event -> data.accept(event.data()));
        }
        parser.end().forEach(event -> data.accept(event.data()));
    }

    /** The text of the answer that the stream holds. */
    public static String answer(byte[] stream, int part) {
        ChatBody body = new ChatBody(
                OpenAiDialect.OPENAI, LlmCapabilities.builder().streaming(true).build(), "m", REQUEST);
        ChatAnswer answer = new ChatAnswer(OpenAiDialect.OPENAI, body, LlmListener.none(), () -> {});
        events(stream, part, data -> {
            if (!data.equals("[DONE]")) {
                chunk(answer, data);
            }
        });
        return answer.response("m", Timings.NONE).text();
    }

    private static void chunk(ChatAnswer answer, String data) {
        try {
            answer.chunk(Wire.MAPPER.readTree(data));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
