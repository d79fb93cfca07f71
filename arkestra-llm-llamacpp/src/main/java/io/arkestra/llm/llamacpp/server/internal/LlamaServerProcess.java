package io.arkestra.llm.llamacpp.server.internal;

import io.arkestra.llm.BackendCrashed;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.llamacpp.LlamaServerClient;
import io.arkestra.llm.llamacpp.worker.internal.LogTail;
import io.arkestra.llm.llamacpp.worker.internal.PrivateDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a llama-server as a child of the host, from its start to its end. Thread-safe. */
public final class LlamaServerProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LlamaServerProcess.class);
    private static final Pattern LISTENING = Pattern.compile("listening on \\S*:(\\d{1,5})\\b");
    private static final Duration LOAD = Duration.ofMinutes(10);
    private static final long STOP_SECONDS = 5;
    private static final long PUMP_SECONDS = 10;
    private static final long POLL_MILLIS = 100;

    private final Process process;
    private final Path directory;
    private final String key;
    private final LogTail tail = new LogTail();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final Thread pump;
    private final Thread hook = new Thread(this::stop, "arkestra-llama-server-stop");
    private volatile @Nullable LlamaServerClient client;
    private volatile String lastLine = "starting";

    /**
     * Starts the server; {@link #load} waits for its model.
     *
     * @param running where children that run are written down; null for nowhere
     */
    public LlamaServerProcess(ServerArguments arguments, @Nullable RunningChildren running) throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        key = HexFormat.of().formatHex(random);
        directory = PrivateDirectory.create();
        boolean started = false;
        try {
            Path keyFile = Files.createFile(directory.resolve("key"));
            if (keyFile.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(
                        keyFile, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
            }
            Files.writeString(keyFile, key);
            process = ServerArguments.process(arguments.command(keyFile))
                    .redirectErrorStream(true)
                    .start();
            started = true;
        } finally {
            if (!started) {
                PrivateDirectory.delete(directory);
            }
        }
        Optional<Path> entry = running == null ? Optional.empty() : running.add(process.toHandle());
        pump = new Thread(this::pump, "arkestra-llama-server-log");
        pump.setDaemon(true);
        pump.start();
        process.onExit().thenRun(() -> {
            PrivateDirectory.delete(directory);
            entry.ifPresent(RunningChildren::remove);
        });
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            stop();
            throw new IOException("the host is ending", e);
        }
    }

    private void pump() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                tail.add(line);
                lastLine = line;
                LOG.debug("llama-server {}: {}", process.pid(), line);
                Matcher matcher = LISTENING.matcher(line);
                if (matcher.find()) {
                    port.complete(Integer.parseInt(matcher.group(1)));
                }
            }
        } catch (IOException e) {
            LOG.debug("The log of llama-server {} has ended", process.pid(), e);
        }
    }

    /**
     * Waits until the model is loaded.
     *
     * @param controlTokens of the model
     * @throws BackendCrashed when the process ends before
     */
    public LlamaServerClient load(Collection<String> controlTokens) throws InterruptedException {
        long end = System.nanoTime() + LOAD.toNanos();
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            Integer known = port.getNow(null);
            LlamaServerClient opened = client;
            if (opened == null && known != null) {
                opened = LlamaServerClient.builder()
                        .url(URI.create("http://127.0.0.1:" + known))
                        .apiKey(() -> Optional.of(key))
                        .controlTokens(controlTokens)
                        .build();
                client = opened;
            }
            if (opened != null && opened.probe().status() == LlmHealth.Status.READY) {
                return opened;
            }
            if (System.nanoTime() > end) {
                throw new LlmException(
                        LlmException.Reason.UNAVAILABLE,
                        "llama-server has not loaded its model within " + LOAD.toMinutes() + " minutes: " + lastLine);
            }
        }
        throw crash();
    }

    /** What it does right now: the last line of its log. */
    public String progress() {
        return lastLine;
    }

    public boolean alive() {
        return process.isAlive();
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** Waits a moment for the end of a process that seems to be gone; false when it lives on. */
    public boolean gone(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }

    /** That it has ended, with its exit code and its last words. */
    public BackendCrashed crash() {
        try {
            pump.join(TimeUnit.SECONDS.toMillis(PUMP_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<String> lines = tail.lines();
        int code = process.exitValue();
        String last = lines.isEmpty() ? "it wrote nothing" : "its last line was: " + lines.get(lines.size() - 1);
        return new BackendCrashed("llama-server has ended with exit code " + code + "; " + last, code, lines, null);
    }

    private void stop() {
        process.destroy();
        if (!gone(Duration.ofSeconds(STOP_SECONDS))) {
            process.destroyForcibly();
        }
    }

    /** Asks it to end, and kills it when it has not within 5 seconds. Idempotent. */
    @Override
    public void close() {
        LlamaServerClient opened = client;
        if (opened != null) {
            opened.close();
        }
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("The host is ending, and the hook runs anyway", e);
        }
    }
}
