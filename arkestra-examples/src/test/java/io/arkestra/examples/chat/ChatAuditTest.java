package io.arkestra.examples.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --verify-audit} over a home that processes of the chat wrote and somebody changed. */
@Timeout(180)
class ChatAuditTest {
    /** What two processes made, one after the other, and how it was between them. */
    @TempDir
    static Path written;

    private static int entriesOfTheFirst;

    @TempDir
    Path directory;

    private Path home;

    @BeforeAll
    static void write() throws IOException {
        Path both = written.resolve("twice");
        talk(both);
        copy(both, written.resolve("once"));
        Path audit = both.resolve("audit");
        entriesOfTheFirst = Files.readAllLines(audit.resolve("audit.jsonl")).size();
        assertEquals(1, Files.readAllLines(audit.resolve("checkpoints.jsonl")).size());
        talk(both);
        assertTrue(Files.readAllLines(audit.resolve("audit.jsonl")).size() > entriesOfTheFirst);
    }

    private record Verified(int status, String text) {}

    private static ChatProcess chat(Path home) throws IOException {
        return ChatProcess.start(home.getParent(), "--home", home.toString(), "--user", "ann", "--jsonl");
    }

    private static void talk(Path home) throws IOException {
        try (ChatProcess chat = chat(home)) {
            chat.ask("note: the pot is blue");
            chat.end();
        }
    }

    @BeforeEach
    void aHome() throws IOException {
        home = directory.resolve("home");
        copy(written.resolve("twice"), home);
    }

    private Path file(String name) {
        return home.resolve("audit").resolve(name);
    }

    private Verified verify() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(text, true, UTF_8);
        int status = ChatMain.run(out, out, "--home", home.toString(), "--verify-audit");
        return new Verified(status, text.toString(UTF_8));
    }

    private Verified verifyInAProcess() throws IOException {
        try (ChatProcess process = ChatProcess.start(directory, "--home", home.toString(), "--verify-audit")) {
            int status = process.exitCode();
            List<String> lines = new ArrayList<>(process.end());
            return new Verified(status, String.join("\n", lines) + process.stderr());
        }
    }

    private static void keep(Path file, int lines) throws IOException {
        Files.writeString(file, String.join("\n", Files.readAllLines(file).subList(0, lines)) + "\n");
    }

    /** As if the second process had never been, in the audit alone. */
    private void cutBack() throws IOException {
        keep(file("audit.jsonl"), entriesOfTheFirst);
        keep(file("checkpoints.jsonl"), 1);
    }

    private Connection database() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:file:" + home.resolve("arkestra"), "arkestra", "");
    }

    @Test
    void verify_entriesAndCheckpointsCutBackTogether_namesTheFirstThatIsMissing() throws Exception {
        Verified whole = verifyInAProcess();
        assertEquals(0, whole.status(), whole.text());
        assertFalse(whole.text().contains("("), whole.text());
        cutBack();
        Verified cut = verifyInAProcess();
        assertEquals(1, cut.status(), cut.text());
        assertTrue(
                cut.text().contains("entry " + (entriesOfTheFirst + 1) + " is the first that is missing"), cut.text());
        try (Connection database = database();
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("SELECT \"body\" FROM \"d_audit_head\"")) {
            assertTrue(rows.next(), "looking changes nothing");
        }
        assertEquals(1, verify().status(), "the second look sees the same");
    }

    @Test
    void verify_cutBackAndGoneOnWith_staysBroken() throws Exception {
        cutBack();
        talk(home);
        talk(home);
        Verified cut = verify();
        assertEquals(1, cut.status(), cut.text());
        assertTrue(cut.text().contains("BROKEN"), cut.text());
    }

    @Test
    void verify_ofAHomeThatIsInUse_saysWhatCannotBeSeen() throws Exception {
        try (ChatProcess chat = chat(home)) {
            chat.ask("/help");
            Verified used = verifyInAProcess();
            assertEquals(0, used.status(), used.text());
            assertTrue(used.text().contains("in use by process " + chat.pid()), used.text());
            cutBack();
            assertFalse(chat.ask("/audit verify").bool("intact").orElse(true));
            chat.end();
        }
        assertEquals(1, verify().status());
    }

    @Test
    void verify_afterAKill_asksTheDocumentsAsTheyWereLeft() throws Exception {
        try (ChatProcess chat = chat(home)) {
            chat.ask("note: the pot is red");
            chat.kill();
        }
        Verified killed = verify();
        assertEquals(0, killed.status(), killed.text());
        cutBack();
        assertEquals(1, verify().status());
    }

    @Test
    void verify_withDocumentsThatAreOlderThanTheirLedger_isRefusedAndNotCalledIntact() throws Exception {
        cutBack();
        Path old = written.resolve("once").resolve("arkestra.mv.db");
        Files.copy(old, home.resolve("arkestra.mv.db"), StandardCopyOption.REPLACE_EXISTING);
        Verified older = verify();
        assertEquals(1, older.status(), older.text());
        assertTrue(older.text().contains("ends at sequence"), older.text());
        Files.delete(home.resolve("arkestra.mv.db"));
        Verified missing = verify();
        assertEquals(1, missing.status(), missing.text());
        assertTrue(missing.text().contains("is missing, but its ledger says"), missing.text());
    }

    @Test
    void verify_whatCannotBeFound_isWhatTheDocumentationSays() throws Exception {
        Path now = home;
        home = directory.resolve("copy");
        copy(written.resolve("once"), home);
        assertEquals(0, verify().status(), "everything put back from an older copy is as it once was");
        home = now;
        cutBack();
        try (Connection database = database();
                Statement statement = database.createStatement()) {
            assertEquals(1, statement.executeUpdate("DELETE FROM \"d_audit_head\""));
        }
        Verified without = verify();
        assertEquals(0, without.status(), without.text());
        assertTrue(without.text().contains("do not say how long this audit was"), without.text());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.sorted(Comparator.naturalOrder()).toList()) {
                Files.copy(one, to.resolve(from.relativize(one).toString()));
            }
        }
    }
}
