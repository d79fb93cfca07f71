package io.arkestra.llm.llamacpp.models;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/** A server on loopback that answers each request by the next of the answers it was given, byte for byte, and then hangs up. */
final class FileServer implements AutoCloseable {
    /** Writes an answer. */
    interface Answer {
        void write(OutputStream out) throws Exception;
    }

    final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final ServerSocket socket;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    FileServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "file-server");
        thread.setDaemon(true);
        thread.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + socket.getLocalPort() + path;
    }

    FileServer answer(Answer answer) {
        answers.add(answer);
        return this;
    }

    /** A status line, headers and as much of a body as given. */
    static Answer of(String status, List<String> headers, byte[] body) {
        return out -> {
            List<String> lines = new ArrayList<>(List.of("HTTP/1.1 " + status, "Connection: close"));
            lines.addAll(headers);
            out.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
        };
    }

    static Answer whole(byte[] body, String etag) {
        return of("200 OK", List.of("Content-Length: " + body.length, "ETag: " + etag), body);
    }

    static Answer first(byte[] body, int bytes, String etag) {
        return of(
                "200 OK",
                List.of("Content-Length: " + body.length, "ETag: " + etag),
                java.util.Arrays.copyOf(body, bytes));
    }

    static Answer rest(byte[] body, int from, String etag) {
        return of(
                "206 Partial Content",
                List.of(
                        "Content-Length: " + (body.length - from),
                        "Content-Range: bytes " + from + "-" + (body.length - 1) + "/" + body.length,
                        "ETag: " + etag),
                java.util.Arrays.copyOfRange(body, from, body.length));
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket peer = socket.accept()) {
                open.add(peer);
                requests.add(request(peer));
                answers.take().write(peer.getOutputStream());
            } catch (Exception e) {
                // The client hung up, or the test is over: both are part of what is tested.
                continue;
            }
        }
    }

    private static Map<String, String> request(Socket peer) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.US_ASCII));
        Map<String, String> headers = new TreeMap<>();
        headers.put("", in.readLine());
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    @Override
    public void close() {
        try {
            socket.close();
            for (Socket peer : open) {
                peer.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
