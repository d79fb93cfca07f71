package io.arkestra.examples.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.arkestra.common.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The chat in a process of its own, as a user has it, with its streams in the test's hands. */
final class ChatProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final OutputStream stdin;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Path errors;
    private final Thread pump;

    private ChatProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.stdin = process.getOutputStream();
        this.pump = new Thread(this::pump, "chat-output");
        pump.setDaemon(true);
        pump.start();
    }

    /** The environment of a chat that recalls by meaning too; the tests have it off, because loading a model takes a second. */
    static final Map<String, String> WITH_MODELS = Map.of("ARKESTRA_EMBEDDING_ENABLED", "true");

    static ChatProcess start(Path directory, String... args) throws IOException {
        return start(directory, Map.of(), args);
    }

    /** Starts it in this working directory, with these changes to the environment. */
    static ChatProcess start(Path directory, Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Each lives for seconds: compiling for speed takes more than it gives, half of the processor's time.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ChatMain.class.getName()));
        command.addAll(List.of(args));
        Path errors = Files.createTempFile(directory, "stderr", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile());
        // The JVM reports this variable on standard error, which tests read.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        return new ChatProcess(builder.start(), errors);
    }

    private void pump() {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(" + e + ")");
        }
    }

    /** Says a line and gives the next line of output. */
    Json ask(String line) {
        say(line);
        return next();
    }

    ChatProcess say(String line) {
        return send((line + "\n").getBytes(UTF_8));
    }

    ChatProcess send(byte[] bytes) {
        try {
            stdin.write(bytes);
            stdin.flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(stderr(), e);
        }
    }

    /** Says a line and gives the next line of output, however long that takes within this time. */
    Json ask(String line, Duration patience) {
        say(line);
        return Json.parse(nextLine(patience));
    }

    /** The next line of output, which must be JSON. */
    Json next() {
        return Json.parse(nextLine());
    }

    String nextLine() {
        return nextLine(PATIENCE);
    }

    private String nextLine(Duration patience) {
        try {
            String line = lines.poll(patience.toSeconds(), TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("No output within " + patience + "; standard error: " + stderr());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Ends the input, waits for the process and gives what it printed meanwhile. */
    List<String> end() {
        try {
            stdin.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        exitCode();
        List<String> rest = new ArrayList<>();
        lines.drainTo(rest);
        return rest;
    }

    int exitCode() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("Did not end within " + PATIENCE + "; standard error: " + stderr());
            }
            pump.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
        exitCode();
    }

    String stderr() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        kill();
    }
}
