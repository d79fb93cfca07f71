package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files, documents and projects in the chat, in processes of their own, with a scripted senior. */
@Timeout(600)
class ChatToolsTest {
    /** So long that writing it takes a while, in which a process can be killed. */
    private static final int LEDGER = 8 * 1024 * 1024;

    private static final int MOST_KILLS = 5;

    @TempDir
    Path directory;

    private Path work;

    @BeforeEach
    void makeDirectory() throws IOException {
        work = Files.createDirectory(directory.toRealPath().resolve("work"));
    }

    /** @param script lines of the senior */
    private ChatProcess chat(Path opened, String script) throws IOException {
        Path file = Files.writeString(directory.resolve("script.jsonl"), script);
        return ChatProcess.start(
                directory,
                "--home",
                directory.resolve("home").toString(),
                "--user",
                "ann",
                "--zone",
                "UTC",
                "--jsonl",
                "--senior",
                "script:" + file,
                "--files",
                opened.toString());
    }

    private static String status(Json turn) {
        List<Json> tools = turn.list("tools");
        assertFalse(tools.isEmpty(), turn::toString);
        return tools.get(tools.size() - 1).text("status");
    }

    @Test
    void files_readEditedRefusedAndUndone_areAsTheAnswersSaid() throws Exception {
        Path list = Files.writeString(work.resolve("list.txt"), "milk\nbread\n");
        String script = """
                {"match": "on my list", "tool_calls": [{"name": "fs.read", "arguments": {"path": "list.txt"}}], "then": "{result}"}
                {"match": "also tea", "tool_calls": [{"name": "fs.read", "arguments": {"path": "list.txt"}}, {"name": "fs.write", "arguments": {"path": "list.txt", "mode": "append", "content": "tea\\n"}}], "then": "{result}"}
                {"match": "no bread", "tool_calls": [{"name": "fs.write", "arguments": {"path": "list.txt", "mode": "replace", "old": "bread\\n", "content": ""}}], "then": "{result}"}
                {"match": "throw", "tool_calls": [{"name": "fs.delete", "arguments": {"path": "list.txt"}}], "then": "{result}"}
                """;
        try (ChatProcess chat = chat(work, script)) {
            Json read = chat.ask("What is on my list?");
            assertEquals("ok", status(read));
            assertTrue(read.text("text").contains("bread"), read::toString);

            // It was read in the same turn: that is one more reason to ask, and no second question.
            Json asked = chat.ask("Put also tea on it");
            assertEquals("approval", asked.text("type"), asked::toString);
            assertEquals("fs.write", asked.text("tool"));
            assertTrue(asked.text("preview").contains("@@ -1,2 +1,3 @@\n milk\n bread\n+tea"), asked::toString);
            assertEquals(
                    "file.external:work/list.txt", asked.list("taints").get(0).asString());
            assertEquals("milk\nbread\n", Files.readString(list));
            assertEquals("ok", status(chat.ask("y")));
            assertEquals("milk\nbread\ntea\n", Files.readString(list));

            Json second = chat.ask("And no bread");
            assertTrue(second.text("preview").contains("-bread"), second::toString);
            assertEquals("denied", status(chat.ask("n")));
            assertEquals("milk\nbread\ntea\n", Files.readString(list));

            assertEquals("UNDONE", chat.ask("/undo").text("result"));
            assertEquals("milk\nbread\n", Files.readString(list));

            assertEquals("fs.delete", chat.ask("throw it away").text("tool"));
            assertEquals("ok", status(chat.ask("y")));
            assertFalse(Files.exists(list));
            assertEquals("UNDONE", chat.ask("/undo").text("result"));
            assertEquals("milk\nbread\n", Files.readString(list));
            assertTrue(chat.ask("/audit verify").bool("intact").orElse(false));
        }
    }

