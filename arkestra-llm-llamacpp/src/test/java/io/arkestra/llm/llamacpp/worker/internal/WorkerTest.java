package io.arkestra.llm.llamacpp.worker.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.BackendCrashed;
import io.arkestra.testkit.TinyGguf;
import java.net.InetAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<Worker> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        started.forEach(Worker::close);
    }

    @Test
    void generate_scriptedModel_streamsExactlyItsTextAndCounts() throws Exception {
        Worker worker = start(TinyGguf.saying("{\"text\": \"Привет 😀\"}"), "chat");

        WorkerCall call = worker.send("generate", prompt("hello"));
        List<String> pieces = new ArrayList<>();
        Json event = next(call);
        while (event.text("event").equals("text")) {
            pieces.add(event.text("text"));
            event = next(call);
        }

        assertEquals("{\"text\": \"Привет 😀\"}", String.join("", pieces));
        assertTrue(pieces.size() > 2, pieces.toString());
        assertEquals("done", event.text("event"));
        Json result = event.get("result").orElseThrow();
        assertEquals("stop", result.text("finish"));
        assertEquals(5, result.integer("promptTokens").orElseThrow());
    }

    @Test
    void directory_whileRunning_isPrivate_afterwards_isGoneWithTheProcess() throws Exception {
        Worker worker = start(TinyGguf.saying("hello"), "chat");

        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(worker.directory())));
        ProcessHandle process = ProcessHandle.of(worker.pid()).orElseThrow();
        worker.close();

        assertFalse(process.isAlive());
        assertFalse(Files.exists(worker.directory()));
        assertFalse(worker.alive());
    }

    /** What ends a process that runs llama.cpp ends the child alone. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#/nowhere\"}}",
                "{\"type\":\"string\",\"pattern\":\"a\"}"
            })
    void generate_schemaThatAbortsNativeCode_crashOfTheChildOnly(String schema) throws Exception {
        Worker worker = start(TinyGguf.random(1), "chat");

        Json event = end(worker.send("generate", prompt("hello").put("schema", schema)));

        assertEquals("crashed", event.text("event"));
        BackendCrashed crash = worker.crash();
        assertEquals(134, crash.exitCode().orElseThrow());
        assertFalse(crash.logTail().isEmpty());
        assertFalse(worker.alive());
        assertFalse(Files.exists(worker.directory()));
    }

    @Test
    void kill_fromOutsideInMidAnswer_callSeesTheCrashWithTheSignal() throws Exception {
        Worker worker = start(TinyGguf.repeating("tick tock "), "chat");
        WorkerCall call = worker.send("generate", prompt("go").put("maxTokens", 2000));
        assertEquals("text", next(call).text("event"));

        ProcessHandle.of(worker.pid()).orElseThrow().destroyForcibly();
        Json event = end(call);

        assertEquals("crashed", event.text("event"));
        assertEquals(137, worker.crash().exitCode().orElseThrow());
        assertTrue(
                worker.crash().getMessage().contains("signal 9"), worker.crash().getMessage());
        assertFalse(worker.endWanted());
    }

    @Test
    void cancel_runningCall_endsItAndTheNextOneWorks() throws Exception {
        Worker worker = start(TinyGguf.repeating("tick tock "), "chat");
        WorkerCall first = worker.send("generate", prompt("go").put("maxTokens", 2000));
        assertEquals("text", next(first).text("event"));

        worker.cancel(first);
        Json event = end(first);
        assertEquals("cancelled", event.get("result").orElseThrow().text("finish"));

        WorkerCall second = worker.send("generate", prompt("go").put("maxTokens", 2));
        assertEquals("text", next(second).text("event"));
    }

    @Test
    void embedAndRerank_tinyBerts_giveVectorsAndScores() throws Exception {
        Worker worker = start(TinyGguf.embedder(List.of("spare key flowerpot weather")), "embed");
        double[] key = vector(worker, "spare key");
        assertTrue(cosine(key, vector(worker, "key flowerpot")) > cosine(key, vector(worker, "weather")));
        assertEquals(
                "error",
                next(worker.send("embed", Json.object().put("text", " "))).text("event"));

        load(worker, TinyGguf.reranker(List.of("spare key flowerpot weather")), "rerank");
        Json ranked = next(worker.send(
                "rerank",
                Json.object().put("query", "key").put("documents", Json.strings(List.of("spare key", "weather")))));
        assertEquals(2, ranked.get("result").orElseThrow().list("scores").size());
    }

    @Test
    void main_hostEndsTheConnection_childEndsAndDeletesItsDirectory() throws Exception {
        Path own = PrivateDirectory.create();
        try (java.net.ServerSocket server = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(60_000);
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            WorkerClassPath.in(own),
                            WorkerMain.class.getName(),
                            own.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            child.getOutputStream().write((server.getLocalPort() + " secret\n").getBytes(StandardCharsets.US_ASCII));
            child.getOutputStream().flush();
            Frames frames = new Frames(server.accept());
            assertEquals("secret", frames.read().text("token"));

            frames.close();

            assertTrue(child.waitFor(60, TimeUnit.SECONDS));
            assertFalse(Files.exists(own));
        }
    }

    @Test
    void entry_jarsWithinJars_areUnpacked() throws Exception {
        Path outer = directory.resolve("app with blank.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(outer))) {
            zip.putNextEntry(new ZipEntry("BOOT-INF/lib/inner.jar"));
            zip.write("inner".getBytes(StandardCharsets.UTF_8));
        }
        String file = outer.toUri().toString();
        String resource = "a/B.class";

        for (String root : List.of(
                "jar:" + file + "!/BOOT-INF/lib/inner.jar!/",
                "jar:nested:" + file.substring(5) + "/!BOOT-INF/lib/inner.jar!/")) {
            Path entry = WorkerClassPath.entry(url(root + resource), resource, directory);
            assertEquals("inner", Files.readString(entry));
            Files.delete(entry);
        }
        assertEquals(outer, WorkerClassPath.entry(url("jar:" + file + "!/" + resource), resource, directory));
        assertEquals(directory, WorkerClassPath.entry(url(directory.toUri() + resource), resource, directory));
    }

    @Test
    void feed_stopTextCutIntoPieces_endsBeforeIt() {
        StopScanner scanner = new StopScanner(List.of("END", "stop"));

        assertEquals("text ", scanner.feed("text E"));
        assertEquals("EN", scanner.feed("NEN").substring(0, 2));
        assertFalse(scanner.stopped());
        assertEquals("", scanner.feed("D more"));
        assertTrue(scanner.stopped());
        assertEquals("", scanner.feed("more"));
        assertEquals("", scanner.rest());
    }

    private Worker start(TinyGguf model, String mode) throws Exception {
        Worker worker = Worker.start(LONG, ended -> {});
        started.add(worker);
        load(worker, model, mode);
        return worker;
    }

    private void load(Worker worker, TinyGguf model, String mode) throws Exception {
        Path file = model.write(Files.createTempFile(directory, "model", ".gguf"));
        Json loaded = next(worker.send(
                "load",
                Json.object()
                        .put("model", file.toString())
                        .put("context", mode.equals("chat") ? 2048 : 256)
                        .put("threads", 1)
                        .put("mode", mode)));
        assertEquals("done", loaded.text("event"), loaded.toString());
    }

    private static double[] vector(Worker worker, String text) throws Exception {
        Json event = next(worker.send("embed", Json.object().put("text", text)));
        return event.get("result").orElseThrow().list("vector").stream()
                .mapToDouble(Json::asDouble)
                .toArray();
    }

    private static double cosine(double[] left, double[] right) {
        double dot = 0;
        double lefts = 0;
        double rights = 0;
        for (int i = 0; i < left.length; i++) {
            dot += left[i] * right[i];
            lefts += left[i] * left[i];
            rights += right[i] * right[i];
        }
        return dot / Math.sqrt(lefts * rights);
    }

    private static Json.ObjectBuilder prompt(String text) {
        return Json.object().put("text", text).put("maxTokens", 100).put("temperature", 0.0);
    }

    /** What comes after all of the text. */
    private static Json end(WorkerCall call) throws InterruptedException {
        Json event = next(call);
        while (event.text("event").equals("text")) {
            event = next(call);
        }
        return event;
    }

    private static Json next(WorkerCall call) throws InterruptedException {
        Json event = call.next(LONG);
        assertNotNull(event, "something happens within a minute");
        return event;
    }

    private static URL url(String text) throws Exception {
        return new URL(null, text, new java.net.URLStreamHandler() {
            @Override
            protected java.net.URLConnection openConnection(URL url) {
                throw new UnsupportedOperationException();
            }
        });
    }
}
