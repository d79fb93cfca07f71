package io.arkestra.examples.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.TinyGguf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The process of a host ends without closing its engine: the process of its model ends, too. */
@Timeout(600)
@DisabledOnOs(OS.WINDOWS)
class HostKillTest {
    private static final String ANSWER = FaultyModels.document("senior", "Here I am");

    @TempDir
    Path directory;

    @Test
    void host_endsInAnyWay_leavesNoProcessOfItsModel() throws Exception {
        Path model = TinyGguf.saying(ANSWER).write(directory.resolve("tiny.gguf"));
        String server = gguf(model, "server&binary=" + HostProcess.llamaServer(directory, ANSWER, false));
        String deaf = gguf(model, "server&binary=" + HostProcess.llamaServer(directory, ANSWER, true));
        String jni = gguf(model, "jni");
        Map<String, FaultyModels.Situation> situations = new LinkedHashMap<>();
        situations.put("server, exit", () -> ended(server, host -> host.say("exit")));
        situations.put(
                "deaf server, SIGTERM", () -> ended(deaf, host -> host.process().destroy()));
        situations.put(
                "worker, SIGTERM", () -> ended(jni, host -> host.process().destroy()));
        situations.put(
                "worker, SIGKILL", () -> ended(jni, host -> host.process().destroyForcibly()));
        situations.put("server, SIGKILL", () -> reaped(server));
        // Each is two processes or more: all at once would keep each other waiting.
        FaultyModels.together(situations, 2);
    }

    @Test
    void host_killedInTheMiddleOfACall_leavesASharedServerToTheOthers() throws Exception {
        try (FakeLlmServer server = FakeLlmServer.llamaServer();
                HostProcess first =
                        new HostProcess(directory.resolve("first"), server.uri().toString());
                HostProcess second = new HostProcess(
                        directory.resolve("second"), server.uri().toString())) {
            server.answers(FaultyModels.answer("senior", "Here I am"));
            assertEquals("answer: Here I am", second.ask("Are you there?"));
            server.next(ServerFault.HANGING_BODY.reply());
            int before = server.calls().size();
            first.say("Are you there?");
            assertTrue(server.awaitCalls(before + 1, FaultyModels.PATIENCE));

            assertEquals("answer: Here I am", second.ask("Still there?"));
            first.kill();

            assertTrue(server.awaitDisconnect(FaultyModels.PATIENCE));
            assertEquals("answer: Here I am", second.ask("And now?"));
        }
    }

    private static String gguf(Path model, String runtime) {
        return "gguf:" + model + "?threads=1&contextTokens=16384&runtime=" + runtime;
    }

    private interface End {
        void of(HostProcess host) throws IOException;
    }

    private void ended(String model, End end) throws Exception {
        try (HostProcess host = new HostProcess(Files.createTempDirectory(directory, "home"), model)) {
            assertEquals("answer: Here I am", host.ask("Are you there?"));
            ProcessHandle child = host.child();
            end.of(host);
            assertTrue(host.process().waitFor(FaultyModels.PATIENCE.toSeconds(), TimeUnit.SECONDS));
            FaultyModels.await(() -> !child.isAlive(), () -> "process " + child.pid() + " is left");
        }
    }

    /** A server does not notice that its host was killed; the next start of the same home ends it. */
    private void reaped(String model) throws Exception {
        Path home = Files.createTempDirectory(directory, "home");
        ProcessHandle stale;
        try (HostProcess host = new HostProcess(home, model)) {
            assertEquals("answer: Here I am", host.ask("Are you there?"));
            stale = host.child();
            host.kill();
        }
        try (HostProcess host = new HostProcess(home, model)) {
            assertEquals("answer: Here I am", host.ask("Are you there again?"));
            FaultyModels.await(() -> !stale.isAlive(), () -> "process " + stale.pid() + " is left");
            assertTrue(host.child().isAlive());
        }
    }
}
