package io.arkestra.examples.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Session;
import io.arkestra.common.Scope;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.testkit.FakeAnswer;
import io.arkestra.testkit.FakeLlmServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** Models that fail, and what has to hold after they did. */
final class FaultyModels {
    /** The key that is shown to every server, and to nobody else. */
    static final String KEY = "sk-ours-0123456789abcdef";

    /** Longer than anything here may take, also on a machine that is busy. */
    static final Duration PATIENCE = Duration.ofSeconds(120);

    private FaultyModels() {}

    /** A model behind a server, with deadlines of a second for its silence. */
    static Llm behind(FakeLlmServer server, Path directory) throws IOException {
        Path key = directory.resolve("key");
        if (!Files.exists(key)) {
            Files.writeString(key, KEY);
        }
        return Llm.openAi("fake-model")
                .with("dialect", "vllm")
                .with("baseUrl", server.uri().toString())
                .with("apiKey", "file:" + key)
                .with("firstTokenTimeout", "PT1S")
                .with("idleTimeout", "PT1S")
                .with("contextTokens", 64_000);
    }

    /** A whole answer of a role: the junior's report that a note is wanted, where rules find nothing but a statement; the senior's reply. */
    static FakeAnswer answer(String role, String text) {
        return FakeAnswer.of(document(role, text));
    }

    static String document(String role, String text) {
        return role.equals("junior")
                ? "{\"intent\":\"note\",\"slots\":{\"text\":\"" + text
                        + "\"},\"tools_hint\":[],\"style_directive\":\"\"," + "\"rag_query\":\"\",\"confidence\":0.9}"
                : "{\"text\":\"" + text + "\"}";
    }

    /** What a person may read: no address, no key, no piece of a program or of a protocol. */
    static void assertPlain(String text) {
        for (String bad : List.of("Exception", "127.0.0.1", KEY, "java", "{\"", "http", "null", "llm.")) {
            assertTrue(!text.contains(bad), () -> "'" + bad + "' in: " + text);
        }
    }

    /** The message is there once, and no half of anything is. */
    static void assertLog(Arkestra engine, Session session, String message) {
        List<Message> log = engine.memory()
                .messages(
                        Scope.of(session.user(), session.id()),
                        Instant.EPOCH,
                        Instant.now().plus(Duration.ofDays(1)),
                        100);
        assertEquals(
                1,
                log.stream()
                        .filter(entry -> entry.origin() == Origin.USER)
                        .filter(entry -> entry.text().equals(message))
                        .count());
        log.stream()
                .filter(entry -> entry.origin() == Origin.ASSISTANT)
                .forEach(entry -> assertTrue(!entry.text().startsWith("{"), () -> "half an answer: " + entry));
    }

    /** Runs all of them at once and fails with all that failed. */
    static void together(Map<String, Situation> situations) throws Exception {
        together(situations, situations.size());
    }

    /** Runs so many of them at a time. */
    static void together(Map<String, Situation> situations, int atATime) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(atATime);
        try {
            Map<String, Future<Void>> running = new LinkedHashMap<>();
            situations.forEach((name, situation) -> running.put(name, threads.submit(() -> {
                situation.run();
                return null;
            })));
            List<Throwable> failures = new ArrayList<>();
            for (Map.Entry<String, Future<Void>> each : running.entrySet()) {
                try {
                    each.getValue().get();
                } catch (java.util.concurrent.ExecutionException e) {
                    failures.add(new AssertionError(each.getKey() + ": " + e.getCause(), e.getCause()));
                }
            }
            if (!failures.isEmpty()) {
                AssertionError all = new AssertionError(failures.get(0).getMessage());
                failures.forEach(all::addSuppressed);
                throw all;
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Something that is tried and looked at. */
    interface Situation {
        void run() throws Exception;
    }

    static Set<String> engineThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("arkestra"))
                .collect(Collectors.toSet());
    }

    /** No thread and no process of an engine is left that was not there before. */
    static void assertNothingLeft(Set<String> threadsBefore) {
        await(() -> threadsBefore.containsAll(engineThreads()), () -> "threads are left: " + engineThreads());
        await(() -> children().isEmpty(), () -> "processes are left: " + children());
    }

    static List<ProcessHandle> children() {
        return ProcessHandle.current()
                .descendants()
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    static void await(BooleanSupplier condition, java.util.function.Supplier<String> otherwise) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, otherwise);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
