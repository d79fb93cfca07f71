package io.arkestra.llm.llamacpp.ollama;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmTimeout;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The HTTP side of one Ollama, with our errors in place of its own. Redirects are not followed. Thread-safe. */
final class OllamaServer {
    static final Duration CONNECT = Duration.ofSeconds(10);
    static final Json.Limits LIMITS = Json.Limits.ofChars(Integer.MAX_VALUE);

    /** Every connect deadline needs an HTTP client of its own; hosts use one or two. */
    private static final int MOST_HTTP_CLIENTS = 8;

    private static final int MOST_ERROR_CHARS = 64 * 1024;
    private static final Duration ERROR_BODY = Duration.ofSeconds(2);

    private final OllamaAddress address;
    private final Supplier<Optional<String>> key;
    private final OllamaErrors errors;
    private final Map<Duration, HttpClient> clients = new ConcurrentHashMap<>();

    OllamaServer(OllamaAddress address, Supplier<Optional<String>> key) {
        this.address = address;
        this.key = key;
        errors = new OllamaErrors(address, key);
    }

    OllamaAddress address() {
        return address;
    }

    OllamaErrors errors() {
        return errors;
    }

    /** Sends a request; nothing has been heard of the answer yet. The caller closes it. */
    OllamaReply send(String path, @Nullable String body, Duration connect) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address.at(path)).header("Accept", "application/x-ndjson, application/json");
        if (body == null) {
            request.GET();
        } else {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        key.get().ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        OllamaReply reply = new OllamaReply(errors, connect);
        reply.start(client(connect).sendAsync(request.build(), reply));
        return reply;
    }

    private HttpClient client(Duration connect) {
        if (clients.size() > MOST_HTTP_CLIENTS) {
            clients.clear();
        }
        return clients.computeIfAbsent(
                connect,
                limit -> HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(limit)
                        .build());
    }

    /**
     * Waits until the server has accepted the request.
     *
     * @param model that the request is about, for errors
     * @throws LlmException when it has not, or not in time
     */
    void accepted(OllamaReply reply, String model, Duration limit) throws InterruptedException {
        AtomicReference<HttpHeaders> headers = new AtomicReference<>();
        Integer status = reply.status(nanos(limit), headers::set);
        if (status == null) {
            throw late(LlmTimeout.Phase.TOTAL, limit);
        }
        if (status < 200 || status >= 300) {
            throw errors.ofStatus(status, headers.get(), errorBody(reply), model);
        }
    }

    /** What the server says about an error, as far as it comes soon; the status alone tells enough. */
    private static String errorBody(OllamaReply reply) throws InterruptedException {
        StringBuilder body = new StringBuilder();
        long end = System.nanoTime() + ERROR_BODY.toNanos();
        try {
            while (body.length() < MOST_ERROR_CHARS && reply.line(end - System.nanoTime()) instanceof String line) {
                body.append(line).append('\n');
            }
        } catch (LlmException e) {
            return body.append(e.getMessage()).toString();
        }
        return body.toString();
    }

    /** One document. */
    Json json(String path, @Nullable Json body, String model, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        try (OllamaReply reply = send(path, body == null ? null : body.toString(), min(CONNECT, limit))) {
            accepted(reply, model, limit);
            StringBuilder text = new StringBuilder();
            while (true) {
                Object line = reply.line(end - System.nanoTime());
                if (line == OllamaReply.None.LATE) {
                    throw late(LlmTimeout.Phase.TOTAL, limit);
                }
                if (line == OllamaReply.None.OVER) {
                    return parse(text.toString());
                }
                text.append(line).append('\n');
            }
        }
    }

    /** @throws LlmException when the text is no JSON object */
    Json parse(String text) {
        try {
            Json json = Json.parse(text, LIMITS);
            if (json.isObject()) {
                return json;
            }
        } catch (InvalidInputException e) {
            throw errors.malformed(text);
        }
        throw errors.malformed(text);
    }

    LlmTimeout late(LlmTimeout.Phase phase, Duration limit) {
        return new LlmTimeout(
                phase, limit, "Ollama at " + address + " said nothing within " + limit.toMillis() + " ms", null);
    }

    static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static long nanos(Duration limit) {
        return min(limit, Duration.ofDays(1)).toNanos();
    }
}
