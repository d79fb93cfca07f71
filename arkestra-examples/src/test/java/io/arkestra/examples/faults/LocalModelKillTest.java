package io.arkestra.examples.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Outcome;
import io.arkestra.Reply;
import io.arkestra.Session;
import io.arkestra.Turn;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.llm.LlmException;
import io.arkestra.testkit.TinyGguf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The process that runs a model on this machine is killed, or its file goes, in a conversation of the whole engine. */
@Timeout(600)
@DisabledOnOs(OS.WINDOWS)
class LocalModelKillTest {
    private static final UserId ALICE = UserId.of("alice");

    @TempDir
    Path directory;

    private Set<String> threads = Set.of();

    @BeforeEach
    void look() {
        threads = FaultyModels.engineThreads();
    }

    @AfterEach
    void nothingIsLeft() {
        FaultyModels.assertNothingLeft(threads);
    }

    private static Llm worker(Path model) {
        return Llm.gguf(model).with("runtime", "jni").with("threads", 1).with("contextTokens", 16_384);
    }

    private Path saying(String name, String role, String text) throws IOException {
        return TinyGguf.saying(FaultyModels.document(role, text)).write(directory.resolve(name));
    }

    /** Ends it as kill -9 does, and waits until it is gone. */
    private static void kill(ProcessHandle process) {
        process.destroyForcibly();
        process.onExit().orTimeout(120, TimeUnit.SECONDS).join();
    }

    private static ProcessHandle onlyChild() {
        List<ProcessHandle> children = FaultyModels.children();
        assertEquals(1, children.size(), children::toString);
        return children.get(0);
    }

    @Test
    void senior_workerKilledInMidAnswer_tellsSoAndTheNextTurnHasAnother() throws Exception {
        Path model = TinyGguf.repeating("tick tock ").write(directory.resolve("clock.gguf"));
        List<Events.ModelCalled> calls = new CopyOnWriteArrayList<>();
        try (Arkestra engine = Arkestra.builder()
                .senior(worker(model))
                .listener(event -> {
                    if (event instanceof Events.ModelCalled call) {
                        calls.add(call);
                    }
                })
                .build()) {
            Session session = engine.session(ALICE);
            StringBuilder heard = new StringBuilder();
            Turn turn = session.turn("Count for me")
                    .onText(text -> {
                        if (heard.length() == 0) {
                            kill(onlyChild());
                        }
                        heard.append(text);
                    })
                    .start();
            Outcome outcome = turn.await(FaultyModels.PATIENCE).orElseThrow();

            assertEquals(Outcome.Kind.COMPLETED, outcome.kind());
            assertEquals(outcome.reply().text(), heard.toString());
            assertTrue(heard.toString().startsWith("tick"), heard::toString);
            assertTrue(heard.toString().contains("it has crashed"), heard::toString);
            FaultyModels.assertPlain(heard.toString());
            FaultyModels.assertLog(engine, session, "Count for me");
            FaultyModels.await(() -> !calls.isEmpty(), () -> "no call was reported");
            assertEquals("llm.crashed", calls.get(0).finish());

            Reply next = engine.session(UserId.of("bob")).ask("Count for me");
            assertTrue(next.text().startsWith("tick tock "), next.text());
        }
    }

