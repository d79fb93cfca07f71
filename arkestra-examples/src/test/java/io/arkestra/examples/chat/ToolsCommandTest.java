package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ToolsCommandTest {
    private static final String DEFINITION = """
            kind: command
            name: disk.free
            description: %s
            argv: [/bin/df, -h, --, "{path}"]
            cwd: /
            arguments:
              type: object
              required: [path]
              properties: {path: {type: string, minLength: 1, maxLength: 500}}
            """;

    @TempDir
    Path directory;

    private static Commands commands(Arkestra arkestra) {
        return new Commands(arkestra, Scope.of(UserId.of("ann")), line -> {});
    }

    private static boolean lists(Commands commands, String name) {
        return names(commands.run("/tools")).contains(name);
    }

    private static List<String> names(CommandReply reply) {
        return reply.fields().list("tools").stream().map(Json::asString).toList();
    }

    private static String error(CommandReply reply) {
        return reply.fields().get("error").map(error -> error.text("code")).orElse("");
    }

    private Path definition(String description) throws IOException {
        return Files.writeString(directory.resolve("tool.yaml"), DEFINITION.formatted(description));
    }

    @Test
    void tools_alone_listsWhatThereIs() {
        try (Arkestra arkestra = Arkestra.builder().build()) {
            CommandReply reply = commands(arkestra).run("/tools");

            assertTrue(names(reply).contains("note.create"), reply.text());
            assertTrue(reply.text().lines().anyMatch(line -> line.startsWith("note.create ")), reply.text());
            assertEquals(0, reply.fields().list("declared").size());
        }
    }

    @Test
    void tools_addedEditedDisabledEnabledRemoved_doesEach() throws IOException {
        try (Arkestra arkestra =
                Arkestra.builder().home(directory.resolve("home")).build()) {
            Commands commands = commands(arkestra);
            CommandReply added = commands.run("/tools add " + definition("Tells how much room is left."));
            assertEquals("disk.free is added, version 1; it may be called when a policy allows it", added.text());
            assertTrue(lists(commands, "disk.free"));

            Json edited = commands.run("/tools edit " + definition("Tells how full a disk is."))
                    .fields();
            assertEquals(2, edited.integer("version").orElse(0L));
            CommandReply shown = commands.run("/tools show disk.free");
            assertTrue(shown.text().startsWith("version 2 of 2, enabled, digest "), shown.text());
            assertTrue(shown.text().contains("Tells how full a disk is."), shown.text());

            commands.run("/tools disable disk.free");
            assertFalse(lists(commands, "disk.free"));
            CommandReply list = commands.run("/tools");
            assertTrue(list.text().contains("[declared, disabled]"), list.text());
            commands.run("/tools enable disk.free");
            assertTrue(lists(commands, "disk.free"));

            assertEquals(
                    "disk.free is removed; its history is kept.",
                    commands.run("/tools remove disk.free").text());
            assertFalse(lists(commands, "disk.free"));
        }
    }

    @Test
    void tools_showABuiltInTool_tellsItsSchema() {
        try (Arkestra arkestra = Arkestra.builder().build()) {
            CommandReply shown = commands(arkestra).run("/tools show note.create");

            assertTrue(shown.text().startsWith("note.create "), shown.text());
            assertTrue(shown.fields().get("arguments").isPresent(), shown.text());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/tools add,command.incomplete",
        "/tools juggle disk.free,command.incomplete",
        "/tools add /no/such/file.yaml,command.file",
        "/tools show no.tool,tool.unknown",
    })
    void tools_wrongWords_areToldWhatWorks(String line, String code) {
        try (Arkestra arkestra = Arkestra.builder().build()) {
            CommandReply reply = commands(arkestra).run(line);

            assertEquals(code, error(reply), reply.text());
        }
    }

    @Test
    void tools_badDefinition_isRefusedAndChangesNothing() throws IOException {
        try (Arkestra arkestra = Arkestra.builder().build()) {
            Commands commands = commands(arkestra);
            Path file = Files.writeString(directory.resolve("bad.yaml"), "kind: command\nname: disk.free\n");

            CommandReply reply = commands.run("/tools add " + file);

            assertFalse(error(reply).isEmpty(), reply.text());
            assertFalse(lists(commands, "disk.free"));
            assertFalse(error(commands.run("/tools remove disk.free")).isEmpty());
        }
    }
}
