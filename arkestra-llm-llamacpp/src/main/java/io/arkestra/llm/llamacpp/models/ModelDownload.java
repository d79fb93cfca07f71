package io.arkestra.llm.llamacpp.models;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Subscription;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Brings one file from one address into its part file. Used once, by one thread. */
final class ModelDownload {
    private static final int REDIRECTS = 5;
    private static final Set<Integer> REDIRECTING = Set.of(301, 302, 303, 307, 308);

    /** What a download may take. */
    record Limits(long maximumSize, Duration connect, Duration idle, Set<String> hosts, LongSupplier freeSpace) {}

    private record Answer(URI uri, int status, HttpHeaders headers, InputStream body) {}

    /**
     * Stands for the body when the server hung up right after the headers: the client may then report the whole exchange as failed, although what
     * the headers say is known.
     */
    private static final class CutBody extends InputStream {
        private final IOException cause;

        CutBody(IOException cause) {
            this.cause = cause;
        }

        @Override
        public int read() throws IOException {
            throw cause;
        }
    }

    private final String url;
    private final OptionalLong expected;
    private final PartFile part;
    private final Limits limits;
    private final Cancellation cancellation;
    private final ProgressMeter progress;

    ModelDownload(
            String url,
            OptionalLong expected,
            PartFile part,
            Limits limits,
            Cancellation cancellation,
            ProgressMeter progress) {
        this.url = url;
        this.expected = expected;
        this.part = part;
        this.limits = limits;
        this.cancellation = cancellation;
        this.progress = progress;
    }

    /** The address as it may be shown. */
    private String where() {
        return ModelAddress.shown(ModelAddress.resolve(url));
    }

    /** Returns the SHA-256 of the whole file, which lies in the part file then. */
    String run() throws IOException {
        URI uri = ModelAddress.resolve(url);
        return "file".equalsIgnoreCase(uri.getScheme()) ? copy(Path.of(uri)) : fetch(uri);
    }

    private String copy(Path from) throws IOException {
        long size = Files.size(from);
        checkLength(OptionalLong.of(size), 0);
        try (InputStream in = Files.newInputStream(from);
                FileChannel out = part.begin(url, Optional.empty(), size)) {
            return receive(in, out, FileHashes.sha256(), 0, OptionalLong.of(size), () -> "the file");
        }
    }

