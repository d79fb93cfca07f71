package io.arkestra.llm.llamacpp.ollama;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the server, line by line. Confined to the thread that reads, but for {@link #abort}. Closing it before its end closes the
 * connection, which is what makes Ollama stop.
 */
final class OllamaReply implements AutoCloseable, HttpResponse.BodyHandler<Void>, Flow.Subscriber<List<ByteBuffer>> {
    private interface Signal {}

    private record Head(int status, HttpHeaders headers) implements Signal {}

    private record Bytes(List<ByteBuffer> buffers) implements Signal {}

    private record End() implements Signal {}

    private record Broken(Throwable cause) implements Signal {}

    private static final int MOST_LINE_BYTES = 64 * 1024 * 1024;
    private static final int AHEAD = 64;

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final OllamaErrors errors;
    private final Duration connect;
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final java.util.ArrayDeque<String> lines = new java.util.ArrayDeque<>();
    private volatile @Nullable CompletableFuture<?> sent;
    private volatile Flow.@Nullable Subscription body;
    private volatile boolean aborted;
    private boolean begun;
    private boolean ended;

    OllamaReply(OllamaErrors errors, Duration connect) {
        this.errors = errors;
        this.connect = connect;
    }

    void start(CompletableFuture<?> exchange) {
        sent = exchange;
        exchange.whenComplete((response, failure) -> {
            if (failure != null) {
                signals.add(new Broken(failure));
            }
        });
        if (aborted) {
            exchange.cancel(true);
        }
    }

    /** Waits for the head; null when it has not come in time. */
    @Nullable
    Integer status(long nanos, java.util.function.Consumer<HttpHeaders> headers) throws InterruptedException {
        Signal signal = signals.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        if (signal instanceof Broken broken) {
            ended = true;
            throw errors.broken(broken.cause(), false, connect);
        }
        if (signal instanceof Head head) {
            begun = true;
            headers.accept(head.headers());
            return head.status();
        }
        return null;
    }

    /** What a line is when none has come. */
    enum None {
        /** Not in time. */
        LATE,
        /** The answer is over. */
        OVER
    }

    /**
     * The next line, or why there is none.
     *
     * @throws io.arkestra.llm.LlmException when the connection broke
     */
    Object line(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (lines.isEmpty()) {
            if (ended) {
                return None.OVER;
            }
            Signal signal = signals.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (signal == null) {
                return None.LATE;
            }
            take(signal);
        }
        return lines.remove();
    }

    private void take(Signal signal) {
        if (signal instanceof Bytes bytes) {
            Flow.Subscription subscription = body;
            if (subscription != null) {
                subscription.request(1);
            }
            bytes.buffers().forEach(this::split);
        } else if (signal instanceof Broken broken) {
            ended = true;
            throw errors.broken(broken.cause(), begun, connect);
        } else if (signal instanceof End) {
            ended = true;
            if (pending.size() > 0) {
                finishLine();
            }
        }
    }

    private void split(ByteBuffer buffer) {
        while (buffer.hasRemaining()) {
            byte next = buffer.get();
            if (next == '\n') {
                finishLine();
            } else if (pending.size() < MOST_LINE_BYTES) {
                pending.write(next);
            } else {
                throw errors.malformed("more than " + MOST_LINE_BYTES + " bytes in one line");
            }
        }
    }

    private void finishLine() {
        lines.add(pending.toString(StandardCharsets.UTF_8));
        pending.reset();
    }

    /** Closes the connection, on whatever thread. */
    void abort() {
        aborted = true;
        Flow.Subscription subscription = body;
        if (subscription != null) {
            subscription.cancel();
        }
        CompletableFuture<?> exchange = sent;
        if (exchange != null) {
            exchange.cancel(true);
        }
        signals.add(new Broken(new java.util.concurrent.CancellationException("given up")));
    }

    @Override
    public void close() {
        if (!ended) {
            abort();
        }
    }

    /** Tells the head as soon as it is there, also of a server that hangs up right after it. */
    @Override
    public HttpResponse.BodySubscriber<Void> apply(HttpResponse.ResponseInfo head) {
        signals.add(new Head(head.statusCode(), head.headers()));
        return HttpResponse.BodySubscribers.fromSubscriber(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        body = subscription;
        if (aborted) {
            subscription.cancel();
        } else {
            subscription.request(AHEAD);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        signals.add(new Bytes(buffers));
    }

    @Override
    public void onError(Throwable failure) {
        signals.add(new Broken(failure));
    }

    @Override
    public void onComplete() {
        signals.add(new End());
    }
}