    @Test
    void junior_workerKilledBetweenAndInCalls_isStartedAgainWithinTheTurn() throws Exception {
        try (Arkestra engine = Arkestra.builder()
                .junior(worker(saying("junior.gguf", "junior", "from the junior")))
                .build()) {
            Session session = engine.session(ALICE);
            assertTrue(session.ask("milk, please").text().contains("from the junior"));
            kill(onlyChild());
            assertTrue(session.ask("bread, please").text().contains("from the junior"));

            ProcessHandle second = onlyChild();
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-STOP", Long.toString(second.pid()))
                            .start()
                            .waitFor());
            Turn turn = session.turn("cheese, please").start();
            FaultyModels.await(
                    () -> engine
                            .memory()
                            .messages(
                                    io.arkestra.common.Scope.of(ALICE, session.id()),
                                    java.time.Instant.EPOCH,
                                    java.time.Instant.now().plusSeconds(60),
                                    100)
                            .stream()
                            .anyMatch(message -> message.text().equals("cheese, please")),
                    () -> "the turn did not begin");
            kill(second);
            Outcome outcome = turn.await(FaultyModels.PATIENCE).orElseThrow();
            assertTrue(
                    outcome.reply().text().contains("from the junior"),
                    outcome.reply().text());
            FaultyModels.assertLog(engine, session, "cheese, please");
        }
    }

    @Test
    void senior_serverKilledInMidStream_tellsSoAndTheNextTurnHasAnother() throws Exception {
        Path binary = HostProcess.llamaServer(directory, FaultyModels.document("senior", "Here I am"), false);
        Llm model = Llm.gguf(saying("tiny.gguf", "senior", "unused"))
                .with("runtime", "server")
                .with("binary", binary.toString())
                .with("contextTokens", 16_384);
        try (Arkestra engine = Arkestra.builder().senior(model).build()) {
            StringBuilder heard = new StringBuilder();
            Turn turn = engine.session(ALICE)
                    .turn("hang! Где мой велосипед?")
                    .onText(text -> {
                        if (heard.length() == 0) {
                            kill(onlyChild());
                        }
                        heard.append(text);
                    })
                    .start();
            Outcome outcome = turn.await(FaultyModels.PATIENCE).orElseThrow();

            assertEquals(Outcome.Kind.COMPLETED, outcome.kind());
            assertTrue(heard.toString().startsWith("Here I am"), heard::toString);
            assertTrue(heard.toString().contains("она аварийно завершилась"), heard::toString);
            FaultyModels.assertPlain(heard.toString());

            assertEquals(
                    "Here I am",
                    engine.session(UserId.of("bob")).ask("And now?").text());
            kill(onlyChild());
            assertEquals(
                    "Here I am",
                    engine.session(UserId.of("bob")).ask("And now?").text());
        }
    }

    @Test
    void senior_fileGoneOrDamaged_isReplacedAndUsedAgainWhenItIsBack() throws Exception {
        Path file = saying("senior.gguf", "senior", "From the file");
        Path copy = Files.copy(file, directory.resolve("copy.gguf"));
        Path spare = saying("spare.gguf", "senior", "From the spare model");
        try (Arkestra alone = Arkestra.builder().senior(worker(file)).build();
                Arkestra spared =
                        Arkestra.builder().senior(worker(file), worker(spare)).build()) {
            Files.delete(file);
            String gone = alone.session(ALICE).ask("Where are you?").text();
            assertTrue(gone.startsWith("The language model did not answer (it cannot be reached)"), gone);
            FaultyModels.assertPlain(gone);
            assertEquals(
                    "From the spare model",
                    spared.session(ALICE).ask("Where are you?").text());

            Files.write(file, new byte[] {'G', 'G', 'U', 'F', 3, 0, 0, 0, 1});
            String damaged = alone.session(ALICE).ask("Where are you?").text();
            assertTrue(damaged.startsWith("The language model did not answer"), damaged);
            FaultyModels.assertPlain(damaged);
            assertEquals(
                    "From the spare model",
                    spared.session(ALICE).ask("Where are you?").text());

            Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
            assertEquals(
                    "From the file", alone.session(ALICE).ask("Where are you?").text());
        }
    }

    @Test
    void build_fileMissingOrDamaged_isRefusedWithASentenceThatNamesIt() throws Exception {
        Path missing = directory.resolve("missing.gguf");
        LlmException first = assertThrows(
                LlmException.class,
                () -> Arkestra.builder().senior(worker(missing)).build().close());
        assertTrue(String.valueOf(first.getMessage()).contains("missing.gguf"), first.getMessage());
        Path damaged = Files.write(directory.resolve("damaged.gguf"), new byte[100]);
        LlmException second = assertThrows(
                LlmException.class,
                () -> Arkestra.builder().senior(worker(damaged)).build().close());
        assertTrue(String.valueOf(second.getMessage()).contains("damaged.gguf"), second.getMessage());
    }
}