    @Test
    void files_outsideWhatWasOpened_areNotReached() throws Exception {
        Files.writeString(directory.resolve("secret.txt"), "the word is heliotrope");
        String script = """
                {"match": "up there", "tool_calls": [{"name": "fs.read", "arguments": {"path": "../secret.txt"}}], "then": "{result}"}
                """;
        try (ChatProcess chat = chat(work, script)) {
            Json turn = chat.ask("What is up there?");
            assertFalse(status(turn).equals("ok"), turn::toString);
            assertFalse(turn.text("text").contains("heliotrope"), turn::toString);
        }
    }

    @Test
    void approvedEdit_killedBeforeItsEffect_isDoneOnceAfterTheRestart() throws Exception {
        String script = """
                {"match": "book", "tool_calls": [{"name": "fs.write", "arguments": {"path": "ledger.txt", "mode": "append", "content": "paid\\n"}}], "then": "{result}"}
                """;
        Path ledger = work.resolve("ledger.txt");
        int between = 0;
        for (int kills = 1; between == 0 && kills <= MOST_KILLS; kills++) {
            Files.writeString(ledger, ("x".repeat(1023) + "\n").repeat(LEDGER / 1024));
            try (ChatProcess chat = chat(work, script)) {
                assertEquals("approval", chat.ask("book it").text("type"));
                assertEquals("NEEDS_APPROVAL", chat.ask("later").text("outcome"));
                String id = approvals(chat).get(0).text("id");
                chat.say("/approve " + id);
                awaitApproval(id, kills);
                chat.kill();
            }
            if (Files.size(ledger) == LEDGER) {
                between++;
            }
            try (ChatProcess chat = chat(work, script)) {
                // Nobody approves again: what was agreed to goes on by itself.
                awaitCalls(chat, kills);
                assertTrue(approvals(chat).isEmpty());
                assertEquals(LEDGER + "paid\n".length(), Files.size(ledger));
                assertTrue(Files.readString(ledger).endsWith("x\npaid\n"));
                assertTrue(command(chat, "/audit verify").bool("intact").orElse(false));
            }
        }
        assertTrue(between > 0, "the process was never killed between approval and effect");
    }

