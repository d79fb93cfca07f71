package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PolicyCommandTest {
    @TempDir
    Path home;

    @Test
    void policy_explainRulesAndReload_showWhatHolds() throws IOException {
        Path file = home.resolve("policy.yaml");
        Files.writeString(
                file,
                "version: 1\nrules:\n"
                        + "  - { id: asks, match: { tool: note.list }, effect: ask }\n"
                        + "  - { id: web, match: { tool: note.list, taint: { any: [web] } }, effect: deny }\n");
        try (Arkestra arkestra = Arkestra.builder().home(home).build()) {
            Commands commands = new Commands(arkestra, Scope.of(UserId.of("ann")), line -> {});
            CommandReply explained = commands.run("/policy explain note.list {}");
            assertTrue(explained.text().startsWith("ask: rule 'asks' of the host"), explained.text());
            assertTrue(explained.text().contains("matches  ask   host:asks (" + file + ":3:5)"), explained.text());
            assertTrue(explained.text().contains("not by taint  deny  host:web"), explained.text());
            assertEquals("ASK", explained.fields().text("effect"));
            assertEquals(2, commands.run("/policy rules").text().lines().count());

            Files.writeString(file, "version: 1\nrules: 5\n");
            CommandReply bad = commands.run("/policy reload");
            assertTrue(bad.text().contains("2 rules, not the newest: " + file + ":2:8"), bad.text());
            Files.writeString(file, "version: 1\n");
            assertTrue(commands.run("/policy reload").text().endsWith(": 0 rules"));
            assertTrue(commands.run("/policy rules").text().startsWith("There are no rules"));
        }
    }

    @Test
    void policy_wrongWords_areToldWhatWorks() {
        try (Arkestra arkestra = Arkestra.builder().build()) {
            Commands commands = new Commands(arkestra, Scope.of(UserId.of("ann")), line -> {});
            for (String line : new String[] {
                "/policy",
                "/policy explain",
                "/policy rule",
                "/policy rules now",
                "/policy explain note.lst",
                "/policy explain note.list {",
                "/policy explain note.list [1]"
            }) {
                CommandReply reply = commands.run(line);
                assertTrue(reply.fields().has("error"), line + " gave " + reply);
            }
        }
    }
}
