package io.arkestra.llm.llamacpp.worker.internal;

import io.arkestra.common.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The child: reads a port and a token from its standard input, connects to the host and does what it is told until the connection ends, for
 * whatever reason. Standard output belongs to the native code. Native threads would keep the process alive, so it always ends by halting.
 */
public final class WorkerMain {
    private static final int BEAT_SECONDS = 2;

    private interface Work {
        Json run() throws LlamaEngine.Refused, IOException;
    }

    private final Frames frames;
    private final LlamaEngine engine = new LlamaEngine();
    private final ExecutorService model = Executors.newSingleThreadExecutor(task -> daemon(task, "model"));
    private final ExecutorService counting = Executors.newSingleThreadExecutor(task -> daemon(task, "counting"));
    private final ScheduledExecutorService beat =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "beat"));
    /** The newest call that was cancelled: calls of the model run one after another in the order of their numbers. */
    private final AtomicLong cancelled = new AtomicLong(-1);

    private WorkerMain(Frames frames) {
        this.frames = frames;
    }

    /** @param args the private directory, which is deleted at the end */
    public static void main(String[] args) {
        int code = 0;
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            String first = in.readLine();
            if (first != null) {
                String[] words = first.split(" ");
                serve(Integer.parseInt(words[0]), words[1]);
            }
        } catch (IOException | RuntimeException e) {
            System.err.println("The worker ends: " + e);
            code = 1;
        }
        PrivateDirectory.delete(Path.of(args[0]));
        Runtime.getRuntime().halt(code);
    }

    private static void serve(int port, String token) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
            Frames frames = new Frames(socket);
            frames.write(Json.object()
                    .put("hello", Frames.VERSION)
                    .put("token", token)
                    .build());
            new WorkerMain(frames).run();
        }
    }

    private void run() throws IOException {
        beat.scheduleAtFixedRate(this::beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
        for (Json request = frames.read(); request != null; request = frames.read()) {
            String operation = request.text("op");
            long id = request.integer("id").orElse(0L);
            if (operation.equals("shutdown")) {
                return;
            }
            Json order = request;
            switch (operation) {
                case "ping" -> answer(id, Json::emptyObject);
                case "cancel" -> cancelled.accumulateAndGet(id, Math::max);
                case "count" -> counting.execute(() -> answer(id, () -> engine.count(order)));
                case "load" -> model.execute(() -> answer(id, () -> engine.load(order)));
                case "embed" -> model.execute(() -> answer(id, () -> engine.embed(order)));
                case "rerank" -> model.execute(() -> answer(id, () -> engine.rerank(order)));
                case "generate" -> model.execute(() -> answer(id, () -> generate(id, order)));
                default ->
                    answer(id, () -> {
                        throw new LlamaEngine.Refused("invalid", "Unknown request " + operation, Json.emptyObject());
                    });
            }
        }
    }

    private Json generate(long id, Json order) throws LlamaEngine.Refused {
        if (cancelled.get() >= id) {
            return Json.object().put("finish", "cancelled").build();
        }
        return engine.generate(
                order,
                piece -> send(Json.object()
                        .put("id", id)
                        .put("event", "text")
                        .put("text", piece)
                        .build()),
                () -> cancelled.get() >= id);
    }

    private void answer(long id, Work work) {
        Json.ObjectBuilder answer = Json.object().put("id", id);
        try {
            send(answer.put("event", "done").put("result", work.run()).build());
        } catch (LlamaEngine.Refused e) {
            send(answer.put("event", "error").put("result", e.details).build());
        } catch (IOException | RuntimeException e) {
            Json details = Json.object()
                    .put("kind", "native")
                    .put("message", message(e))
                    .build();
            send(answer.put("event", "error").put("result", details).build());
        } catch (LinkageError e) {
            Json details = Json.object()
                    .put("kind", "library")
                    .put("message", message(e))
                    .build();
            send(answer.put("event", "error").put("result", details).build());
        }
    }

    private void beat() {
        send(Json.object().put("event", "beat").build());
    }

    /** A host that cannot be told is gone, and so is the reason to live. */
    private void send(Json frame) {
        try {
            frames.write(frame);
        } catch (IOException e) {
            frames.close();
        }
    }

    private static String message(Throwable failure) {
        @Nullable String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.toString() : message;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
