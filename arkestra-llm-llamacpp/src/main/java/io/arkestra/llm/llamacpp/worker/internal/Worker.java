package io.arkestra.llm.llamacpp.worker.internal;

import io.arkestra.common.Json;
import io.arkestra.llm.BackendCrashed;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child process with llama.cpp inside, seen from the host. It ends when it is closed, when it is killed, and when the host ends. Its
 * directory goes with it. Thread-safe.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final AtomicLong NUMBERS = new AtomicLong();
    /** The child says something every two seconds; one that is silent for so long hangs. */
    private static final int SILENCE_MILLIS = 30_000;

    private static final int HELLO_MILLIS = 10_000;
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final Json CRASHED = Json.object().put("event", "crashed").build();

    private final long number = NUMBERS.incrementAndGet();
    private final Path directory;
    private final Process process;
    private final LogTail log = new LogTail();
    private final Map<Long, WorkerCall> calls = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Consumer<Worker> onEnd;
    private final Thread pump;
    private final Frames frames;
    private volatile boolean wanted;

    private Worker(Path directory, Duration limit, Consumer<Worker> onEnd) throws IOException {
        this.directory = directory;
        this.onEnd = onEnd;
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        String token = HexFormat.of().formatHex(secret);
        try (ServerSocket server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
            process = launch(directory);
            pump = thread("log", this::pump);
            process.onExit().thenRun(() -> close(server));
            try {
                // The stream stays open: its other end is how the child would notice, if there were no socket yet, that
                // the host is gone.
                process.getOutputStream()
                        .write((server.getLocalPort() + " " + token + "\n").getBytes(StandardCharsets.US_ASCII));
                process.getOutputStream().flush();
                frames = accept(server, token, limit);
            } catch (IOException e) {
                throw neverCame(e, limit);
            }
        }
        thread("reader", this::listen);
    }

    /**
     * Starts a child and waits until it has said hello.
     *
     * @param limit how long that may take
     * @param onEnd is told when the child that said hello has ended, before its calls are; must be quick
     * @throws BackendCrashed when it ends before that or takes longer than allowed
     * @throws IOException when it cannot be started at all
     */
    public static Worker start(Duration limit, Consumer<Worker> onEnd) throws IOException {
        Path directory = PrivateDirectory.create();
        boolean started = false;
        try {
            Worker worker = new Worker(directory, limit, onEnd);
            started = true;
            return worker;
        } finally {
            if (!started) {
                PrivateDirectory.delete(directory);
            }
        }
    }

    /** Sends a request; what comes of it shows in the call. */
    public WorkerCall send(String operation, Json.ObjectBuilder request) {
        WorkerCall call = new WorkerCall(ids.incrementAndGet());
        calls.put(call.id(), call);
        try {
            frames.write(request.put("op", operation).put("id", call.id()).build());
        } catch (IOException e) {
            log.add("Sending failed: " + e);
            process.destroyForcibly();
        }
        if (ended.isDone()) {
            crashed(call);
        }
        return call;
    }

    /** Asks the child to end a generation; it does after the next token. */
    public void cancel(WorkerCall call) {
        try {
            frames.write(Json.object().put("op", "cancel").put("id", call.id()).build());
        } catch (IOException e) {
            log.add("Cancelling failed: " + e);
            process.destroyForcibly();
        }
    }

    /** Whether it can take requests. */
    public boolean alive() {
        return !ended.isDone() && process.isAlive();
    }

    /** Completes when it has ended, its directory is gone and who wanted to know has been told. */
    public CompletableFuture<Void> ended() {
        return ended;
    }

    /** Whether its end was our wish, so that it is no sign of a broken model. */
    public boolean endWanted() {
        return wanted;
    }

    public long pid() {
        return process.pid();
    }

    /** The child's private directory. */
    public Path directory() {
        return directory;
    }

    /** Ends the child at once; calls that run see a crash. */
    public void kill(String why) {
        LOG.debug("Killing llama.cpp worker {}: {}", number, why);
        log.add("Killed by the host: " + why);
        wanted = true;
        process.destroyForcibly();
    }

    /** The end of the child as an exception. */
    public BackendCrashed crash() {
        Integer code = process.isAlive() ? null : process.exitValue();
        List<String> tail = log.lines();
        String last = tail.isEmpty() ? "it wrote nothing" : "its last line was: " + tail.get(tail.size() - 1);
        return new BackendCrashed(
                "The process that runs the model has ended"
                        + (code == null ? "" : " with exit code " + code)
                        + (code != null && code > 128 ? " (signal " + (code - 128) + ")" : "")
                        + "; " + last + ". The next call starts another one",
                code,
                tail,
                null);
    }

    /** Ends the child, gently first. Idempotent; returns when the process and its directory are gone. */
    @Override
    public void close() {
        wanted = true;
        boolean interrupted = false;
        try {
            frames.write(Json.object().put("op", "shutdown").build());
            process.waitFor(GOODBYE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            LOG.debug("llama.cpp worker {} cannot be told to end", number, e);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        process.destroyForcibly();
        frames.close();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            pump.join(2_000);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        PrivateDirectory.delete(directory);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Process launch(Path directory) throws IOException {
        String home = System.getProperty("java.home");
        boolean windows = File.separatorChar == '\\';
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(home, "bin", windows ? "java.exe" : "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:ErrorFile=" + directory.resolve("hs_err.log"),
                "-Dfile.encoding=UTF-8",
                "-Djava.io.tmpdir=" + directory,
                "-Dde.kherud.llama.tmpdir=" + directory,
                "-cp",
                WorkerClassPath.in(directory),
                WorkerMain.class.getName(),
                directory.toString());
        builder.directory(directory.toFile());
        builder.redirectErrorStream(true);
        // Options of the host's JVM and of other llama.cpp programs are not meant for this process.
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("LLAMA_")
                        || name.equals("JAVA_TOOL_OPTIONS")
                        || name.equals("JDK_JAVA_OPTIONS")
                        || name.equals("_JAVA_OPTIONS"));
        // Without it an abort would attach a debugger to the process, which leaves it hanging.
        builder.environment().put("GGML_NO_BACKTRACE", "1");
        return builder.start();
    }

    private static Frames accept(ServerSocket server, String token, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left < 1) {
                throw new IOException("It did not say hello within " + limit.toMillis() + " ms");
            }
            server.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
            Socket socket = server.accept();
            Frames frames = new Frames(socket);
            if (welcome(frames, token)) {
                return frames;
            }
            frames.close();
        }
    }

    /** Whoever connects must know the token; anybody on this machine could connect. */
    private static boolean welcome(Frames frames, String token) {
        try {
            frames.patience(HELLO_MILLIS);
            @Nullable Json hello = frames.read();
            boolean known = hello != null
                    && MessageDigest.isEqual(
                            hello.string("token").orElse("").getBytes(StandardCharsets.UTF_8),
                            token.getBytes(StandardCharsets.UTF_8))
                    && hello.integer("hello").orElse(0L) == Frames.VERSION;
            frames.patience(SILENCE_MILLIS);
            return known;
        } catch (IOException | RuntimeException e) {
            LOG.debug("Somebody else connected to a llama.cpp worker's port", e);
            return false;
        }
    }

    private BackendCrashed neverCame(IOException why, Duration limit) {
        boolean died = !process.isAlive();
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            pump.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.add(died ? "It ended before it said hello" : "It did not say hello within " + limit.toMillis() + " ms");
        BackendCrashed crash = crash();
        crash.addSuppressed(why);
        return crash;
    }

    private void listen() {
        try {
            for (Json frame = frames.read(); frame != null; frame = frames.read()) {
                heard(frame);
            }
        } catch (IOException | RuntimeException e) {
            log.add("The connection failed: " + e);
        }
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
            pump.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        PrivateDirectory.delete(directory);
        onEnd.accept(this);
        ended.complete(null);
        calls.values().forEach(this::crashed);
    }

    private void heard(Json frame) {
        long id = frame.integer("id").orElse(0L);
        boolean more = frame.text("event").equals("text");
        @Nullable WorkerCall call = more ? calls.get(id) : calls.remove(id);
        if (call != null) {
            call.happened(frame);
        }
    }

    private void crashed(WorkerCall call) {
        if (calls.remove(call.id(), call)) {
            call.happened(CRASHED);
        }
    }

    private void pump() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                LOG.debug("worker {}: {}", number, line);
            }
        } catch (IOException e) {
            LOG.debug("The log of llama.cpp worker {} has ended", number, e);
        }
    }

    private Thread thread(String what, Runnable work) {
        Thread thread = new Thread(work, "arkestra-llama-" + number + "-" + what);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void close(ServerSocket server) {
        try {
            server.close();
        } catch (IOException e) {
            LOG.debug("A server socket cannot be closed", e);
        }
    }
}
