package io.arkestra.llm.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the answer to one call from its exchange. Confined to the caller's thread. */
final class ChatCall {
    /** What may come after the reason of the end: usage, the end mark. */
    private static final long TRAILER_NANOS = Duration.ofSeconds(2).toNanos();

    /** An answer that is complete lets its connection be used again if it ends soon. */
    private static final long DRAIN_NANOS = Duration.ofMillis(100).toNanos();

    private final OpenAiEndpoint endpoint;
    private final Exchange exchange;
    private final CallTimer timer;
    private final ChatAnswer answer;
    private final SseParser parser = new SseParser();
    private boolean done;

    ChatCall(
            OpenAiEndpoint endpoint,
            Exchange exchange,
            CallTimer timer,
            OpenAiDialect dialect,
            ChatBody body,
            LlmListener listener) {
        this.endpoint = endpoint;
        this.exchange = exchange;
        this.timer = timer;
        answer = new ChatAnswer(dialect, body, listener, this::beforePiece);
    }

    private void beforePiece() {
        exchange.throwIfStopped();
        timer.piece();
    }

    ChatAnswer read(boolean streaming) {
        if (streaming && !exchange.whole()) {
            stream();
        } else {
            whole();
        }
        return answer;
    }

    private void whole() {
        JsonNode json = endpoint.tree(endpoint.text(exchange));
        throwIfError(json);
        if (!answer.whole(json)) {
            throw endpoint.errors().malformed("answers without a message: " + json);
        }
    }

    private void stream() {
        while (!done) {
            Exchange.Signal signal = answer.finished() ? exchange.poll(TRAILER_NANOS) : exchange.next();
            if (signal instanceof Exchange.Bytes bytes) {
                handle(events(bytes));
            } else if (signal instanceof Exchange.Broken broken && !answer.finished()) {
                throw exchange.failure(broken, "in the middle of its answer");
            } else {
                end(signal);
            }
        }
        drain();
    }

    private List<SseParser.Event> events(Exchange.Bytes bytes) {
        try {
            return parser.feed(bytes.bytes());
        } catch (IllegalStateException e) {
            throw endpoint.errors().malformed("sends a stream that cannot be read: " + e.getMessage());
        }
    }

    /** The stream has ended, or nothing more came after the reason of the end. */
    private void end(Exchange.@Nullable Signal signal) {
        if (signal instanceof Exchange.End) {
            handle(parser.end());
        }
        if (!done && !answer.finished()) {
            throw new LlmException(
                    LlmException.Reason.UNAVAILABLE,
                    endpoint.errors().message("ended its answer before it was complete"));
        }
        done = true;
    }

    private void handle(List<SseParser.Event> events) {
        for (SseParser.Event event : events) {
            if (done) {
                return;
            }
            timer.sign();
            if (event.data().strip().equals("[DONE]")) {
                if (!answer.finished() && answer.empty()) {
                    throw endpoint.errors().malformed("ends a stream that holds no answer");
                }
                done = true;
            } else if (!event.data().isBlank()) {
                read(event);
            }
        }
    }

    private void read(SseParser.Event event) {
        JsonNode json;
        try {
            json = Wire.MAPPER.readTree(event.data());
        } catch (JsonProcessingException e) {
            throw endpoint.errors().malformed("sends an event that is no JSON: " + event.data());
        }
        throwIfError(json);
        if (event.name().equals("error")) {
            throw endpoint.errors().ofBody(json);
        }
        answer.chunk(json);
    }

    private void throwIfError(JsonNode json) {
        JsonNode error = json.path("error");
        if (!error.isMissingNode() && !error.isNull()) {
            throw endpoint.errors().ofBody(json);
        }
    }

    private void drain() {
        long end = System.nanoTime() + DRAIN_NANOS;
        Exchange.Signal signal;
        do {
            signal = exchange.poll(end - System.nanoTime());
        } while (signal instanceof Exchange.Bytes);
    }
}
