package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocWrite;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person as one file: out of one home and into another, and files that are not what they say. */
class PersonArchiveTest {
    private static final UserId ANN = UserId.of("ann");
    private static final UserId BEN = UserId.of("ben");
    private static final CollectionSpec THINGS =
            CollectionSpec.builder("things").derived().build();
    private static final CollectionSpec PICTURES =
            CollectionSpec.builder("pictures").build();

    @TempDir
    Path directory;

    private final ManualClock clock = ManualClock.at("2026-03-01T09:00:00Z");

    private Arkestra open(String home) {
        Arkestra arkestra =
                Arkestra.builder().home(directory.resolve(home)).clock(clock).build();
        arkestra.store().define(THINGS);
        arkestra.store().define(PICTURES);
        return arkestra;
    }

    private Path exported() {
        Path zip = directory.resolve("ann.zip");
        try (Arkestra arkestra = open("from")) {
            Session session = arkestra.session(ANN, SessionId.of("s"));
            session.ask("Remember that my car is a blue Volvo");
            session.ask("Запомни, что ключ от дачи лежит под ковриком");
            session.ask("Remind me in 3 hours to stretch");
            arkestra.session(BEN).ask("Remember that my secret word is Rumpelstiltskin");
            arkestra.store().inTransaction(tx -> {
                Json body = Json.object().put("name", "p").build();
                tx.put(THINGS.name(), DocWrite.of(Owner.of(ANN), "t", body));
                return tx.put(
                        PICTURES.name(), DocWrite.of(Owner.of(ANN), "p", body).blob(new byte[] {0, -1, 7}));
            });
            ExportReport report = arkestra.people().export(ANN, zip);
            assertEquals(1L, report.documents().get("reminders"));
            assertFalse(report.documents().containsKey("things"), "made anew elsewhere");
        }
        return zip;
    }

    private static List<String> texts(Arkestra arkestra, UserId user) {
        return arkestra.memory().list(Scope.of(user), 100).stream()
                .map(MemoryRecord::text)
                .sorted()
                .toList();
    }

    /** Collections that are made anew from others, and hold something of the user here. */
    private static final Set<String> MADE_ANEW = Set.of(THINGS.name(), "session_cursors", "audit_people");

    private static long documents(DocStore store, UserId user) {
        long count = 0;
        for (String collection : store.collections()) {
            if (MADE_ANEW.contains(collection)) {
                continue;
            }
            count += store.inTransaction(tx -> tx.count(collection, Owner.of(user), Filter.all()));
        }
        return count;
    }

    @Test
    void importFrom_exportOfAnotherHome_hasMessagesMemoriesBlobsAndRemindersUnderTheNewId() {
        Path zip = exported();
        UserId anna = UserId.of("anna");
        try (Arkestra from = open("from");
                Arkestra to = open("to")) {
            ImportReport report = to.people().importFrom(anna, zip);
            assertEquals(0, report.present());
            assertEquals(documents(from.store(), ANN), report.written(), "all but what is derived");
            assertEquals(texts(from, ANN), texts(to, anna));
            assertEquals(
                    Conversations.log(from, ANN).stream().map(Message::toJson).toList(),
                    Conversations.log(to, anna).stream().map(Message::toJson).toList());
            assertTrue(Arrays.equals(
                    new byte[] {0, -1, 7},
                    to.store()
                            .inTransaction(tx -> tx.get(PICTURES.name(), Owner.of(anna), "p"))
                            .orElseThrow()
                            .blob()
                            .orElseThrow()));
            assertEquals(List.of(), texts(to, BEN));

            long before = documents(to.store(), anna);
            ImportReport again = to.people().importFrom(anna, zip);
            assertEquals(0, again.written());
            assertEquals(report.written(), again.present());
            assertEquals(before, documents(to.store(), anna));
            assertTrue(to.session(anna).ask("What car do I have?").text().contains("Volvo"));
        }
    }

