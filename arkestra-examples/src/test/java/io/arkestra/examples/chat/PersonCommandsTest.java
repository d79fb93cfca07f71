package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user can do with what is kept of them. */
class PersonCommandsTest {
    private static final UserId ANN = UserId.of("ann");
    private static final UserId BEN = UserId.of("ben");

    @TempDir
    Path directory;

    private Arkestra arkestra;
    private Commands commands;

    @BeforeEach
    void open() {
        arkestra = Arkestra.builder().build();
        commands = commands(ANN);
        arkestra.memory().remember(Scope.of(ANN), MemoryDraft.fact("Ann has a Volvo"));
        arkestra.memory().remember(Scope.of(BEN), MemoryDraft.fact("Ben has a Lada"));
    }

    @AfterEach
    void close() {
        arkestra.close();
    }

    private Commands commands(UserId user) {
        return new Commands(arkestra, Scope.of(user), line -> {});
    }

    private List<MemoryRecord> memories(UserId user) {
        return arkestra.memory().list(Scope.of(user), 10);
    }

    private static String error(CommandReply reply) {
        return reply.fields()
                .get("error")
                .orElse(Json.emptyObject())
                .string("code")
                .orElse("");
    }

    @Test
    void forget_idOfAMemory_forgetsItAndNothingElse() {
        arkestra.memory().remember(Scope.of(ANN), MemoryDraft.fact("Ann likes tea"));
        String volvo = memories(ANN).stream()
                .filter(memory -> memory.text().contains("Volvo"))
                .findFirst()
                .orElseThrow()
                .id();
        assertEquals("", error(commands.run("/forget " + volvo)));
        assertEquals(
                List.of("Ann likes tea"),
                memories(ANN).stream().map(MemoryRecord::text).toList());
        assertEquals(1, memories(BEN).size());
    }

    @Test
    void forget_memoryThatWasTakenFromAMessage_saysWhatIsKeptAndHowToForgetThat() {
        Message said = arkestra.memory()
                .record(
                        Scope.of(ANN),
                        List.of(MessageDraft.of(SessionId.of("s"), Origin.USER, "Ann", "My dog is Rex", Instant.EPOCH)))
                .get(0);
        MemoryRecord memory = arkestra.memory()
                .remember(Scope.of(ANN), MemoryDraft.note("the dog is Rex").source(said.id()));

        CommandReply reply = commands.run("/forget " + memory.id());

        assertTrue(reply.text().contains("still kept"), reply.text());
        assertTrue(reply.text().endsWith("/forget " + said.id()), reply.text());
        assertEquals(List.of(Json.of(said.id())), reply.fields().list("keptMessages"));
        CommandReply both = commands.run("/forget " + said.id());
        assertEquals("Forgotten.", both.text());
        assertEquals("command.not-found", error(commands.run("/forget " + said.id())));
    }

    @Test
    void forget_me_asksFirstAndThenForgetsOnlyTheUser() {
        CommandReply question = commands.run("/forget me");
        assertTrue(question.text().contains("Type your user name (ann)"), question.text());
        assertEquals(1, memories(ANN).size());
        assertEquals("command.not-confirmed", error(commands.run("/forget me ben")));
        assertEquals("command.not-confirmed", error(commands.run("/forget me ann please")));
        assertEquals(1, memories(ANN).size());

        CommandReply done = commands.run("/forget me ann");

        assertEquals("", error(done));
        assertTrue(done.fields().integer("documents").orElseThrow() > 0, done.text());
        assertEquals(List.of(), memories(ANN));
        assertEquals(1, memories(BEN).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "ben", "", "/help", "/forget me ben", "Remember that I said no"})
    void forget_meAndAnythingButTheName_keepsEverythingAndTakesNoSecondAnswer(String answer) {
        commands.run("/forget me");
        assertTrue(commands.isAsking());

        CommandReply reply = commands.run(answer);

        assertEquals("command.not-confirmed", error(reply));
        assertEquals("Nothing was forgotten.", reply.text());
        assertFalse(commands.isAsking());
        assertEquals("", error(commands.run("/help")));
        assertEquals(1, memories(ANN).size());
    }

