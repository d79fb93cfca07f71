package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chat as its user meets it: a process, lines in, lines out. */
class ChatMainTest {
    @TempDir
    Path dir;

    private ChatProcess chat(String user, String... more) throws IOException {
        return ChatProcess.start(dir, arguments(user, more));
    }

    private static String[] arguments(String user, String... more) {
        return Stream.concat(Stream.of("--home", "home", "--user", user, "--jsonl"), Arrays.stream(more))
                .toArray(String[]::new);
    }

    @Test
    void facts_killedRightAfterTheReply_areRecalledWithSourceByTheirOwnUserOnly() throws IOException {
        try (ChatProcess first = chat("alice")) {
            assertEquals(
                    "COMPLETED",
                    first.ask("Remember that my car is a blue Volvo").text("outcome"));
            assertEquals(
                    "COMPLETED",
                    first.ask("Запомни, что ключ от дачи лежит под ковриком").text("outcome"));
            first.kill();
        }
        try (ChatProcess second = chat("alice")) {
            assertRecalled(second.ask("What car do I have?"), "Volvo");
            assertRecalled(second.ask("Где лежит ключ от дачи?"), "под ковриком");
            assertEquals(List.of(), second.end());
            assertEquals(0, second.exitCode());
        }
        try (ChatProcess other = chat("bob")) {
            assertUnknown(other.ask("What car do I have?"), "Volvo");
            assertUnknown(other.ask("Где лежит ключ от дачи?"), "ковриком");
            Json memory = other.ask("/memory Volvo");
            assertEquals(List.of(), memory.list("hits"));
        }
    }

    private static void assertRecalled(Json turn, String words) {
        assertTrue(turn.text("text").contains(words), turn.toString());
        assertTrue(
                turn.list("sources").stream()
                        .anyMatch(source -> source.text("quote").contains(words)),
                turn.toString());
        for (Json source : turn.list("sources")) {
            assertFalse(source.text("id").isBlank(), turn.toString());
            assertTrue(
                    Duration.between(Instant.parse(source.text("time")), Instant.now())
                                    .abs()
                                    .compareTo(Duration.ofMinutes(10))
                            < 0,
                    turn.toString());
        }
    }

    private static void assertUnknown(Json turn, String words) {
        assertEquals("COMPLETED", turn.text("outcome"));
        assertFalse(turn.toString().contains(words), turn.toString());
    }

    @Test
    void reminder_inTwoSeconds_firesInTheRunningChatForItsUser() throws IOException {
        try (ChatProcess chat = chat("alice")) {
            assertEquals(
                    "COMPLETED", chat.ask("Remind me in 2 seconds to stretch").text("outcome"));

            Json reminder = chat.next();

            assertEquals("reminder", reminder.text("type"));
            assertTrue(reminder.text("text").contains("stretch"), reminder.toString());
            assertEquals(0L, reminder.integer("lateSeconds").orElse(-1L));
            assertEquals(List.of(), chat.end());
        }
    }

    @Test
    void reminder_dueWhileDown_firesOnceAtTheNextStart() throws IOException {
        try (ChatProcess chat = chat("alice", "--clock", "2026-02-10T12:00:00Z", "--zone", "UTC")) {
            assertEquals(
                    "COMPLETED", chat.ask("Напомни завтра в 9 позвонить маме").text("outcome"));
            chat.kill();
        }
        try (ChatProcess other = chat("bob", "--clock", "2026-02-11T10:00:00Z", "--zone", "UTC")) {
            assertEquals("turn", other.ask("hello").text("type"));
            assertEquals(List.of(), other.end());
        }
        try (ChatProcess chat = chat("alice", "--clock", "2026-02-11T10:00:00Z", "--zone", "UTC")) {
            Json reminder = chat.next();
            assertEquals("reminder", reminder.text("type"));
            assertTrue(reminder.text("text").contains("позвонить маме"), reminder.toString());
            assertEquals("2026-02-11T09:00:00Z", reminder.text("due"));
            assertEquals("turn", chat.ask("привет").text("type"));
            assertEquals(List.of(), chat.end());
        }
        try (ChatProcess chat = chat("alice", "--clock", "2026-02-11T11:00:00Z", "--zone", "UTC")) {
            assertEquals("turn", chat.ask("привет").text("type"));
            assertEquals(List.of(), chat.end());
            assertEquals(0, chat.exitCode());
        }
    }

