package io.arkestra.keyword.lucene.internal;

import static io.arkestra.keyword.lucene.internal.Texts.ANN;
import static io.arkestra.keyword.lucene.internal.Texts.BOB;
import static io.arkestra.keyword.lucene.internal.Texts.PROVIDER;
import static io.arkestra.keyword.lucene.internal.Texts.SPEC;
import static io.arkestra.keyword.lucene.internal.Texts.doc;
import static io.arkestra.keyword.lucene.internal.Texts.ids;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.UserId;
import io.arkestra.keyword.KeywordDoc;
import io.arkestra.keyword.KeywordField;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.keyword.KeywordQuery;
import io.arkestra.store.Owner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What survives on disk, what does not, and what damage does. */
class KeywordIndexFilesTest {
    @TempDir
    Path home;

    @Test
    void open_afterCommitAndClose_findsEverything() {
        OpenContext context = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            index.upsert(List.of(doc(ANN, "a", "green lamp"), doc(BOB, "b", "red chair")));
            index.commit(17);
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(17, index.committedSequence());
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
            assertEquals(List.of("b"), ids(index, BOB, "chair"));
            assertEquals(List.of(), context.warnings);
        }
    }

    @Test
    void open_afterCloseWithoutCommit_isWhereTheLastCommitWas() {
        OpenContext context = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            index.commit(1);
            index.upsert(List.of(doc(ANN, "b", "red lamp"), doc(BOB, "c", "blue lamp")));
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(1, index.committedSequence());
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
            index.upsert(List.of(doc(ANN, "a", "green lamp"), doc(ANN, "b", "red lamp"), doc(BOB, "c", "blue lamp")));
            assertEquals(2, index.count(ANN));
            assertEquals(List.of("c"), ids(index, BOB, "lamp"));
        }
    }

    @Test
    void search_morePartitionsThanMayBeOpen_findsEachOwnersText() {
        OpenContext context = new OpenContext(Optional.of(home));
        List<Owner> owners = IntStream.range(0, 12)
                .mapToObj(i -> Owner.of(UserId.of("user" + i)))
                .toList();
        try (KeywordIndex index = PROVIDER.open(SPEC, context, 3)) {
            for (Owner owner : owners) {
                index.upsert(List.of(doc(owner, "id", "lamp of " + owner.key())));
            }
            for (Owner owner : owners) {
                assertEquals(1, index.count(owner));
                index.upsert(List.of(doc(owner, "id2", "second lamp")));
            }
            index.commit(5);
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context, 3)) {
            for (Owner owner : owners) {
                assertEquals(2, ids(index, owner, "lamp").size());
            }
        }
    }

    @Test
    void open_otherFields_startsEmptyWithWarning() {
        OpenContext context = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            index.commit(3);
        }
        KeywordIndexSpec other = KeywordIndexSpec.of("recall", List.of(KeywordField.of("sharp", 1.2f, 0.75f)));
        try (KeywordIndex index = PROVIDER.open(other, context)) {
            assertEquals(0, index.committedSequence());
            assertEquals(0, index.count(ANN));
            assertEquals(1, context.warnings.size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "garbage", "arkestra-keyword-index 1\nx\n9\ncrc 0\n"})
    void open_garbageManifest_startsEmptyWithWarning(String content) throws IOException {
        OpenContext context = new OpenContext(Optional.of(home));
        fill(context);
        Files.writeString(home.resolve("recall/manifest"), content);

        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(0, index.committedSequence());
            assertEquals(0, index.count(ANN));
            assertEquals(1, context.warnings.size());
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
        }
    }

    @Test
    void open_partitionDirectoryDeleted_startsEmptyWithWarning() throws IOException {
        OpenContext context = new OpenContext(Optional.of(home));
        fill(context);
        for (Path file : partitionFiles()) {
            Files.delete(file);
        }
        Files.delete(partition());

        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(0, index.committedSequence());
            assertEquals(0, index.count(ANN));
            assertEquals(1, context.warnings.size());
        }
    }

    @Test
    void search_anyFileTruncatedOrGarbled_saysDamagedAndClearMends() throws IOException {
        OpenContext context = new OpenContext(Optional.of(home));
        fill(context);
        Random random = new Random(11);
        List<Path> files = partitionFiles().stream()
                .filter(file -> !file.getFileName().toString().equals("write.lock"))
                .toList();
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            for (int round = 0; round < 6; round++) {
                byte[] bytes = whole.clone();
                if (round < 2) {
                    bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
                } else {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
                }
                Files.write(file, bytes);
                String what = file.getFileName() + " round " + round;
                try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
                    KeywordIndexException error =
                            assertThrows(KeywordIndexException.class, () -> ids(index, ANN, "lamp"), what);
                    assertEquals("keyword.damaged", error.code(), what);
                    assertThrows(KeywordIndexException.class, () -> index.upsert(List.of(doc(ANN, "z", "z"))), what);
                    assertThrows(KeywordIndexException.class, () -> index.commit(99), what);
                }
                Files.write(file, whole);
            }
        }
        Files.write(files.get(0), new byte[] {1, 2, 3});
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertThrows(KeywordIndexException.class, () -> ids(index, ANN, "lamp"));
            index.clear();
            assertEquals(0, index.committedSequence());
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            index.commit(4);
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            assertEquals(4, index.committedSequence());
            assertEquals(List.of("a"), ids(index, ANN, "lamp"));
        }
    }

    @Test
    void upsert_callersThreadInterrupted_succeedsAndKeepsTheFlag() {
        OpenContext context = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            for (int i = 0; i < 20; i++) {
                Thread.currentThread().interrupt();
                index.upsert(List.of(doc(ANN, "a" + i, "green lamp")));
                assertEquals(
                        i + 1,
                        index.search(KeywordQuery.of(ANN, "sharp", "lamp")).size());
                index.commit(i + 1);
                assertTrue(Thread.interrupted());
            }
        }
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            Thread.currentThread().interrupt();
            assertEquals(20, index.count(ANN));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void drop_owner_leavesNoFileWithItsWords() throws IOException {
        try (KeywordIndex index = PROVIDER.open(SPEC, new OpenContext(Optional.of(home)))) {
            index.upsert(List.of(doc(ANN, "a", "zebrafish secret"), doc(BOB, "b", "green lamp")));
            index.commit(1);
            index.upsert(List.of(doc(ANN, "c", "another zebrafish")));
            index.drop(ANN);

            assertFalse(anyFileContains("zebrafish"));
            assertEquals(0, index.count(ANN));
            assertEquals(List.of("b"), ids(index, BOB, "lamp"));
        }
        OpenContext again = new OpenContext(Optional.of(home));
        try (KeywordIndex index = PROVIDER.open(SPEC, again)) {
            assertEquals(1, index.committedSequence());
            assertEquals(List.of(), again.warnings);
            assertEquals(List.of("b"), ids(index, BOB, "lamp"));
        }
    }

    @Test
    void commit_afterRemove_leavesNoFileWithTheRemovedWords() throws IOException {
        try (KeywordIndex index = PROVIDER.open(SPEC, new OpenContext(Optional.of(home)))) {
            index.upsert(List.of(doc(ANN, "a", "zebrafish secret"), doc(ANN, "b", "green lamp")));
            index.commit(1);
            assertTrue(anyFileContains("zebrafish"));
            index.remove(ANN, List.of("a"));
            index.commit(2);

            assertFalse(anyFileContains("zebrafish"));
            assertEquals(List.of("b"), ids(index, ANN, "lamp"));
        }
    }

    @Test
    void open_afterTheProcessWasKilled_isAtItsLastCommitOrTheOneBegun() throws Exception {
        for (int round = 0; round < 3; round++) {
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            KilledWriter.class.getName(),
                            home.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            long acknowledged = 0;
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < 3 + 4 * round; i++) {
                    acknowledged = Long.parseLong(lines.readLine());
                }
                child.toHandle().destroyForcibly();
                assertTrue(child.waitFor(30, TimeUnit.SECONDS));
                for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
                    acknowledged = Math.max(acknowledged, Long.parseLong(line));
                }
            }
            OpenContext context = new OpenContext(Optional.of(home));
            try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
                long committed = index.committedSequence();
                assertTrue(committed >= acknowledged, committed + " after " + acknowledged);
                for (Owner owner : List.of(ANN, BOB)) {
                    assertTrue(index.count(owner) >= committed, owner + " lost texts of commit " + committed);
                }
                assertEquals(List.of(), context.warnings);
            }
        }
    }

    /** Adds a text to each of two owners and commits, again and again, until it is killed. */
    static final class KilledWriter {
        private KilledWriter() {}

        public static void main(String[] arguments) {
            KeywordIndex index = PROVIDER.open(SPEC, new OpenContext(Optional.of(Path.of(arguments[0]))));
            for (long i = index.committedSequence() + 1; ; i++) {
                index.upsert(List.of(doc(ANN, "a" + i, "green lamp " + i), doc(BOB, "b" + i, "red chair " + i)));
                index.commit(i);
                System.out.println(i);
            }
        }
    }

    private void fill(OpenContext context) {
        try (KeywordIndex index = PROVIDER.open(SPEC, context)) {
            List<KeywordDoc> docs = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                docs.add(doc(ANN, "d" + i, "green lamp number " + i));
            }
            index.upsert(docs);
            index.commit(30);
        }
    }

    private Path partition() {
        return home.resolve("recall").resolve(PartitionFiles.name(ANN));
    }

    private List<Path> partitionFiles() throws IOException {
        try (Stream<Path> files = Files.list(partition())) {
            return files.sorted().toList();
        }
    }

    private boolean anyFileContains(String text) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }
}
