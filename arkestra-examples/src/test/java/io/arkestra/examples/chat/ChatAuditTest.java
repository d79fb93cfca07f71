package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code --verify-audit} as a process, over a home that other processes of the chat wrote and somebody changed. */
@Timeout(180)
class ChatAuditTest {
    @TempDir
    Path directory;

    private Path home;

    private record Verified(int status, String text) {}

    private ChatProcess chat() throws IOException {
        return ChatProcess.start(directory, "--home", home.toString(), "--user", "ann", "--jsonl");
    }

    private void talk() throws IOException {
        try (ChatProcess chat = chat()) {
            chat.ask("note: the pot is blue");
            chat.end();
        }
    }

    @BeforeEach
    void aHome() {
        home = directory.resolve("home");
    }

    private Path file(String name) {
        return home.resolve("audit").resolve(name);
    }

    private Verified verify() throws IOException {
        try (ChatProcess process = ChatProcess.start(directory, "--home", home.toString(), "--verify-audit")) {
            int status = process.exitCode();
            List<String> lines = new ArrayList<>(process.end());
            return new Verified(status, String.join("\n", lines) + process.stderr());
        }
    }

    private static void keep(Path file, int lines) throws IOException {
        Files.writeString(file, String.join("\n", Files.readAllLines(file).subList(0, lines)) + "\n");
    }

    /** Gives how many entries the first of two processes made. */
    private int talkedTwice() throws IOException {
        talk();
        int entries = Files.readAllLines(file("audit.jsonl")).size();
        assertEquals(1, Files.readAllLines(file("checkpoints.jsonl")).size());
        talk();
        assertTrue(Files.readAllLines(file("audit.jsonl")).size() > entries);
        return entries;
    }

    private void cutBack(int entries) throws IOException {
        keep(file("audit.jsonl"), entries);
        keep(file("checkpoints.jsonl"), 1);
    }

    private Connection database() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:file:" + home.resolve("arkestra"), "arkestra", "");
    }

    @Test
    void verify_entriesAndCheckpointsCutBackTogether_namesTheFirstThatIsMissing() throws Exception {
        int before = talkedTwice();
        Verified whole = verify();
        assertEquals(0, whole.status(), whole.text());
        assertFalse(whole.text().contains("("), whole.text());
        cutBack(before);
        Verified cut = verify();
        assertEquals(1, cut.status(), cut.text());
        assertTrue(cut.text().contains("entry " + (before + 1) + " is the first that is missing"), cut.text());
        try (Connection database = database();
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("SELECT \"body\" FROM \"d_audit_head\"")) {
            assertTrue(rows.next(), "looking changes nothing");
        }
        assertEquals(1, verify().status(), "the second look sees the same");
    }

    @Test
    void verify_cutBackAndGoneOnWith_staysBroken() throws Exception {
        cutBack(talkedTwice());
        talk();
        talk();
        Verified cut = verify();
        assertEquals(1, cut.status(), cut.text());
        assertTrue(cut.text().contains("BROKEN"), cut.text());
    }

    @Test
    void verify_ofAHomeThatIsInUse_saysWhatCannotBeSeen() throws Exception {
        int before = talkedTwice();
        try (ChatProcess chat = chat()) {
            chat.ask("/help");
            Verified used = verify();
            assertEquals(0, used.status(), used.text());
            assertTrue(used.text().contains("in use by process " + chat.pid()), used.text());
            cutBack(before);
            assertFalse(chat.ask("/audit verify").bool("intact").orElse(true));
            chat.end();
        }
        assertEquals(1, verify().status());
    }

    @Test
    void verify_afterAKill_asksTheDocumentsAsTheyWereLeft() throws Exception {
        int before = talkedTwice();
        try (ChatProcess chat = chat()) {
            chat.ask("note: the pot is red");
            chat.kill();
        }
        Verified killed = verify();
        assertEquals(0, killed.status(), killed.text());
        cutBack(before);
        assertEquals(1, verify().status());
    }

    @Test
    void verify_withDocumentsThatAreOlderThanTheirLedger_isRefusedAndNotCalledIntact() throws Exception {
        talk();
        Path old = directory.resolve("old.mv.db");
        Files.copy(home.resolve("arkestra.mv.db"), old);
        int before = Files.readAllLines(file("audit.jsonl")).size();
        talk();
        cutBack(before);
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
        talk();
        Path copy = directory.resolve("copy");
        copy(home, copy);
        int before = Files.readAllLines(file("audit.jsonl")).size();
        talk();
        Path now = home;
        home = copy;
        assertEquals(0, verify().status(), "everything put back from an older copy is as it once was");
        home = now;
        cutBack(before);
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
