package io.arkestra.llm.openai;

import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import io.arkestra.llm.LlmException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. The caller's thread waits for what comes ({@link #next}), so everything that a listener hears is heard there;
 * {@link #stop} may come from any thread at any moment and ends the wait and the connection at once.
 */
final class Exchange implements AutoCloseable, HttpResponse.BodyHandler<Exchange> {
    /** Something has happened. */
    interface Signal {}

    record Head(int status, HttpHeaders headers) implements Signal {}

    record Bytes(ByteBuffer bytes) implements Signal {}

    /** The answer is complete. */
    record End() implements Signal {}

    /** It will never be complete. */
    record Broken(Throwable cause) implements Signal {}

    private record Stop(String reason) implements Signal {}

    /** Buffers that may wait for us: enough that the server never does, few enough that memory stays bounded. */
    private static final int MOST_AHEAD = 64;

    private final LinkedBlockingDeque<Signal> signals = new LinkedBlockingDeque<>();
    private final CallTimer timer;
    private final ServerErrors errors;
    private final Consumer<Exchange> onClose;
    private volatile @Nullable Stop stop;
    private volatile Flow.@Nullable Subscription body;
    private volatile @Nullable CompletableFuture<?> future;
    private Subscription cancellation = () -> {};
    private @Nullable Head head;
    private boolean ended;

    Exchange(CallTimer timer, ServerErrors errors, Consumer<Exchange> onClose) {
        this.timer = timer;
        this.errors = errors;
        this.onClose = onClose;
    }

    void start(HttpClient client, HttpRequest request) {
        CompletableFuture<?> sent = client.sendAsync(request, this);
        future = sent;
        // The future itself is kept: cancelling another stage would not close the connection.
        sent.whenComplete((response, failure) -> {
            if (failure != null) {
                signals.add(new Broken(failure));
            }
        });
        if (stop != null) {
            abort();
        }
    }

    void accepted(Head value) {
        head = value;
    }

    /** Whether the server said that its answer is a whole JSON document rather than a stream. */
    boolean whole() {
        Head accepted = head;
        return accepted != null
                && accepted.headers().firstValue("content-type").orElse("").startsWith("application/json");
    }

    void cancelledBy(Subscription subscription) {
        cancellation = subscription;
    }

    /** Ends the exchange: {@link #next} throws {@link CancelledException}. */
    void stop(String reason) {
        Stop signal = new Stop(reason);
        stop = signal;
        signals.addFirst(signal);
        abort();
    }

    private void abort() {
        Flow.Subscription subscription = body;
        if (subscription != null) {
            subscription.cancel();
        }
        CompletableFuture<?> sent = future;
        if (sent != null) {
            sent.cancel(true);
        }
    }

    /** @throws CancelledException when the exchange was stopped or this thread is interrupted */
    void throwIfStopped() {
        Stop signal = stop;
        if (signal != null) {
            throw new CancelledException(signal.reason());
        }
    }

    /**
     * Waits for what comes next, as long as the call's deadlines allow.
     *
     * @throws CancelledException when the exchange was stopped or this thread is interrupted
     * @throws io.arkestra.llm.LlmTimeout when a deadline has passed
     */
    Signal next() {
        Signal signal = poll(timer.left());
        if (signal == null) {
            throw timer.timeout();
        }
        return signal;
    }

    /** The same for at most so many nanoseconds, without a deadline; null when nothing came. */
    @Nullable
    Signal poll(long nanos) {
        throwIfStopped();
        Signal signal;
        try {
            signal = signals.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
        throwIfStopped();
        if (signal instanceof Bytes) {
            Flow.Subscription subscription = body;
            if (subscription != null) {
                subscription.request(1);
            }
        }
        ended |= signal instanceof End || signal instanceof Broken;
        return signal;
    }

    /** Why it is broken, as an error of ours. */
    LlmException failure(Broken broken, String when) {
        Throwable cause = broken.cause();
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof HttpConnectTimeoutException) {
            return timer.connectTimeout(cause);
        }
        return new LlmException(LlmException.Reason.UNAVAILABLE, errors.message(what(cause, when)), cause, null);
    }

    private static String what(Throwable cause, String when) {
        if (cause instanceof SSLException) {
            return "cannot be reached over TLS: " + cause.getMessage();
        }
        if (cause instanceof UnknownHostException || has(cause, UnresolvedAddressException.class)) {
            return "cannot be reached: no such host";
        }
        if (cause instanceof ConnectException) {
            return "cannot be reached: nothing listens there";
        }
        return "broke the connection " + when + ": " + cause.getMessage();
    }

    private static boolean has(Throwable failure, Class<?> type) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return true;
            }
        }
        return false;
    }

    /** Lets go of the connection: for another exchange when the answer is complete, for good otherwise. */
    @Override
    public void close() {
        cancellation.close();
        if (!ended) {
            abort();
        }
        onClose.accept(this);
    }

    @Override
    public HttpResponse.BodySubscriber<Exchange> apply(HttpResponse.ResponseInfo info) {
        signals.add(new Head(info.statusCode(), info.headers()));
        return new Receiver();
    }

    /** Hands on what comes, at most so many buffers ahead of who takes them. */
    private final class Receiver implements HttpResponse.BodySubscriber<Exchange> {
        @Override
        public CompletionStage<Exchange> getBody() {
            return CompletableFuture.completedFuture(Exchange.this);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            body = subscription;
            if (stop != null) {
                subscription.cancel();
            } else {
                subscription.request(MOST_AHEAD);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            int length = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
            ByteBuffer joined = ByteBuffer.allocate(length);
            buffers.forEach(joined::put);
            signals.add(new Bytes(joined.flip()));
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
}
