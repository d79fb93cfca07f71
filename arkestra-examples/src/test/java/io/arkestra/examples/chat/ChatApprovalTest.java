package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Questions at the console, in processes of their own. */
@Timeout(180)
class ChatApprovalTest {
    @TempDir
    Path directory;

    private ChatProcess chat(String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of(
                "--home", directory.resolve("home").toString(), "--user", "ann", "--jsonl", "--ask", "note.create"));
        options.addAll(List.of(more));
        return ChatProcess.start(directory, options.toArray(String[]::new));
    }

    @Test
    void question_answeredNoYesAndAlways_doesWhatWasSaid() throws Exception {
        try (ChatProcess chat = chat()) {
            Json asked = chat.ask("note: the pot is blue");
            assertEquals("approval", asked.text("type"), asked.toString());
            assertEquals("note.create", asked.text("tool"));
            assertEquals("denied", chat.ask("n").list("tools").get(0).text("status"));
            assertEquals("approval", chat.ask("note: the pot is red").text("type"));
            assertEquals("ok", chat.ask("y").list("tools").get(0).text("status"));
            assertEquals("approval", chat.ask("note: the pot is green").text("type"));
            assertEquals("ok", chat.ask("always").list("tools").get(0).text("status"));
            List<Json> grants = chat.ask("/grants").list("grants");
            assertEquals(1, grants.size());
            assertEquals(
                    "Revoked; from now on it is asked again.",
                    chat.ask("/revoke " + grants.get(0).text("id")).text("text"));
            assertTrue(chat.ask("/audit verify").bool("intact").orElse(false));
            assertEquals(2, chat.ask("/calls").list("calls").size());
        }
    }

    @Test
    void question_leftForLaterAndKilled_isAnsweredInTheNextProcess() throws Exception {
        try (ChatProcess chat = chat()) {
            assertEquals("approval", chat.ask("note: the pot is blue").text("type"));
            Json ended = chat.ask("later");
            assertEquals("NEEDS_APPROVAL", ended.text("outcome"));
            chat.kill();
        }
        try (ChatProcess chat = chat()) {
            Json waiting = chat.ask("/approvals").list("approvals").get(0);
            chat.say("/approve " + waiting.text("id"));
            Json first = chat.next();
            Json second = chat.next();
            Json continued = first.text("type").equals("continued") ? first : second;
            assertEquals("continued", continued.text("type"), first + " " + second);
            assertEquals(waiting.text("id"), continued.text("approval"));
            assertTrue(chat.ask("/approvals").list("approvals").isEmpty());
            assertEquals(1, chat.ask("/calls").list("calls").size());
            chat.end();
        }
        try (ChatProcess verified = ChatProcess.start(
                directory, "--home", directory.resolve("home").toString(), "--verify-audit")) {
            assertTrue(verified.nextLine().contains("intact"));
            assertEquals(0, verified.exitCode());
        }
    }
}