    @Test
    void chat_inTheCLocale_readsAndWritesUtf8() throws IOException {
        try (ChatProcess chat = ChatProcess.start(dir, Map.of("LC_ALL", "C", "LANG", "C"), arguments("alice"))) {
            chat.ask("\uFEFFЗапомни, что моего кота зовут Барсик 🐈");
            assertRecalled(chat.ask("Как зовут моего кота?\r"), "Барсик 🐈");
        }
    }

    @Test
    void badLines_eachGetAMessageAndTheChatGoesOn() throws IOException {
        try (ChatProcess chat = chat("alice")) {
            assertRefused(chat.ask(""), "");
            assertRefused(chat.ask("x".repeat(1_000_000)), "65536");
            assertRefused(chat.ask("x".repeat(3_000_000)), "1048576");
            assertRefused(chat.ask("bell \u0007"), "U+0007");
            chat.send(new byte[] {'a', (byte) 0xFF, '\n'});
            assertRefused(chat.next(), "UTF-8");
            // A lone surrogate in what some programs call UTF-8.
            chat.send(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80, '\n'});
            assertRefused(chat.next(), "UTF-8");
            assertEquals("COMPLETED", chat.ask("hello").text("outcome"));
            assertEquals(List.of(), chat.end());
            assertEquals(0, chat.exitCode());
            assertEquals(List.of(), stackTrace(chat));
        }
    }

    private static void assertRefused(Json turn, String words) {
        assertEquals("REFUSED", turn.text("outcome"), turn.toString());
        assertTrue(turn.at("/turn").orElseThrow().isNull(), turn.toString());
        assertTrue(turn.at("/error/message").orElseThrow().asString().contains(words), turn.toString());
    }

    @Test
    void commands_goodAndBad_answerEach() throws IOException {
        try (ChatProcess chat = chat("alice")) {
            assertTrue(chat.ask("/up").text("text").contains("none yet"));
            assertTrue(chat.ask("/why").text("text").contains("none yet"));
            assertTrue(chat.ask("/nonsense").text("text").contains("/describe"));
            assertTrue(chat.ask("/fb").text("text").contains("/fb TEXT"));
            String turn =
                    chat.ask("Remember that the wifi password is swordfish").text("turn");
            assertEquals(turn, chat.ask("/up").text("turn"));
            assertEquals(turn, chat.ask("/down").text("turn"));
            assertEquals(turn, chat.ask("/ok").text("turn"));
            assertEquals(turn, chat.ask("/fb too many words").text("turn"));
            Json why = chat.ask("/why");
            assertEquals(turn, why.text("turn"));
            assertFalse(why.list("steps").isEmpty());
            Json memory = chat.ask("/memory wifi");
            assertTrue(memory.toString().contains("swordfish"), memory.toString());
            chat.ask("Remember that Bob's address is bob@example.com");
            String owned = chat.ask("/memory address").toString();
            assertTrue(owned.contains("bob@example.com"), owned);
            chat.ask("Remember that the PIN of my card is 4711");
            String secret = chat.ask("/memory PIN card").toString();
            assertTrue(secret.contains("***") && !secret.contains("4711"), secret);
            assertEquals("/sleep", chat.ask("/sleep").text("command"));
            assertTrue(chat.ask("/describe").text("text").contains("home"));
            assertEquals("/help", chat.ask("/help").text("command"));
            assertEquals("/quit", chat.ask("/quit").text("command"));
            assertEquals(0, chat.exitCode());
        }
    }

    @Test
    void pluginTool_deniedByDefault_runsOnceAllowed() throws IOException {
        Path script = dir.resolve("senior.jsonl");
        Files.writeString(script, SCRIPT);
        String[] scripted = {"--senior", "script:" + script};
        try (ChatProcess chat = chat("alice", scripted)) {
            Json turn = chat.ask("How many grams are 2 pounds?");
            assertEquals("unit.convert", turn.at("/tools/0/tool").orElseThrow().asString());
            assertFalse(turn.at("/tools/0/status").orElseThrow().asString().equals("ok"), turn.toString());
            chat.end();
        }
        try (ChatProcess chat = chat("alice", "--senior", "script:" + script, "--allow", "unit.convert")) {
            Json turn = chat.ask("How many grams are 2 pounds?");
            assertEquals("ok", turn.at("/tools/0/status").orElseThrow().asString(), turn.toString());
            assertEquals("2 lb = 907.185 g", turn.text("text"));
            chat.end();
        }
    }

    private static final String SCRIPT = """
            {"match": "grams", "tool_calls": [{"name": "unit.convert", "arguments": {"amount": 2, "from": "lb", "to": "g"}}], "then": "{result}"}
            """;

    @Test
    void humanMode_piped_printsTheAnswerAndItsSources() throws IOException {
        try (ChatProcess chat = ChatProcess.start(dir, "--home", "home", "--user", "alice")) {
            chat.say("Remember that the spare key is at the neighbour's").say("Where is the spare key?");
            String all = String.join("\n", chat.end());

            assertEquals(0, chat.exitCode());
            assertTrue(all.contains("your data is in " + dir.toRealPath().resolve("home")), all);
            assertTrue(all.contains("the spare key is at the neighbour's\"\n  ["), all);
            assertTrue(all.lines().anyMatch(line -> line.startsWith("  [") && line.endsWith(" alice")), all);
            assertFalse(all.contains("\u001B"), all);
            assertFalse(all.contains("> "), all);
        }
    }

    @Test
    void start_newHomeAndKnownHome_welcomesBrieflyThenTellsWhoAndWhere() throws IOException {
        for (int greeting : new int[] {5, 1}) {
            try (ChatProcess chat = ChatProcess.start(dir, "--home", "home", "--user", "alice")) {
                List<String> lines = chat.end();
                assertEquals(greeting, lines.size(), lines.toString());
                assertTrue(lines.get(0)
                        .contains("You are alice; your data is in "
                                + dir.toRealPath().resolve("home")));
            }
        }
    }

    @Test
    void forgetMe_answeredWithYes_keepsEverythingAndTheAnswerIsNoMessage() throws IOException {
        try (ChatProcess chat = chat("alice")) {
            chat.ask("Remember that my car is a blue Volvo");
            assertTrue(chat.ask("/forget me").text("text").contains("Type your user name (alice)"));
            Json answer = chat.ask("yes, xylophone");
            assertEquals("Nothing was forgotten.", answer.text("text"));
            assertEquals(List.of(), chat.ask("/memory xylophone").list("hits"));
            assertRecalled(chat.ask("What car do I have?"), "Volvo");

            chat.ask("/forget me");
            Json done = chat.ask("alice");
            assertTrue(done.integer("documents").orElseThrow() > 0, done.toString());
            assertUnknown(chat.ask("What car do I have?"), "Volvo");
        }
    }

    @Test
    void jsonl_everyLine_isOneObject() throws IOException {
        try (ChatProcess chat = chat("alice")) {
            chat.say("hello").say("").say("/help").say("/up");
            List<String> lines = chat.end();

            assertEquals(
                    List.of("turn", "turn", "command", "command"),
                    lines.stream().map(line -> Json.parse(line).text("type")).toList());
            assertTrue(chat.stderr().contains("your data is in"), chat.stderr());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--nonsense", "--home", "--clock never", "--senior gpt", "--user ../x", "--files nope"})
    void wrongCommandLine_oneLineOnStderr_endsWith2(String line) throws IOException {
        try (ChatProcess chat = ChatProcess.start(dir, line.split(" "))) {
            assertEquals(2, chat.exitCode());
            assertEquals(1, chat.stderr().lines().count(), chat.stderr());
            assertTrue(chat.stderr().startsWith("chat: "), chat.stderr());
            assertFalse(Files.exists(dir.resolve("data")));
        }
    }

    @ParameterizedTest
    @CsvSource({"--help,Usage: chat", "--version,Arkestra 0"})
    void helpAndVersion_printAndEnd(String option, String start) throws IOException {
        try (ChatProcess chat = ChatProcess.start(dir, option)) {
            assertEquals(0, chat.exitCode());
            assertTrue(chat.nextLine().startsWith(start));
            assertFalse(Files.exists(dir.resolve("data")));
        }
    }

    @Test
    void user_outsideItsRules_isRefusedBeforeAnythingIsMade() throws IOException {
        try (ChatProcess chat = ChatProcess.start(dir, "--home", "home", "--user", "../x")) {
            assertEquals(2, chat.exitCode(), chat.stderr());
            assertTrue(chat.stderr().contains("--user '../x'"), chat.stderr());
            assertFalse(Files.exists(dir.resolve("home")));
        }
    }

    @Test
    void files_noDirectory_isRefusedWithItsPathBeforeAnythingIsMade() throws IOException {
        Files.writeString(dir.resolve("list.txt"), "milk");
        for (String name : List.of("list.txt", "nope")) {
            try (ChatProcess chat = ChatProcess.start(dir, "--home", "home", "--files", name)) {
                assertEquals(2, chat.exitCode(), chat.stderr());
                String path = dir.toRealPath().resolve(name).toString();
                assertTrue(chat.stderr().contains("--files '" + name + "'"), chat.stderr());
                assertTrue(chat.stderr().contains(path), chat.stderr());
                assertTrue(chat.stderr().contains("expected a directory"), chat.stderr());
                assertFalse(Files.exists(dir.resolve("home")));
            }
        }
    }

    @Test
    void allowedAndAskedTools_thatAreNot_areNamedWithTheNearest() throws IOException {
        try (ChatProcess chat =
                chat("alice", "--files=.", "--allow=fs.raed", "--ask", "note.*", "--allow", "note.create")) {
            chat.end();
            assertTrue(
                    chat.stderr().contains("--allow 'fs.raed' allows nothing: no tool has this name"), chat.stderr());
            assertTrue(chat.stderr().contains("fs.read"), chat.stderr());
            assertTrue(chat.stderr().contains("--ask 'note.*' allows nothing"), chat.stderr());
            assertTrue(chat.stderr().contains("note.create"), chat.stderr());
            assertEquals(2, chat.stderr().split("allows nothing", -1).length - 1, chat.stderr());
        }
    }

    @Test
    void home_inUse_namesTheHolder() throws IOException {
        try (ChatProcess first = chat("alice")) {
            first.ask("hello");
            try (ChatProcess second = chat("bob")) {
                assertFailedStart(second, String.valueOf(first.pid()));
            }
            assertEquals("COMPLETED", first.ask("hello again").text("outcome"));
        }
    }

    @Test
    void home_aFile_isRefused() throws IOException {
        Files.writeString(dir.resolve("home"), "not a directory");
        try (ChatProcess chat = chat("alice")) {
            assertFailedStart(chat, "home is a file; expected a directory");
        }
        assertEquals("not a directory", Files.readString(dir.resolve("home")));
    }

    @Test
    void configuration_unknownKey_isRefusedWithItsPlace() throws IOException {
        Files.createDirectories(dir.resolve("home"));
        Files.writeString(dir.resolve("home/arkestra.yaml"), "memory:\n  slepAt: \"04:00\"\n", StandardCharsets.UTF_8);
        try (ChatProcess chat = chat("alice")) {
            assertFailedStart(chat, "slepAt");
            assertTrue(chat.stderr().contains("arkestra.yaml"), chat.stderr());
        }
    }

    private static void assertFailedStart(ChatProcess chat, String words) {
        assertEquals(1, chat.exitCode(), chat.stderr());
        assertTrue(chat.stderr().contains(words), chat.stderr());
        assertEquals(List.of(), stackTrace(chat));
    }

    private static List<String> stackTrace(ChatProcess chat) {
        return chat.stderr()
                .lines()
                .filter(line ->
                        line.startsWith("\tat ") || line.startsWith("Caused by") || line.startsWith("Exception in"))
                .toList();
    }
}