    @Test
    void importFrom_reminderStillToCome_isGiven() {
        Path zip = exported();
        try (Arkestra to = open("to")) {
            to.people().importFrom(ANN, zip);
            assertEquals(1, to.schedule().active(Scope.of(ANN)).size());
            java.util.concurrent.CountDownLatch shown = new java.util.concurrent.CountDownLatch(1);
            try (var channel = to.deliveries().deliverTo(Scope.of(ANN), due -> shown.countDown())) {
                clock.advance(Duration.ofHours(4));
                to.jobs().list(io.arkestra.schedule.JobState.QUEUED, 10);
                assertTrue(awaited(shown), "the reminder fires");
            }
        }
    }

    private static boolean awaited(java.util.concurrent.CountDownLatch latch) {
        try {
            return latch.await(10, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void export_anyUser_holdsNothingOfOthersAndAManifestThatIsTrue() throws Exception {
        Map<String, byte[]> files = unzip(exported());
        Json manifest = Json.parse(new String(files.get("manifest.json"), StandardCharsets.UTF_8));
        assertEquals("ann", manifest.text("user"));
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String text = new String(file.getValue(), StandardCharsets.UTF_8);
            assertFalse(text.contains("Rumpelstiltskin"), file.getKey());
            if (!file.getKey().equals("manifest.json")) {
                Json part = manifest.get("collections")
                        .orElseThrow()
                        .get(file.getKey().replace(".jsonl", ""))
                        .orElseThrow();
                assertEquals(text.lines().count(), part.integer("documents").orElseThrow());
                assertEquals(sha256(file.getValue()), part.text("sha256"));
            }
        }
        assertTrue(new String(files.get("messages.jsonl"), StandardCharsets.UTF_8).contains("под ковриком"));
    }

    /** A process that was killed held no lock any more; one that lives does. */
    @Test
    void export_leftoversOfOneThatWasCutOff_areDeletedButNotWhatSomebodyWrites() throws Exception {
        Path left = Files.writeString(directory.resolve(".arkestra-export-123.zip"), "of somebody");
        Path written = Files.writeString(directory.resolve(".arkestra-export-456.zip"), "of somebody else");
        Path foreign = Files.writeString(directory.resolve(".other.zip"), "of nobody");
        try (FileChannel writer = FileChannel.open(written, StandardOpenOption.WRITE)) {
            writer.lock();
            exported();
            assertFalse(Files.exists(left));
            assertTrue(Files.exists(written));
            assertTrue(Files.exists(foreign));
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(
                    List.of(written),
                    files.filter(file -> file.getFileName().toString().startsWith(".arkestra-export-"))
                            .toList());
        }
    }

    @Test
    void export_fileThatExists_isRefusedAndKept() throws Exception {
        Path zip = Files.writeString(directory.resolve("mine.zip"), "mine");
        try (Arkestra arkestra = open("from")) {
            PeopleException e =
                    assertThrows(PeopleException.class, () -> arkestra.people().export(ANN, zip));
            assertEquals("people.file", e.code());
        }
        assertEquals("mine", Files.readString(zip));
    }

    private static String assertRefused(Arkestra to, Path zip, String code) {
        long before = documents(to.store(), ANN);
        PeopleException e =
                assertThrows(PeopleException.class, () -> to.people().importFrom(ANN, zip));
        assertEquals(code, e.code(), e.getMessage());
        assertTrue(e.getMessage().contains(zip.toString()), e.getMessage());
        assertEquals(before, documents(to.store(), ANN), "nothing was written");
        return String.valueOf(e.getMessage());
    }

    @Test
    void importFrom_damagedForeignNewerOrHostile_isRefusedBeforeAnythingIsWritten() throws Exception {
        try (Arkestra to = open("to")) {
            Path zip = exported();
            byte[] whole = Files.readAllBytes(zip);
            assertRefused(to, directory.resolve("nothing.zip"), "people.file");
            assertRefused(
                    to,
                    Files.write(directory.resolve("half.zip"), Arrays.copyOf(whole, whole.length / 2)),
                    "people.archive-damaged");
            assertRefused(
                    to, Files.writeString(directory.resolve("text.zip"), "no zip at all"), "people.archive-damaged");
            assertRefused(to, changed(zip, files -> without(files, "manifest.json")), "people.archive-foreign");
            assertRefused(to, changed(zip, files -> without(files, "messages.jsonl")), "people.archive-damaged");
            assertRefused(to, changed(zip, files -> with(files, "../../evil.jsonl", "{}\n")), "people.archive-foreign");
            assertRefused(to, changed(zip, files -> with(files, "/etc/evil", "{}\n")), "people.archive-foreign");
            assertRefused(to, changed(zip, files -> with(files, "extra.jsonl", "{}\n")), "people.archive-damaged");
            assertRefused(
                    to,
                    replaced(zip, "messages.jsonl", text -> text.replaceFirst("Volvo", "Lada!")),
                    "people.archive-damaged");
            assertRefused(
                    to,
                    replaced(zip, "manifest.json", text -> text.replace("\"format\": 1", "\"format\": 2")),
                    "people.archive-newer");
            assertRefused(
                    to,
                    replaced(zip, "manifest.json", text -> text.replace("arkestra-person", "other")),
                    "people.archive-foreign");
            assertRefused(
                    to,
                    replaced(zip, "manifest.json", text -> text.replaceFirst("\"schema\": \\d+", "\"schema\": 99")),
                    "people.archive-newer");
            assertRefused(to, replaced(zip, "manifest.json", text -> "["), "people.archive-damaged");
        }
    }

    @Test
    void importFrom_partsThatAreWellHashedButWrong_areRefused() throws Exception {
        try (Arkestra to = open("to")) {
            Path zip = exported();
            String person = "{\"id\":\"profile\",\"body\":{\"name\":\"x\"}}\n";
            assertRefused(
                    to, made(Map.of("people", person.replace("{\"name\":\"x\"}", "7"))), "people.archive-damaged");
            assertRefused(to, made(Map.of("people", "nonsense\n")), "people.archive-damaged");
            assertRefused(to, made(Map.of("people", person.strip())), "people.archive-damaged");
            assertRefused(
                    to,
                    made(Map.of("messages", "{\"id\":\"m\",\"body\":{\"text\":\"no message\"}}\n")),
                    "people.archive-damaged");
            assertRefused(
                    to,
                    made(Map.of("sessions", "{\"id\":\"s\",\"body\":{\"last_at\":\"yesterday\"}}\n")),
                    "people.archive-damaged");
            assertRefused(to, made(Map.of("people", person, "unheardof", person)), "people.archive-newer");
            assertRefused(to, made(Map.of("things", person)), "people.archive-newer");
            assertTrue(Files.exists(zip));
        }
    }

    /** What an archive holds comes from elsewhere: each owner of a collection reads each line before any of them is written. */
    @Test
    void importFrom_emptyBodyInAnyCollection_isRefusedWithFileAndLine() throws Exception {
        try (Arkestra to = open("to")) {
            List<String> portable = to.store().collections().stream()
                    .filter(name -> !name.equals(PICTURES.name()))
                    .filter(name -> to.store()
                            .declaration(name)
                            .filter(spec -> !spec.derived())
                            .isPresent())
                    .toList();
            assertTrue(portable.containsAll(List.of("messages", "memories", "chunks", "people")), portable.toString());
            List<String> accepted = new ArrayList<>();
            for (String name : portable) {
                Path zip = made(Map.of(name, "{\"id\":\"x\",\"body\":{}}\n"));
                try {
                    to.people().importFrom(ANN, zip);
                    accepted.add(name);
                } catch (PeopleException e) {
                    assertTrue(String.valueOf(e.getMessage()).contains("line 1 of " + name + ".jsonl"), e::getMessage);
                }
            }
            assertEquals(List.of(), accepted);
            assertEquals(0, documents(to.store(), ANN));
        }
    }

    @Test
    void importFrom_reminderWithoutABodyAfterGoodLines_writesNothingAndNamesTheLine() throws Exception {
        Path zip = exported();
        Map<String, String> parts = new LinkedHashMap<>();
        unzip(zip).forEach((file, bytes) -> {
            if (file.endsWith(".jsonl")) {
                parts.put(file.replace(".jsonl", ""), new String(bytes, StandardCharsets.UTF_8));
            }
        });
        parts.compute("reminders", (name, text) -> text + "{\"id\":\"x\",\"body\":{}}\n");
        try (Arkestra to = open("to")) {
            String message = assertRefused(to, made(parts), "people.archive-damaged");
            assertTrue(message.contains("line 2 of reminders.jsonl"), message);
        }
    }

    @Test
    void importFrom_lineOfAnotherCollection_isRefused() throws Exception {
        String message = new String(unzip(exported()).get("messages.jsonl"), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElseThrow();
        try (Arkestra to = open("to")) {
            for (String other : List.of("jobs", "reminders", "memories", "tool_calls")) {
                assertRefused(to, made(Map.of(other, message + "\n")), "people.archive-damaged");
            }
        }
    }

    @Test
    void importFrom_bombThatUnpacksToMuchMore_isRefusedWithoutReadingIt() throws Exception {
        try (Arkestra to = open("to")) {
            byte[] zeros = new byte[64 * 1024 * 1024];
            Arrays.fill(zeros, (byte) ' ');
            assertRefused(
                    to,
                    made(Map.of("people", new String(zeros, StandardCharsets.ISO_8859_1))),
                    "people.archive-too-large");
            // One that says it is small is read no further than it says.
            Path liar =
                    changed(made(Map.of("people", "{}\n")), files -> with(files, "people.jsonl", " ".repeat(1 << 20)));
            assertRefused(to, liar, "people.archive-damaged");
        }
    }

    private int made;

    /** An archive with these parts and a manifest that fits. */
    private Path made(Map<String, String> parts) throws IOException {
        Json.ObjectBuilder collections = Json.object();
        Map<String, byte[]> files = new LinkedHashMap<>();
        parts.forEach((name, text) -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            files.put(name + ".jsonl", bytes);
            collections.put(
                    name,
                    Json.object()
                            .put("schema", 1)
                            .put("documents", text.lines().count())
                            .put("bytes", bytes.length)
                            .put("sha256", sha256(bytes))
                            .build());
        });
        Json manifest = Json.object()
                .put("product", "arkestra-person")
                .put("format", 1)
                .put("user", "ann")
                .put("collections", collections.build())
                .build();
        files.put("manifest.json", manifest.toString().getBytes(StandardCharsets.UTF_8));
        return zip(files);
    }

    private Path changed(Path zip, UnaryOperator<Map<String, byte[]>> change) throws IOException {
        return zip(change.apply(unzip(zip)));
    }

    private Path replaced(Path zip, String file, UnaryOperator<String> change) throws IOException {
        Map<String, byte[]> files = unzip(zip);
        String before = new String(files.get(file), StandardCharsets.UTF_8);
        String after = change.apply(before);
        assertFalse(before.equals(after), "something was replaced");
        return zip(with(files, file, after));
    }

    private static Map<String, byte[]> with(Map<String, byte[]> files, String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private static Map<String, byte[]> without(Map<String, byte[]> files, String name) {
        files.remove(name);
        return files;
    }

    private Path zip(Map<String, byte[]> files) throws IOException {
        Path zip = directory.resolve("made" + made++ + ".zip");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream packed = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                packed.putNextEntry(new ZipEntry(file.getKey()));
                packed.write(file.getValue());
                packed.closeEntry();
            }
        }
        return zip;
    }

    private static Map<String, byte[]> unzip(Path zip) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipFile packed = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : packed.stream().toList()) {
                files.put(entry.getName(), packed.getInputStream(entry).readAllBytes());
            }
        }
        return files;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
