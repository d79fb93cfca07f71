package io.arkestra.testkit;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A server of language models on this machine that says what a test tells it to, in the dialect of a real one, and remembers what it was
 * asked. It can also behave as badly as real ones do: hang, break off, send errors in the middle of a stream. Thread-safe.
 *
 * <p>A call for an answer gets the oldest reply of {@link #next}, otherwise {@link #answers}; other endpoints answer as the real
 * server's, unless {@link #on} says otherwise.
 */
public final class FakeLlmServer implements AutoCloseable {
    private final FakeDialect dialect;
    private final ServerSocket socket;
    private final ExecutorService threads;
    private final Set<Socket> connections = new HashSet<>();
    private final List<FakeRequest> requests = new ArrayList<>();
    private final Deque<FakeReply> next = new ArrayDeque<>();
    private final Map<String, FakeReply> byPath = new HashMap<>();
    private @Nullable FakeAnswer answer;
    private @Nullable FakeReply alwaysReply;
    private @Nullable String apiKey;
    private @Nullable Runnable crash;
    private @Nullable FakeAnswer hanging;
    private int accepted;
    private int disconnects;
    private boolean closed;

    private FakeLlmServer(FakeDialect dialect) {
        this.dialect = dialect;
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("No socket on this machine's loopback address", e);
        }
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "fake-llm-server-" + socket.getLocalPort());
            thread.setDaemon(true);
            return thread;
        });
        threads.execute(this::accept);
    }

    /** A server of the OpenAI dialect with the model {@code fake-model}. */
    public static FakeLlmServer openAi() {
        return new FakeLlmServer(new OpenAiFakeDialect("fake-model"));
    }

    /** A llama-server with the model {@code tiny} and 4,096 tokens of context for each of two slots. */
    public static FakeLlmServer llamaServer() {
        return new FakeLlmServer(new LlamaServerFakeDialect("tiny", 4_096));
    }

    /** An Ollama with the model {@code tiny}, which has tools and thinks. */
    public static FakeLlmServer ollama() {
        return new FakeLlmServer(new OllamaFakeDialect("tiny"));
    }

    /** The server's address without a path. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /** Every call for an answer gets this one from now on. */
    public synchronized FakeLlmServer answers(FakeAnswer value) {
        answer = value;
        alwaysReply = null;
        return this;
    }

    /** Every call for an answer gets exactly this reply from now on. */
    public synchronized FakeLlmServer replies(FakeReply value) {
        alwaysReply = value;
        return this;
    }

    /** The next call for an answer that has no reply of its own yet gets exactly this one. */
    public synchronized FakeLlmServer next(FakeReply reply) {
        next.add(reply);
        return this;
    }

    /** Every request of this path gets exactly this reply. */
    public synchronized FakeLlmServer on(String path, FakeReply reply) {
        byPath.put(path, reply);
        return this;
    }

    /** Accepts only requests with this key. */
    public synchronized FakeLlmServer apiKey(String value) {
        apiKey = value;
        return this;
    }

    /** The next so many questions about its health find the model loading; for llama-server. */
    public FakeLlmServer loadingFor(int questions) {
        if (!(dialect instanceof LlamaServerFakeDialect llama)) {
            throw new IllegalStateException("Only llama-server tells that it is loading");
        }
        llama.loadingFor(questions);
        return this;
    }

    /** Cuts prompts that are too long and says nothing, whatever it was asked to do; for Ollama. */
    public FakeLlmServer truncatesAlways() {
        ollamaDialect().truncateAlways();
        return this;
    }

    /** Can pull this model, in layers of so many bytes; what it has received it keeps; for Ollama. */
    public FakeLlmServer pullable(String model, Long... layers) {
        ollamaDialect().pulls().offer(model, List.of(layers));
        return this;
    }

    /** The next pull breaks off after so many bytes; for Ollama. */
    public FakeLlmServer cutsPullAfter(long bytes) {
        ollamaDialect().pulls().cutAfter(bytes);
        return this;
    }

    private OllamaFakeDialect ollamaDialect() {
        if (!(dialect instanceof OllamaFakeDialect ollama)) {
            throw new IllegalStateException("Only Ollama does that");
        }
        return ollama;
    }

    /** What llama-server answers to a prompt that is longer than a slot. */
    public static FakeReply contextOverflow(long promptTokens, long contextTokens) {
        Json error = Json.object()
                .put("code", 400)
                .put(
                        "message",
                        "the request exceeds the available context size (" + contextTokens
                                + " tokens), try increasing it")
                .put("type", "exceed_context_size_error")
                .put("n_prompt_tokens", promptTokens)
                .put("n_ctx", contextTokens)
                .build();
        return FakeReply.json(400, Json.object().put("error", error).build());
    }

    /** Everything that was asked so far, oldest first. */
    public synchronized List<FakeRequest> requests() {
        return List.copyOf(requests);
    }

    /** How many connections were opened so far. */
    public synchronized int connections() {
        return accepted;
    }

    /** The calls for an answer so far, oldest first. */
    public List<FakeRequest> calls() {
        return requests().stream().filter(dialect::asks).toList();
    }

    /** Waits until so many calls for an answer have arrived; false when there are fewer after the limit. */
    public boolean awaitCalls(int count, Duration limit) throws InterruptedException {
        return await(() -> calls().size() >= count, limit);
    }

    /** Waits until a client has gone away in the middle of a reply; false when none has after the limit. */
    public boolean awaitDisconnect(Duration limit) throws InterruptedException {
        return await(() -> disconnects > 0, limit);
    }

    private synchronized boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** What a message with the text {@code crash!} does. */
    synchronized void onCrash(Runnable action) {
        crash = action;
    }

    /** What a message with the text {@code hang!} gets. */
    synchronized void onHang(FakeAnswer value) {
        hanging = value;
    }

    synchronized void disconnected() {
        disconnects++;
        notifyAll();
    }

    /** Remembers a request and says what it gets. */
    synchronized FakeReply receive(FakeRequest request) {
        requests.add(request);
        notifyAll();
        if (crash != null && dialect.asks(request) && request.body().contains("crash!")) {
            crash.run();
        }
        FakeReply fixed = byPath.get(request.path());
        if (fixed != null) {
            return fixed;
        }
        if (apiKey != null
                && dialect.guarded(request)
                && !request.headers().getOrDefault("authorization", "").equals("Bearer " + apiKey)) {
            return dialect.wrongKey();
        }
        try {
            return dialect.asks(request)
                    ? answer(request)
                    : dialect.other(request).orElseGet(() -> dialect.unknownPath(request));
        } catch (InvalidInputException e) {
            return dialect.malformedBody(e.getMessage());
        }
    }

    private FakeReply answer(FakeRequest request) {
        request.json();
        FakeReply first = next.poll();
        if (first != null) {
            return first;
        }
        if (alwaysReply != null) {
            return alwaysReply;
        }
        if (hanging != null && request.body().contains("hang!")) {
            return dialect.answer(request, hanging);
        }
        return answer == null
                ? FakeReply.error(500, "server_error", "the test did not say what to answer")
                : dialect.answer(request, answer);
    }

    private void accept() {
        while (true) {
            try {
                Socket connection = socket.accept();
                synchronized (this) {
                    if (closed) {
                        connection.close();
                        return;
                    }
                    connections.add(connection);
                    accepted++;
                }
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                // Closed: nobody else may wait for connections.
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            new FakeConnection(this, connection).serve();
        } catch (IOException e) {
            // The client went away between requests, or the server was closed; what it left unread is known already.
            return;
        } finally {
            synchronized (this) {
                connections.remove(connection);
            }
        }
    }

    /** Closes every connection; idempotent. */
    @Override
    public void close() {
        List<Socket> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(connections);
        }
        threads.shutdownNow();
        try {
            socket.close();
            for (Socket connection : open) {
                connection.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The fake server could not be closed", e);
        }
    }
}
