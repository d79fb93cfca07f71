package io.arkestra.llm.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.LlmException;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One server over HTTP/1.1, with our errors in place of its own: what a client of the OpenAI dialect works with, and clients of servers
 * that can do more ({@link OpenAiClient#endpoint()}). Redirects are not followed. Keys never show. Thread-safe.
 */
public final class OpenAiEndpoint implements AutoCloseable {
    /** Every connect deadline needs an HTTP client of its own; hosts use one or two. */
    private static final int MOST_HTTP_CLIENTS = 8;

    private static final int MOST_ERROR_BYTES = 64 * 1024;
    private static final int MOST_BODY_BYTES = 64 * 1024 * 1024;
    private static final long ERROR_BODY_NANOS = Duration.ofSeconds(2).toNanos();

    /** What an endpoint is made of. */
    record Parts(
            URI base,
            OpenAiDialect dialect,
            Supplier<Optional<String>> apiKey,
            Map<String, String> headers,
            @Nullable URI proxy,
            @Nullable SSLContext tls,
            Deadlines deadlines,
            Clock clock) {
        /** Headers may hold keys. */
        @Override
        public String toString() {
            return "Parts[" + base + ", " + dialect + "]";
        }
    }

    private final Parts parts;
    private final URI base;
    private final URI root;
    private final Secrets secrets;
    private final ServerErrors errors;
    private final ThreadPoolExecutor threads;
    private final Map<Duration, HttpClient> clients = new ConcurrentHashMap<>();
    private final Set<Exchange> running = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    OpenAiEndpoint(Parts parts) {
        this.parts = parts;
        base = checked(parts.base());
        root = base.resolve(base.getPath().endsWith("/v1/") ? base.getPath().replaceFirst("v1/$", "") : "/");
        parts.headers().forEach(OpenAiEndpoint::checkHeader);
        secrets = new Secrets(parts.apiKey(), parts.headers());
        errors = new ServerErrors(parts.dialect(), secrets, parts.clock(), shown());
        threads = new ThreadPoolExecutor(4, 4, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, "arkestra-openai-http");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    private static URI checked(URI uri) {
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
            String problem = uri.getUserInfo() != null || uri.getQuery() != null
                    ? "holds credentials or a query, which do not belong there"
                    : "is " + uri;
            throw new ConfigException("baseUrl " + problem + "; expected http://HOST:PORT/v1 or https://HOST/v1");
        }
        String path = uri.getRawPath() == null || uri.getRawPath().matches("/*") ? "/v1" : uri.getRawPath();
        return uri.resolve(path.endsWith("/") ? path : path + "/");
    }

    private static void checkHeader(String name, String value) {
        if (!name.matches("[A-Za-z0-9-]+") || value.chars().anyMatch(c -> c < ' ' || c >= 0x7f)) {
            throw new ConfigException(
                    "The header " + name.replaceAll("[^A-Za-z0-9-]", "?")
                            + " cannot be sent; expected a name of letters, digits and dashes, and one line of printable ASCII");
        }
    }

    /** The server's address for people. */
    String shown() {
        String text = base.toString();
        return text.substring(0, text.length() - 1);
    }

    /** Where the calls of the dialect begin, with a slash at the end. */
    public URI base() {
        return base;
    }

    /** Whether the address is one of this machine. */
    boolean loopback() {
        String host = base.getHost().toLowerCase(java.util.Locale.ROOT);
        return host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}") || host.equals("[::1]");
    }

    ServerErrors errors() {
        return errors;
    }

    /** The deadlines of calls that say nothing. */
    Deadlines deadlines() {
        return parts.deadlines();
    }

    /**
     * Gets a JSON document.
     *
     * @param path relative to {@link #base()}, or with a slash at its beginning relative to what {@code v1} hangs under
     * @param deadlines {@link Deadlines#connect()} and {@link Deadlines#total()} hold; what is unset is the client's default
     * @throws LlmException when the server is away, refuses or sends something else
     * @throws CancelledException when cancelled
     */
    public Json get(String path, Deadlines deadlines, Cancellation cancel) {
        return json("GET", path, null, deadlines, cancel);
    }

    /** The same with a JSON document that is sent. */
    public Json post(String path, Json body, Deadlines deadlines, Cancellation cancel) {
        return json("POST", path, body.toString().getBytes(StandardCharsets.UTF_8), deadlines, cancel);
    }

    private Json json(String method, String path, byte @Nullable [] body, Deadlines wanted, Cancellation cancel) {
        Deadlines merged = CallTimer.merge(wanted, parts.deadlines());
        Deadlines limits = Deadlines.standard()
                .connect(merged.connect().orElse(OpenAiClient.STANDARD.connect().orElseThrow()))
                .total(merged.total().orElse(OpenAiClient.STANDARD.total().orElseThrow()));
        try (Exchange exchange = open(method, path, body, new CallTimer(limits, shown()), cancel)) {
            String text = text(exchange);
            try {
                return Json.parse(text, Json.Limits.ofChars(Integer.MAX_VALUE));
            } catch (InvalidInputException e) {
                throw errors.malformed("answers " + path + " with something that is no JSON: " + text);
            }
        }
    }

    /** Sends a request and waits until the server has accepted it. The caller closes the exchange. */
    Exchange open(String method, String path, byte @Nullable [] body, CallTimer timer, Cancellation cancel) {
        cancel.throwIfCancelled();
        HttpRequest request = request(method, path, body);
        Exchange exchange = new Exchange(timer, errors, running::remove);
        running.add(exchange);
        boolean accepted = false;
        try {
            if (closed) {
                throw new LlmException(LlmException.Reason.UNAVAILABLE, "The client of " + shown() + " is closed");
            }
            exchange.start(client(timer.limits()), request);
            exchange.cancelledBy(
                    cancel.onCancel(() -> exchange.stop(cancel.reason().orElse("requested"))));
            Exchange.Signal first = exchange.next();
            if (first instanceof Exchange.Broken broken) {
                throw exchange.failure(broken, "before it answered");
            }
            Exchange.Head head = (Exchange.Head) first;
            if (head.status() < 200 || head.status() >= 300) {
                throw errors.ofStatus(head.status(), head.headers(), errorBody(exchange));
            }
            exchange.accepted(head);
            accepted = true;
            return exchange;
        } finally {
            if (!accepted) {
                exchange.close();
            }
        }
    }

    private HttpRequest request(String method, String path, byte @Nullable [] body) {
        URI target = path.startsWith("/") ? root.resolve(path.substring(1)) : base.resolve(path);
        HttpRequest.Builder request = HttpRequest.newBuilder(target)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .header("Accept", "application/json, text/event-stream");
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        secrets.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        parts.headers().forEach(request::header);
        return request.build();
    }

    private HttpClient client(Deadlines limits) {
        Duration connect =
                limits.connect().orElse(OpenAiClient.STANDARD.connect().orElseThrow());
        Duration total = limits.total().orElse(connect);
        if (clients.size() > MOST_HTTP_CLIENTS) {
            clients.clear();
        }
        return clients.computeIfAbsent(connect.compareTo(total) < 0 ? connect : total, this::client);
    }

    private HttpClient client(Duration connect) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connect)
                .executor(threads);
        URI proxy = parts.proxy();
        if (proxy != null) {
            client.proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())));
        }
        SSLContext tls = parts.tls();
        return tls == null ? client.build() : client.sslContext(tls).build();
    }

    /** What the server says about an error, as far as it comes soon; the status alone tells enough. */
    private static String errorBody(Exchange exchange) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        long end = System.nanoTime() + ERROR_BODY_NANOS;
        while (body.size() < MOST_ERROR_BYTES) {
            Exchange.Signal signal = exchange.poll(end - System.nanoTime());
            if (!(signal instanceof Exchange.Bytes bytes)) {
                break;
            }
            write(bytes.bytes(), body);
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    /** The rest of the body, to its end. */
    String text(Exchange exchange) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Exchange.Signal signal = exchange.next();
            if (signal instanceof Exchange.Bytes bytes) {
                write(bytes.bytes(), body);
                if (body.size() > MOST_BODY_BYTES) {
                    throw errors.malformed("answers with more than " + MOST_BODY_BYTES + " bytes");
                }
            } else if (signal instanceof Exchange.Broken broken) {
                throw exchange.failure(broken, "in the middle of its answer");
            } else if (signal instanceof Exchange.End) {
                return body.toString(StandardCharsets.UTF_8);
            }
        }
    }

    /** The rest of the body as JSON for the reader of answers. */
    JsonNode tree(String text) {
        try {
            return Wire.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw errors.malformed("sends something that is no JSON: " + text);
        }
    }

    private static void write(ByteBuffer bytes, ByteArrayOutputStream into) {
        into.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }

    /** How many exchanges are under way. */
    int running() {
        return running.size();
    }

    /** Ends what runs as cancelled; idempotent. */
    @Override
    public void close() {
        closed = true;
        running.forEach(exchange -> exchange.stop("the client of " + shown() + " was closed"));
        // The HTTP clients end with their last exchange, for which there must still be threads; idle ones end now.
        clients.clear();
        threads.setKeepAliveTime(1, TimeUnit.MILLISECONDS);
    }

    @Override
    public String toString() {
        return "OpenAiEndpoint[" + shown() + "]";
    }
}