    /** Until as many approvals are in the audit, where they are put down when they cannot be lost any more. */
    private void awaitApproval(String id, int times) throws IOException {
        Path audit = directory.resolve("home").resolve("audit").resolve("audit.jsonl");
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() < end) {
            try {
                if (Files.readString(audit)
                                .lines()
                                .filter(ChatToolsTest::approves)
                                .count()
                        >= times) {
                    return;
                }
            } catch (NoSuchFileException e) {
                throw new AssertionError("There is no audit at " + audit, e);
            }
        }
        throw new AssertionError("The approval " + id + " was not taken down: " + Files.readString(audit));
    }

    private static boolean approves(String line) {
        return line.contains("\"kind\":\"approval\"") && line.contains("\"outcome\":\"APPROVED\"");
    }

    private void awaitCalls(ChatProcess chat, int count) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        List<Json> calls = List.of();
        while (System.nanoTime() < end) {
            calls = command(chat, "/calls").list("calls");
            if (calls.size() == count
                    && calls.stream().allMatch(call -> call.text("state").equals("DONE"))) {
                return;
            }
        }
        throw new AssertionError("Expected " + count + " calls that are done: " + calls + " " + chat.stderr());
    }

    private static List<Json> approvals(ChatProcess chat) {
        return command(chat, "/approvals").list("approvals");
    }

    /** The answer to a command; what the assistant says meanwhile of its own accord is left out. */
    private static Json command(ChatProcess chat, String line) {
        Json answer = chat.ask(line);
        while (answer.text("type").equals("continued")) {
            answer = chat.next();
        }
        return answer;
    }

    @Test
    void pdf_importedAndAsked_isAnsweredWithItsPage() throws Exception {
        pdf(
                work.resolve("contract.pdf"),
                List.of(
                        Collections.nCopies(
                                40, "This part of the contract is about the rent of a flat and its stairs."),
                        Collections.nCopies(
                                40, "This part of the contract is about the cellar and what is kept in it."),
                        List.of("The period of notice is three months.")));
        String script = """
                {"match": "import", "tool_calls": [{"name": "document.import", "arguments": {"path": "contract.pdf"}}], "then": "{result}"}
                {"match": "notice", "tool_calls": [{"name": "document.search", "arguments": {"query": "period of notice"}}], "then": "{result}"}
                """;
        try (ChatProcess chat = chat(work, script)) {
            Json imported = chat.ask("Please import the contract", Duration.ofMinutes(4));
            assertEquals("ok", status(imported), imported::toString);
            assertTrue(imported.text("text").contains("3 pages"), imported::toString);
            Json answer = chat.ask("What notice do I have to give?");
            assertEquals("ok", status(answer), answer::toString);
            assertTrue(
                    answer.text("text")
                            .lines()
                            .findFirst()
                            .orElse("")
                            .matches("\\[1] “contract\\.pdf”, pp?\\. (2–)?3 \\(.*"),
                    answer::toString);
            // Whole words: newer JDKs print lines that begin with WARNING by themselves.
            assertFalse(Pattern.compile("\\bWARN\\b").matcher(chat.stderr()).find(), chat.stderr());
            assertTrue(answer.text("text").contains("three months"), answer::toString);
            Json source = answer.list("sources").get(0);
            assertEquals("contract.pdf", source.text("title"));
            assertEquals(3, source.integer("lastPage").orElseThrow());
            assertTrue(source.text("quote").contains("three months"), answer::toString);
        }
        try (ChatProcess chat = chat(work, script)) {
            assertTrue(chat.ask("What notice was that?").text("text").contains("three months"));
        }
    }

    private static void pdf(Path file, List<List<String>> pages) throws IOException {
        try (PDDocument document = new PDDocument()) {
            for (List<String> lines : pages) {
                PDPage page = new PDPage();
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    content.beginText();
                    content.setFont(new PDType1Font(Standard14Fonts.FontName.HELVETICA), 12);
                    content.newLineAtOffset(60, 700);
                    content.setLeading(16);
                    for (String line : lines) {
                        content.showText(line);
                        content.newLine();
                    }
                    content.endText();
                }
            }
            document.save(file.toFile());
        }
    }

    /** The module with the contracts; all of the repository with {@code -Darkestra.index.whole=true}. */
    @Test
    void ownRepository_indexedAndSearched_tellsHowFarItIsAndWhereThingsStand() throws Exception {
        Path repository = Path.of("").toAbsolutePath().getParent().toRealPath();
        Path project = Boolean.getBoolean("arkestra.index.whole") ? repository : repository.resolve("arkestra-api");
        String script = """
                {"match": "index", "tool_calls": [{"name": "index.project", "arguments": {"path": %s, "name": "own"}}], "then": "{result}"}
                {"match": "where", "tool_calls": [{"name": "project.search", "arguments": {"query": "ToolProgressed", "limit": 3}}], "then": "{result}"}
                """.formatted(Json.of(project.toString()));
        try (ChatProcess chat = chat(project, script)) {
            Json indexed = chat.ask("Please index this repository", Duration.ofMinutes(8));
            assertEquals("ok", status(indexed), indexed::toString);
            System.out.println("ChatToolsTest: " + indexed.text("text"));
            List<String> steps = chat.stderr()
                    .lines()
                    .filter(line -> line.startsWith("index.project own "))
                    .toList();
            assertTrue(steps.size() >= 2, chat::stderr);
            assertTrue(steps.get(0).startsWith("index.project own 1/"), steps::toString);
            String[] last = steps.get(steps.size() - 1).split("[ /]");
            assertEquals(last[3], last[2], steps::toString);
            assertTrue(Long.parseLong(last[3]) > steps.size(), "not every file has a line of its own: " + steps);

            Json found = chat.ask("Where is the event of progress?");
            assertEquals("ok", status(found), found::toString);
            assertTrue(found.text("text").contains("io/arkestra/event/Events.java:"), found::toString);
        }
    }
}
