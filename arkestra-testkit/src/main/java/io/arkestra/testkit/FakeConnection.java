package io.arkestra.testkit;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection of a {@link FakeLlmServer}: requests one after the other. Confined to one thread. */
final class FakeConnection {
    /** The client has gone, or the reply wants the connection to end here. */
    private static final class Ended extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final int SLICE_MILLIS = 10;

    private final FakeLlmServer server;
    private final Socket socket;
    private final PushbackInputStream in;
    private final OutputStream out;

    FakeConnection(FakeLlmServer server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new PushbackInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
        out = new BufferedOutputStream(socket.getOutputStream());
    }

    void serve() throws IOException {
        FakeRequest request = read();
        while (request != null) {
            FakeReply reply = server.receive(request);
            try {
                send(reply);
            } catch (Ended e) {
                return;
            } catch (IOException e) {
                server.disconnected();
                return;
            }
            request = read();
        }
    }

    private @Nullable FakeRequest read() throws IOException {
        socket.setSoTimeout(0);
        String start = line();
        if (start == null) {
            return null;
        }
        String[] parts = start.split(" ");
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); line != null && !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.putIfAbsent(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        String path = parts[1].split("\\?", 2)[0];
        return new FakeRequest(parts[0], path, headers, new String(body, StandardCharsets.UTF_8));
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    private void send(FakeReply reply) throws IOException {
        run(reply.beforeHeaders(), reply, false);
        boolean chunked = !reply.whole();
        StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " Status\r\n");
        reply.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        if (chunked) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else {
            head.append("Content-Length: ").append(length(reply.steps())).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        run(reply.steps(), reply, chunked);
        if (chunked) {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }
    }

    private static int length(List<FakeReply.Step> steps) {
        int length = 0;
        for (FakeReply.Step step : steps) {
            length += step instanceof FakeReply.Write write ? write.bytes().length : 0;
        }
        return length;
    }

    private void run(List<FakeReply.Step> steps, FakeReply reply, boolean chunked) throws IOException {
        for (FakeReply.Step step : steps) {
            if (step instanceof FakeReply.Write write) {
                write(write.bytes(), reply.chunkBytes(), chunked);
            } else if (step instanceof FakeReply.Await await) {
                await(await.permits());
            } else if (step instanceof FakeReply.Hang) {
                await(new Semaphore(0));
            } else {
                cut();
            }
        }
    }

    private void write(byte[] bytes, int size, boolean chunked) throws IOException {
        int from = 0;
        while (from < bytes.length) {
            int length = Math.min(size, bytes.length - from);
            if (chunked) {
                out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            }
            out.write(bytes, from, length);
            if (chunked) {
                out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            out.flush();
            from += length;
        }
    }

    /** Waits for a permit and watches meanwhile whether the client goes away. */
    private void await(Semaphore permits) throws IOException {
        socket.setSoTimeout(SLICE_MILLIS);
        try {
            while (!permits.tryAcquire(SLICE_MILLIS, TimeUnit.MILLISECONDS)) {
                if (gone()) {
                    server.disconnected();
                    throw new Ended();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Ended();
        }
    }

    private boolean gone() {
        try {
            int next = in.read();
            if (next < 0) {
                return true;
            }
            in.unread(next);
            return false;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private void cut() throws IOException {
        // Without lingering the client sees a reset rather than an orderly end.
        socket.setSoLinger(true, 0);
        throw new Ended();
    }
}
