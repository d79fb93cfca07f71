package io.arkestra.llm.llamacpp.ollama;

import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import dev.langchain4j.http.client.sse.ServerSentEventParsingHandle;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.Timings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One chat, as the HTTP client under LangChain4j's. It does what that one does not: an interrupt closes the connection before the first token
 * too; errors are typed; a line that is no JSON, and a stream that ends early, are errors instead of nothing at all; a prompt that
 * Ollama has cut is found out; durations are kept. Used once.
 */
final class OllamaCall implements HttpClient {
    private static final Duration WITHOUT_LIMIT = Duration.ofDays(1);
    private static final long DRAIN_NANOS = Duration.ofMillis(500).toNanos();

    /**
     * What has no place in LangChain4j's request.
     *
     * @param level how much to think, in Ollama's words; empty when it is only told whether to
     * @param leastTokens fewer the prompt cannot have
     * @param contextTokens that were asked for
     * @param counts whether the server's counts are of the whole prompt
     */
    record Terms(
            String model,
            Duration connect,
            Optional<String> level,
            long leastTokens,
            long contextTokens,
            boolean counts) {}

    private final OllamaServer server;
    private final Terms terms;
    private volatile @Nullable Json last;
    private int toolCalls;

    OllamaCall(OllamaServer server, Terms terms) {
        this.server = server;
        this.terms = terms;
    }

    /** The same with what the server says that it took. */
    Timings timings(Timings ours) {
        Json end = last;
        if (end == null) {
            return ours;
        }
        Timings all = end.integer("prompt_eval_duration")
                .map(nanos -> ours.prefill(Duration.ofNanos(nanos)))
                .orElse(ours);
        return end.integer("eval_duration")
                .map(nanos -> all.decode(Duration.ofNanos(nanos)))
                .orElse(all);
    }

    @Override
    public SuccessfulHttpResponse execute(HttpRequest request) {
        throw new UnsupportedOperationException("Chats are streamed");
    }

    /** Returns when the answer is over; the parser is not used. */
    @Override
    public void execute(HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
        String body = body(Json.parse(request.body(), OllamaServer.LIMITS));
        try (OllamaReply reply = server.send("/api/chat", body, terms.connect())) {
            server.accepted(reply, terms.model(), WITHOUT_LIMIT);
            pass(reply, listener);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            listener.onError(new CancelledException("interrupted"));
        } catch (LlmException e) {
            listener.onError(e);
        }
    }

    /** Too long a prompt is to be refused; by itself Ollama drops what does not fit, and later the oldest of what it writes after. */
    private String body(Json asked) {
        Json body = asked.with("truncate", Json.FALSE).with("shift", Json.FALSE);
        return terms.level()
                .map(level -> body.with("think", Json.of(level)))
                .orElse(body)
                .toString();
    }

    private void pass(OllamaReply reply, ServerSentEventListener listener) throws InterruptedException {
        ServerSentEventContext context = new ServerSentEventContext(new Handle(reply));
        while (true) {
            Object next = reply.line(WITHOUT_LIMIT.toNanos());
            if (!(next instanceof String line)) {
                throw server.errors().endedEarly();
            }
            if (line.isBlank()) {
                continue;
            }
            Json json = server.parse(line);
            Optional<Json> error = json.get("error").filter(value -> !value.isNull());
            if (error.isPresent()) {
                throw server.errors().inStream(OllamaErrors.text(error.get()), terms.model());
            }
            boolean done = json.bool("done").orElse(false);
            if (done) {
                last = json;
                check(json);
            }
            tell(json, listener, context);
            if (done) {
                // Read to its end, the connection can be used again.
                reply.line(DRAIN_NANOS);
                return;
            }
        }
    }

    private void tell(Json json, ServerSentEventListener listener, ServerSentEventContext context) {
        try {
            listener.onEvent(new ServerSentEvent(null, numbered(json).toString()), context);
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException e) {
            throw server.errors().malformed(json.toString());
        }
    }

    /** Servers that do not number the calls of tools would have them run into one. */
    private Json numbered(Json json) {
        List<Json> calls = json.at("/message/tool_calls")
                .filter(Json::isArray)
                .orElse(Json.emptyArray())
                .items();
        if (calls.isEmpty()) {
            return json;
        }
        List<Json> numbered = new ArrayList<>();
        for (Json call : calls) {
            Json function = call.get("function").filter(Json::isObject).orElse(Json.emptyObject());
            numbered.add(call.with("function", function.with("index", Json.of(toolCalls++))));
        }
        return json.with(
                "message", json.get("message").orElse(Json.emptyObject()).with("tool_calls", Json.array(numbered)));
    }

    private void check(Json end) {
        Optional<Long> prompt = end.integer("prompt_eval_count");
        if (!terms.counts() || prompt.isEmpty()) {
            return;
        }
        long read = prompt.get();
        if (read < terms.leastTokens() || read >= terms.contextTokens()) {
            throw new ContextOverflow(
                    "Ollama has cut the prompt for '" + terms.model() + "' without a word: it read " + read
                            + " tokens of at least " + Math.max(read, terms.leastTokens()) + ", with a context of "
                            + terms.contextTokens() + "; raise 'contextTokens' if the model can take more",
                    null,
                    terms.contextTokens(),
                    null);
        }
    }

    /** Cancels from the first piece on. */
    private static final class Handle implements ServerSentEventParsingHandle {
        private final OllamaReply reply;
        private volatile boolean cancelled;

        private Handle(OllamaReply reply) {
            this.reply = reply;
        }

        @Override
        public void cancel() {
            cancelled = true;
            reply.abort();
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }

    /** Gives this call, whatever limits are asked for: ours are the bridge's. */
    static final class Builder implements HttpClientBuilder {
        private final OllamaCall call;

        Builder(OllamaCall call) {
            this.call = call;
        }

        @Override
        public Duration connectTimeout() {
            return call.terms.connect();
        }

        @Override
        public HttpClientBuilder connectTimeout(Duration timeout) {
            return this;
        }

        @Override
        public Duration readTimeout() {
            return WITHOUT_LIMIT;
        }

        @Override
        public HttpClientBuilder readTimeout(Duration timeout) {
            return this;
        }

        @Override
        public HttpClient build() {
            return call;
        }
    }
}