    @Test
    void forget_meAndTheName_forgets() {
        commands.run("/forget me");
        CommandReply done = commands.run(" ann ");
        assertEquals("", error(done), done.text());
        assertEquals(List.of(), memories(ANN));
        assertEquals(1, memories(BEN).size());
    }

    @Test
    void forget_memoryThatWasTakenFromAMessage_namesTheMessageThatIsStillKept() {
        arkestra.session(ANN).ask("Remember that the spare key is under the blue flowerpot");
        arkestra.session(ANN).ask("hello"); // What was to be remembered is by the next turn.
        MemoryRecord key = memories(ANN).stream()
                .filter(memory -> memory.text().contains("flowerpot"))
                .findFirst()
                .orElseThrow();
        String message = key.sources().get(0);

        CommandReply reply = commands.run("/forget " + key.id());

        assertTrue(reply.text().contains("[" + message + "]"), reply.text());
        assertTrue(reply.text().contains("/forget " + message), reply.text());
        CommandReply all = commands.run("/forget " + message);
        assertEquals("Forgotten.", all.text());
        assertFalse(arkestra.session(ANN).ask("Where is the spare key?").text().contains("flowerpot"));
    }

    @Test
    void exportThenImport_afterForgetting_bringsBackWhatWasThere() {
        Path zip = directory.resolve("my own.zip");
        CommandReply exported = commands.run("/export " + zip);
        assertEquals("", error(exported), exported.text());
        assertTrue(Files.exists(zip));
        assertEquals("people.file", error(commands.run("/export " + zip)));
        commands.run("/forget me ann");
        CommandReply imported = commands.run("/import " + zip);
        assertEquals("", error(imported), imported.text());
        assertEquals("Ann has a Volvo", memories(ANN).get(0).text());
        assertEquals("people.file", error(commands.run("/import " + directory.resolve("nothing.zip"))));
    }

    @ParameterizedTest
    @CsvSource({
        "/forget,command.incomplete",
        "/export,command.incomplete",
        "/import,command.incomplete",
        "/forget a b,command.superfluous",
        "/datasets perhaps,command.superfluous"
    })
    void commands_withoutWhatTheyNeed_sayWhat(String line, String code) {
        CommandReply reply = commands.run(line);
        assertEquals(code, error(reply));
        assertFalse(reply.text().isBlank());
    }

    @Test
    void dataSets_onAndOff_isTheUsersOwnConsent() {
        assertTrue(commands.run("/datasets").text().contains("no data set"));
        assertTrue(commands.run("/datasets on").text().contains("masked"));
        assertTrue(arkestra.people().dataSetConsent().isGiven(ANN));
        assertFalse(arkestra.people().dataSetConsent().isGiven(BEN));
        assertTrue(commands.run("/datasets off").text().contains("no data set"));
        assertFalse(arkestra.people().dataSetConsent().isGiven(ANN));
    }

    @Test
    void forget_idThatIsNobodys_saysSo() {
        String bens = memories(BEN).get(0).id();
        assertEquals("command.not-found", error(commands.run("/forget nothing-like-that")));
        assertEquals("command.not-found", error(commands.run("/forget " + bens)));
        assertEquals(1, memories(BEN).size());
    }

    @Test
    void graph_names_areListedAndDrawnForTheirUserOnly() throws Exception {
        CommandReply listed = commands.run("/graph");
        assertTrue(listed.text().contains("Volvo"), listed.text());
        assertFalse(listed.text().contains("Lada"), listed.text());
        for (String file : List.of("picture.svg", "picture.dot")) {
            Path picture = directory.resolve(file);
            assertEquals("", error(commands.run("/graph " + picture)));
            assertTrue(Files.readString(picture).contains("Volvo"));
            assertFalse(Files.readString(picture).contains("Lada"));
            assertEquals("command.file", error(commands.run("/graph " + picture)));
        }
        assertEquals("command.file-type", error(commands.run("/graph " + directory.resolve("picture.png"))));
    }

    @Test
    void help_always_listsTheCommands() {
        String help = commands.run("/help").text();
        for (String command : List.of("/forget ID", "/forget me", "/export FILE", "/import FILE", "/graph [FILE]")) {
            assertTrue(help.contains(command), help);
        }
    }
}
