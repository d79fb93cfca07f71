package io.arkestra.tool.declared.internal;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import io.arkestra.tool.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Goes out from this process. All addresses of a name are checked before; between that and the connection a name server could still
 * answer otherwise, which only a proxy that connects by itself can rule out.
 */
public final class DirectHttpCaller implements HttpCaller {
    private @Nullable HttpClient client;

    private synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
        }
        return client;
    }

    @Override
    public Answer call(Request request, Cancellation cancel) {
        if (!request.anywhere()) {
            check(request.uri().getHost());
        }
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri()).timeout(request.timeout());
        request.headers().forEach((name, value) -> {
            try {
                builder.header(name, value);
            } catch (IllegalArgumentException e) { // it quotes the value, which may be a secret
                throw new ToolException(
                        ToolException.Reason.FAILED,
                        "The header '" + name + "' has a value that cannot be sent; look for line ends in it");
            }
        });
        builder.method(
                request.method(),
                request.body().length == 0
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(request.body()));
        Bounded[] bounded = new Bounded[1];
        CompletableFuture<HttpResponse<byte[]>> answer = client().sendAsync(builder.build(), info -> {
            bounded[0] = new Bounded(request.mostBytes());
            return bounded[0];
        });
        try (Subscription registration = cancel.onCancel(() -> answer.cancel(true))) {
            HttpResponse<byte[]> response = answer.get(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("content-type").orElse(""),
                    response.body(),
                    bounded[0].cut);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new ToolException(
                    ToolException.Reason.TIMEOUT,
                    request.uri().getHost() + " took longer than "
                            + request.timeout().toMillis() + " ms",
                    e);
        } catch (ExecutionException e) {
            // Causes may quote headers; their class says enough.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ToolException(
                    ToolException.Reason.TEMPORARY,
                    request.uri().getHost() + " could not be reached ("
                            + cause.getClass().getSimpleName() + ")");
        } catch (java.util.concurrent.CancellationException e) {
            throw new CancelledException(cancel.reason().orElse("requested"));
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new CancelledException("interrupted");
        }
    }

    private static void check(String host) {
        try {
            for (InetAddress address : InetAddress.getAllByName(host)) {
                if (!PublicAddresses.contains(address)) {
                    throw new ToolException(
                            ToolException.Reason.NOT_SUPPORTED,
                            "'" + host
                                    + "' is an address of this machine or of a private network, which the host of the"
                                    + " engine has not opened for declared tools");
                }
            }
        } catch (UnknownHostException e) {
            throw new ToolException(ToolException.Reason.TEMPORARY, "There is no host '" + host + "'", e);
        }
    }

    /** Takes as much of a body as was asked for. */
    private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final int most;
        private volatile boolean cut;
        private Flow.@Nullable Subscription subscription;

        Bounded(int most) {
            this.most = most;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription value) {
            subscription = value;
            value.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                byte[] part = new byte[Math.min(buffer.remaining(), most - bytes.size())];
                cut |= part.length < buffer.remaining();
                buffer.get(part);
                bytes.writeBytes(part);
            }
            if (cut) {
                if (subscription != null) {
                    subscription.cancel();
                }
                whole.complete(bytes.toByteArray());
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.completeExceptionally(failure instanceof IOException ? failure : new IOException(failure));
        }

        @Override
        public void onComplete() {
            whole.complete(bytes.toByteArray());
        }
    }
}
