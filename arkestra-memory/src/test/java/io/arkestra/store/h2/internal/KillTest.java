package io.arkestra.store.h2.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.store.Change;
import io.arkestra.store.Doc;
import io.arkestra.store.DocQuery;
import io.arkestra.store.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a transaction acknowledged is there after the process was killed, and nothing is there twice or by half. */
class KillTest {
    private static final int KILLS = Integer.getInteger("arkestra.kills", 12);

    @TempDir
    Path home;

    @Test
    void kill_atRandomMoments_losesNothingAcknowledged() throws Exception {
        Random random = new Random();
        Map<String, Long> acknowledged = new HashMap<>();
        for (int kill = 0; kill < KILLS; kill++) {
            int lines = 1 + random.nextInt(120);
            int spins = random.nextInt(200_000);
            long before = total(acknowledged);
            runAndKill(lines, spins, acknowledged);
            assertTrue(total(acknowledged) > before, "kill " + kill + ": the child should have written something");
            check(acknowledged, "after kill " + kill);
        }
    }

    @Test
    void open_heldByAnotherProcess_isRefusedNamingItUntilItIsKilled() throws Exception {
        Process child = start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertNotNull(out.readLine());
            StoreException e = assertThrows(StoreException.class, () -> StoreHomes.open(home));
            assertEquals("store.in-use", e.code());
            assertTrue(e.getMessage().contains("process " + child.pid() + " on "), e.getMessage());
            assertTrue(e.getMessage().contains(home.toRealPath().toString()), e.getMessage());
        } finally {
            child.destroyForcibly().waitFor();
        }
        StoreHomes.open(home).close();
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void runAndKill(int lines, int spins, Map<String, Long> acknowledged) throws Exception {
        Process child = start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < lines; i++) {
                note(out.readLine(), acknowledged);
            }
            for (int i = 0; i < spins; i++) {
                Thread.onSpinWait();
            }
            child.destroyForcibly();
            for (String line = lastLine(out); line != null; line = lastLine(out)) {
                if (line.endsWith(".")) { // the last line may be cut off
                    note(line, acknowledged);
                }
            }
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static String lastLine(BufferedReader out) {
        try {
            return out.readLine();
        } catch (IOException e) {
            return null; // the pipe went with the process
        }
    }

    /** A line says: writer, number, full stop. */
    private static void note(String line, Map<String, Long> acknowledged) {
        assertNotNull(line, "the child ended by itself");
        String[] words = line.substring(0, line.length() - 1).split(" ");
        acknowledged.merge(words[0], Long.parseLong(words[1]), Math::max);
    }

    private void check(Map<String, Long> acknowledged, String when) {
        try (H2DocStore store = StoreHomes.open(home)) {
            List<Doc> docs = all(store);
            Map<String, Set<Long>> written = new HashMap<>();
            Map<String, Long> counters = new HashMap<>();
            for (Doc doc : docs) {
                long n = doc.body().integer("n").orElseThrow();
                if (doc.id().startsWith("counter-")) {
                    counters.put(doc.id().substring("counter-".length()), n);
                } else {
                    String writer = doc.id().substring(0, doc.id().indexOf('-'));
                    assertTrue(
                            written.computeIfAbsent(writer, key -> new HashSet<>())
                                    .add(n),
                            when + ": doubled " + doc);
                }
            }
            acknowledged.forEach((writer, last) -> {
                Set<Long> numbers = written.get(writer);
                assertTrue(counters.get(writer) >= last, when + ": acknowledged " + writer + " " + last);
                assertEquals(counters.get(writer), (long) numbers.size(), when + ": each counted document once");
                assertTrue(numbers.contains(1L) && numbers.contains(counters.get(writer)), when);
            });
            checkFeed(store, docs, when);
        }
    }

    private void checkFeed(H2DocStore store, List<Doc> docs, String when) {
        Set<String> live = new HashSet<>();
        long after = 0;
        for (List<Change> changes = store.changes("notes", after, 1_000);
                !changes.isEmpty();
                changes = store.changes("notes", after, 1_000)) {
            for (Change change : changes) {
                assertTrue(change.sequence() > after, when);
                after = change.sequence();
                if (change.kind() == Change.Kind.PUT) {
                    live.add(change.id());
                } else {
                    assertTrue(change.id().startsWith("gone-"), when + ": " + change);
                }
            }
        }
        Set<String> stored = new HashSet<>();
        docs.forEach(doc -> stored.add(doc.id()));
        assertEquals(stored, live, when);
        assertTrue(Ledger.read(home).orElseThrow().sequence() <= after, when + ": the ledger is not ahead");
    }

    private static List<Doc> all(H2DocStore store) {
        List<Doc> docs = new ArrayList<>();
        store.inTransaction(tx -> {
            DocQuery query = DocQuery.all().limit(5_000);
            var page = tx.find("notes", StoreHomes.ALICE, query);
            docs.addAll(page.docs());
            while (page.next().isPresent()) {
                page = tx.find(
                        "notes", StoreHomes.ALICE, query.after(page.next().get()));
                docs.addAll(page.docs());
            }
            return true;
        });
        return docs;
    }

    private static long total(Map<String, Long> acknowledged) {
        return acknowledged.values().stream().mapToLong(Long::longValue).sum();
    }
}
