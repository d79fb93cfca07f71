package io.arkestra.examples.faults;

import io.arkestra.testkit.FakeLlamaServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link FaultHost} that runs. */
final class HostProcess implements AutoCloseable {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final Process process;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    HostProcess(Path home, String model) throws IOException {
        process = new ProcessBuilder(
                        JAVA,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FaultHost.class.getName(),
                        home.toString(),
                        model)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Thread reader = new Thread(() -> out.lines().forEach(answers::add), "host-output");
        reader.setDaemon(true);
        reader.start();
    }

    HostProcess say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
        return this;
    }

    String ask(String line) throws IOException, InterruptedException {
        say(line);
        String answer = answers.poll(FaultyModels.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("the host did not answer");
        }
        return answer;
    }

    /** The process that it runs its model in; waits for it. */
    ProcessHandle child() {
        FaultyModels.await(() -> process.descendants().findAny().isPresent(), () -> "the host has no child");
        return process.descendants().findAny().orElseThrow();
    }

    Process process() {
        return process;
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
    }

    /**
     * An executable that behaves as llama-server does and gives this answer.
     *
     * @param deaf whether it takes no notice when it is asked to end
     */
    static Path llamaServer(Path directory, String answer, boolean deaf) throws IOException {
        Path file = directory.resolve(deaf ? "deaf-llama-server" : "llama-server");
        Files.writeString(
                file,
                "#!/bin/sh\n" + (deaf ? "trap '' TERM\n" : "") + "export FAKE_ANSWER='" + answer + "'\nexec '" + JAVA
                        + "' -Xshare:auto -XX:TieredStopAtLevel=1 -cp '" + System.getProperty("java.class.path") + "' "
                        + FakeLlamaServer.class.getName() + " \"$@\"\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }
}
