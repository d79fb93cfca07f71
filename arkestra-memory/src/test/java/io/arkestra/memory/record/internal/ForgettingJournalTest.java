package io.arkestra.memory.record.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Memory;
import io.arkestra.memory.Message;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Origin;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.SessionEnd;
import io.arkestra.memory.internal.ArkestraMemoryProvider;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.testkit.TestProviderContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that ended between taking a message out of the store and having everything made of it follow. */
class ForgettingJournalTest {
    private static final Scope ANN = Scope.of(UserId.of("ann"));
    private static final SessionId SESSION = SessionId.of("s");
    private static final String WORD = "zyxomarker";

    @TempDir
    Path home;

    @Test
    void open_forgettingWasCutOff_finishesItInIndexesSummariesAndFiles() throws Exception {
        String secret = told();
        try (DocStore store = store()) {
            // What the process did before it ended.
            assertTrue(new MemoryRecords(store, warning -> {}).forgetMessage(ANN, secret));
            assertEquals(1, new ForgettingJournal(store).unfinished().size());
        }
        assertFalse(holding().isEmpty(), "the index has not followed yet");

        try (DocStore store = store();
                Memory memory = memory(store)) {
            assertEquals(List.of(), new ForgettingJournal(store).unfinished());
            assertEquals(List.of(), memory.recall(ANN, RecallQuery.about(WORD)).passages());
            assertFalse(memory.sessions().state(ANN).lastSummary().contains(WORD));
        }
        assertEquals(List.of(), holding());
    }

    @Test
    void forget_idThatIsNobodys_writesNothingDown() {
        try (DocStore store = store()) {
            MemoryRecords records = new MemoryRecords(store, warning -> {});
            for (String id : List.of("nothing", "half \uD83D", "x".repeat(10_000))) {
                assertFalse(records.forgetMessage(ANN, id));
                assertFalse(records.forget(ANN, id));
            }
            assertEquals(List.of(), records.journal().unfinished());
            assertFalse(Files.exists(home.resolve("arkestra.expunge")));
        }
    }

    private String told() {
        try (DocStore store = store();
                Memory memory = memory(store)) {
            Instant at = Instant.parse("2026-01-01T10:00:00Z");
            List<Message> kept = memory.record(
                    ANN,
                    List.of(
                            MessageDraft.of(SESSION, Origin.USER, "Ann", "My sister moved to Oslo last year", at),
                            MessageDraft.of(SESSION, Origin.USER, "Ann", "The safe opens with " + WORD, at)));
            memory.sessions().end(ANN, SESSION, SessionEnd.HOST);
            memory.refresh();
            return kept.get(1).id();
        }
    }

    private DocStore store() {
        return ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().dataDirectory(home).build());
    }

    private Memory memory(DocStore store) {
        return new ArkestraMemoryProvider()
                .open(TestProviderContext.builder()
                        .dataDirectory(home.resolve("index"))
                        .service(DocStore.class, store)
                        .build());
    }

    private List<Path> holding() throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(WORD)) {
                    found.add(home.relativize(file));
                }
            }
        }
        return found;
    }
}
