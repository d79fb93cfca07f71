package io.arkestra.tools.project.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestToolContext;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolException;
import io.arkestra.tool.ToolException.Reason;
import io.arkestra.tools.document.internal.TestHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An indexing whose time is over, or whose thread is interrupted, loses nothing and says that it is not complete. */
class StoppedIndexTest {
    private static final int FILES = 300;
    private static final int STOP = 150;
    private static final String INDEX = "{\"path\":\"shop\"}";
    private static final ToolContext ANN = TestToolContext.builder()
            .scope(Scope.of(UserId.of("ann")))
            .timeout(Duration.ofHours(1))
            .build();

    @TempDir
    Path temporary;

    private Path root;
    private TestHome home;

    @BeforeEach
    void open() throws IOException {
        Path files = temporary.toRealPath();
        root = Files.createDirectory(files.resolve("shop"));
        home = TestHome.of(files);
        written("first");
    }

    @AfterEach
    void close() {
        home.close();
    }

    /** All files with another word, long enough ago that their time tells whether they changed. */
    private void written(String word) throws IOException {
        Instant when = Instant.now().minus(Duration.ofHours(word.equals("first") ? 2 : 1));
        for (int i = 0; i < FILES; i++) {
            Path file = Files.createDirectories(root.resolve("d" + i % 10)).resolve("F" + i + ".java");
            Files.writeString(file, "class F" + i + " {\n    String " + word + i + ";\n}\n");
            Files.setLastModifiedTime(file, FileTime.from(when));
        }
    }

    /** A call that does something when so many files are done. */
    private record Stopped(Clock clock, Instant deadline, Runnable stop, int[] heard) implements ToolContext {
        @Override
        public Scope scope() {
            return ANN.scope();
        }

        @Override
        public Optional<io.arkestra.common.TurnId> turn() {
            return Optional.empty();
        }

        @Override
        public Locale locale() {
            return Locale.ENGLISH;
        }

        @Override
        public Cancellation cancellation() {
            return Cancellation.none();
        }

        @Override
        public void progress(String what, long done, long total) {
            heard[0]++;
            if (done == STOP) {
                stop.run();
            }
        }
    }

    private int documents() {
        return home.memory()
                .documents()
                .list(ANN.scope(), Optional.empty(), 1_000)
                .size();
    }

    /** How a call on a thread of its own ends. */
    private RuntimeException failed(ToolContext context) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<?> running = pool.submit(() -> home.run("index.project", INDEX, context));
            Throwable cause = assertThrows(ExecutionException.class, () -> running.get(60, TimeUnit.SECONDS))
                    .getCause();
            return (RuntimeException) java.util.Objects.requireNonNull(cause);
        } finally {
            pool.shutdownNow();
        }
    }

    /** Nothing that is there was dropped, nobody is told that it is complete, and the next run brings it to what the files are. */
    private void goesOn(Stopped stopped, int before) {
        assertEquals(STOP, stopped.heard()[0], "it ends at the next file");
        assertTrue(documents() >= before, () -> "of " + before + " files only " + documents() + " are in the index");
        assertTrue(home.run("index.status", "{}", ANN).text().contains("not complete"));
        Json data = home.run("index.project", INDEX, ANN).data();
        assertEquals(FILES, data.integer("files").orElseThrow());
        assertEquals(0, data.integer("removed").orElseThrow());
        assertEquals(FILES, documents());
        String last = "F" + (FILES - 1) + ".java";
        assertTrue(home.run(
                        "project.search",
                        "{\"query\":\"" + (before > 0 ? "second" : "first") + (FILES - 1) + "\",\"project\":\"shop\"}",
                        ANN)
                .text()
                .contains(last));
    }

    private static Stopped late() {
        ManualClock clock = ManualClock.at(Instant.parse("2026-01-01T00:00:00Z"));
        return new Stopped(
                clock, clock.instant().plusSeconds(60), () -> clock.advance(Duration.ofSeconds(61)), new int[1]);
    }

    private static Stopped interrupted() {
        return new Stopped(
                Clock.systemUTC(),
                Instant.now().plusSeconds(600),
                () -> Thread.currentThread().interrupt(),
                new int[1]);
    }

    @Test
    void index_firstWhoseTimeRunsOut_goesOnTheNextTime() throws Exception {
        Stopped late = late();
        RuntimeException failure = failed(late);
        assertTrue(failure instanceof ToolException timeout && timeout.reason() == Reason.TIMEOUT, failure::toString);
        goesOn(late, 0);
    }

    @Test
    void index_againWhoseTimeRunsOut_keepsWhatWasIndexed() throws Exception {
        home.run("index.project", INDEX, ANN);
        written("second");
        Stopped late = late();
        RuntimeException failure = failed(late);
        assertTrue(failure instanceof ToolException timeout && timeout.reason() == Reason.TIMEOUT, failure::toString);
        goesOn(late, FILES);
    }

    @Test
    void index_firstWhoseThreadIsInterrupted_goesOnTheNextTime() throws Exception {
        Stopped interrupted = interrupted();
        RuntimeException failure = failed(interrupted);
        assertTrue(failure instanceof CancelledException, failure::toString);
        goesOn(interrupted, 0);
    }

    @Test
    void index_againWhoseThreadIsInterrupted_keepsWhatWasIndexed() throws Exception {
        home.run("index.project", INDEX, ANN);
        written("second");
        Stopped interrupted = interrupted();
        RuntimeException failure = failed(interrupted);
        assertTrue(failure instanceof CancelledException, failure::toString);
        goesOn(interrupted, FILES);
    }
}