    private String fetch(URI uri) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.connect())
                .build();
        Optional<String> version = part.version(url);
        long offset = version.isPresent() ? part.size() : 0;
        MessageDigest digest = offset > 0 ? FileHashes.of(part.data(), cancellation) : FileHashes.sha256();
        if (offset > 0 && expected.isPresent() && expected.getAsLong() == offset) {
            progress.start(offset, expected);
            return FileHashes.hex(digest);
        }
        Answer response = open(client, uri, offset, version);
        if (offset > 0 && !continues(response, offset, version)) {
            offset = 0;
            digest = FileHashes.sha256();
            if (response.status() == 206 || response.status() == 416) {
                response.body().close();
                part.discard();
                response = open(client, uri, 0, Optional.empty());
            }
        }
        return body(response, offset, digest);
    }

    private String body(Answer response, long offset, MessageDigest digest) throws IOException {
        try (InputStream in = response.body()) {
            if (response.status() != (offset > 0 ? 206 : 200)) {
                throw refused(response);
            }
            OptionalLong rest = response.headers().firstValueAsLong("content-length");
            OptionalLong total = rest.isPresent() ? OptionalLong.of(offset + rest.getAsLong()) : expected;
            checkLength(total, offset);
            Optional<String> etag = response.headers().firstValue("etag");
            try (FileChannel out = offset > 0 ? part.resume() : part.begin(url, etag, total.orElse(-1));
                    IdleWatch watch = new IdleWatch(in, limits.idle());
                    Subscription onCancel = cancellation.onCancel(watch::close)) {
                return receive(watch, out, digest, offset, total, watch::ending);
            }
        }
    }

    /** Whether the server goes on where the part ends, with the same version. */
    private static boolean continues(Answer response, long offset, Optional<String> version) {
        return response.status() == 206
                && response.headers().firstValue("content-range").orElse("").startsWith("bytes " + offset + "-")
                && response.headers().firstValue("etag").or(() -> version).equals(version);
    }

    private Answer open(HttpClient client, URI start, long offset, Optional<String> version) throws IOException {
        URI uri = start;
        for (int hop = 0; hop <= REDIRECTS; hop++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET();
            if (offset > 0) {
                request.header("Range", "bytes=" + offset + "-").header("If-Range", version.orElseThrow());
            }
            Answer response = exchange(client, request.build());
            if (!REDIRECTING.contains(response.status())) {
                return response;
            }
            response.body().close();
            uri = ModelAddress.redirect(
                    uri, response.headers().firstValue("location").orElse(""), limits.hosts());
        }
        throw new ModelStoreException(
                "redirect", ModelAddress.shown(start) + " redirects more than " + REDIRECTS + " times.");
    }

    private Answer exchange(HttpClient client, HttpRequest request) {
        Duration patience = limits.connect().plus(limits.idle());
        String where = ModelAddress.shown(request.uri());
        AtomicReference<HttpResponse.ResponseInfo> begun = new AtomicReference<>();
        CompletableFuture<HttpResponse<InputStream>> answer = client.sendAsync(request, info -> {
            begun.set(info);
            return HttpResponse.BodySubscribers.ofInputStream();
        });
        try (Subscription onCancel = cancellation.onCancel(() -> answer.cancel(true))) {
            HttpResponse<InputStream> response = answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(request.uri(), response.statusCode(), response.headers(), response.body());
        } catch (CancellationException e) {
            throw cancelled("requested");
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new ModelStoreException(
                    "timeout", where + " did not answer within " + patience.toSeconds() + " s.", true, e);
        } catch (ExecutionException e) {
            if (cancellation.isCancelled()) {
                throw cancelled("requested");
            }
            HttpResponse.ResponseInfo info = begun.get();
            if (info != null && e.getCause() instanceof IOException cut) {
                return new Answer(request.uri(), info.statusCode(), info.headers(), new CutBody(cut));
            }
            throw new ModelStoreException(
                    "unreachable", where + " cannot be reached: " + e.getCause(), true, e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw cancelled("the thread was interrupted");
        }
    }

    private String receive(
            InputStream in,
            FileChannel out,
            MessageDigest digest,
            long offset,
            OptionalLong total,
            Supplier<String> ending)
            throws IOException {
        long most = Math.min(total.orElse(limits.maximumSize()), limits.maximumSize());
        long written = offset;
        byte[] buffer = new byte[1 << 16];
        progress.start(written, total);
        try {
            for (int count = next(in, buffer, written, total, ending);
                    count >= 0;
                    count = next(in, buffer, written, total, ending)) {
                if (written + count > most) {
                    part.discard();
                    throw new ModelStoreException(
                            "size",
                            where() + " sends more than the " + most + " bytes that it may have; nothing was kept.");
                }
                for (ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count); bytes.hasRemaining(); ) {
                    out.write(bytes);
                }
                digest.update(buffer, 0, count);
                written += count;
                progress.at(written);
            }
        } finally {
            out.force(true);
        }
        if (total.isPresent() && written < total.getAsLong()) {
            throw cut(written, total, ending.get(), null);
        }
        progress.end(written);
        return FileHashes.hex(digest);
    }

    private int next(InputStream in, byte[] buffer, long written, OptionalLong total, Supplier<String> ending) {
        try {
            int count = in.read(buffer);
            if (cancellation.isCancelled()) {
                throw cancelled("requested");
            }
            return count;
        } catch (IOException e) {
            if (cancellation.isCancelled()) {
                throw cancelled("requested");
            }
            throw cut(written, total, ending.get(), e);
        }
    }

    private ModelStoreException cut(long written, OptionalLong total, String what, @Nullable IOException cause) {
        String all = total.isPresent() ? " of " + total.getAsLong() : "";
        return new ModelStoreException(
                "cut",
                "Reading " + where() + " stopped after " + written + all + " bytes (" + what
                        + "). They are kept; pull the model again to continue.",
                true,
                cause);
    }

    private CancelledException cancelled(String otherwise) {
        return new CancelledException(cancellation.reason().orElse(otherwise));
    }

    private void checkLength(OptionalLong total, long there) throws IOException {
        if (total.isEmpty()) {
            return;
        }
        long size = total.getAsLong();
        if (expected.isPresent() && expected.getAsLong() != size) {
            part.discard();
            throw new ModelStoreException(
                    "size",
                    where() + " holds " + size + " bytes where the catalogue says " + expected.getAsLong()
                            + ": it is another file. Correct the catalogue or the address.");
        }
        if (size > limits.maximumSize()) {
            part.discard();
            throw new ModelStoreException(
                    "size",
                    where() + " holds " + size + " bytes; the store takes at most " + limits.maximumSize() + ".");
        }
        long free = limits.freeSpace().getAsLong();
        if (size - there > free) {
            throw new ModelStoreException(
                    "space",
                    "There are " + free + " bytes free for the " + (size - there) + " bytes of " + where()
                            + ". Make room or name another directory.");
        }
    }

    private ModelStoreException refused(Answer response) {
        int status = response.status();
        String where = ModelAddress.shown(response.uri()) + " answered " + status;
        return switch (status) {
            case 401, 403 ->
                new ModelStoreException(
                        "denied",
                        where
                                + ": it wants a login or an accepted licence. Fetch the file with a browser and pull it as file:.");
            case 404, 410 -> new ModelStoreException("not-found", where + ": there is no such file.");
            default ->
                new ModelStoreException("refused", where + ".", status == 408 || status == 429 || status >= 500, null);
        };
    }
}
