package io.arkestra.memory.sleep.internal;

import static io.arkestra.memory.sleep.internal.Nights.ANN;
import static io.arkestra.memory.sleep.internal.Nights.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ArkestraException;
import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.common.UserId;
import io.arkestra.guard.Guard;
import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.GuardStream;
import io.arkestra.memory.Origin;
import io.arkestra.memory.SleepOutcome;
import io.arkestra.memory.SleepRequest;
import io.arkestra.memory.TurnRecords;
import io.arkestra.store.DocTransaction;
import io.arkestra.store.Owner;
import io.arkestra.tool.ToolCatalogue;
import io.arkestra.tool.ToolSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {
    private static final ToolSpec REMIND = ToolSpec.builder("reminder.create")
            .version("1.0.0")
            .description("Sets a reminder")
            .arguments(Json.parse("{\"type\":\"object\",\"properties\":{\"text\":{\"type\":\"string\"}}}"))
            .build();

    private final Set<String> disliked = new HashSet<>();
    private Nights nights;

    @TempDir
    Path dir;

    @BeforeEach
    void open() {
        nights = Nights.with(context -> context.service(Guard.class, new NoDigits())
                .service(TurnRecords.class, new Feedback(disliked))
                .service(
                        ToolCatalogue.class,
                        name -> name.equals(REMIND.name()) ? Optional.of(REMIND) : Optional.empty()));
    }

    @AfterEach
    void close() {
        nights.close();
    }

    private SleepOutcome export() {
        nights.clock.advance(Duration.ofHours(12));
        return nights.memory.sleep(SleepRequest.all().export(dir));
    }

    private void talk(UserId user, String session, String asked, String answered) {
        nights.user(user, session, asked);
        nights.say(user, session, Origin.ASSISTANT, answered, decided("question", asked));
    }

    private static Json decided(String intent, String text) {
        return Json.object()
                .put(
                        "junior",
                        Json.object()
                                .put("intent", intent)
                                .put("slots", Json.object().put("text", text).build())
                                .build())
                .put("env", Json.object().put("zone", "UTC").build())
                .build();
    }

    private void consent(UserId... users) {
        for (UserId user : users) {
            nights.memory.dataSetConsent().give(user);
        }
    }

    private Map<String, String> files() throws Exception {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(dir)) {
            for (Path file : all.toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return files;
    }

    private List<Json> lines(String kind) throws Exception {
        Map<String, String> files = files();
        return Stream.of(kind + "-train.jsonl", kind + "-validation.jsonl")
                .flatMap(name -> files.get(name).lines())
                .map(Json::parse)
                .toList();
    }

    @Test
    void export_nobodyConsented_holdsNothing() throws Exception {
        talk(ANN, "s", "What is a fjord?", "A long inlet of the sea.");

        export();

        assertEquals(List.of(), lines("senior"));
        assertEquals(List.of(), lines("junior"));
        assertFalse(nights.memory.dataSetConsent().isGiven(ANN));
    }

    @Test
    void export_consentedTurns_areChatAndInstructionLinesThatAreMasked() throws Exception {
        talk(ANN, "s", "My number is 5551234", "Noted, 5551234.");
        talk(ANN, "s", "What is a fjord?", "A long inlet of the sea.");
        talk(BOB, "b", "What is a lagoon?", "Shallow water.");
        consent(ANN);

        export();

        List<Json> senior = lines("senior");
        assertEquals(1, senior.size(), senior.toString());
        assertEquals(Set.of("messages"), senior.get(0).members().keySet());
        List<Json> messages = senior.get(0).list("messages");
        assertEquals(
                List.of("system", "user", "assistant", "user", "assistant"),
                messages.stream().map(message -> message.text("role")).toList());
        assertEquals("My number is #", messages.get(1).text("content"));
        assertEquals("Noted, #.", messages.get(2).text("content"));
        assertTrue(messages.get(0).text("content").contains("Arkestra"));
        List<Json> junior = lines("junior");
        assertEquals(2, junior.size());
        Json line = junior.get(0);
        assertEquals(Set.of("instruction", "input", "output"), line.members().keySet());
        assertEquals("{\"zone\":\"UTC\"}\nMy number is #", line.text("input"));
        assertEquals(
                "My number is #",
                Json.parse(line.text("output")).get("slots").orElseThrow().text("text"));
    }

    @Test
    void export_turnWithTools_hasCallsResultsAndTheToolsThemselves() throws Exception {
        nights.user(ANN, "s", "Remind me of tea");
        Json calls = Json.parse(
                "{\"tool_calls\":[{\"id\":\"call-1\",\"name\":\"reminder.create\",\"arguments\":\"{\\\"text\\\":\\\"tea 77\\\"}\"}]}");
        sameTurn("call", Origin.ASSISTANT, "", calls);
        sameTurn("result", Origin.TOOL, "{\"ok\":true,\"phone\":5551234}", Json.parse("{\"call\":\"call-1\"}"));
        sameTurn("answer", Origin.ASSISTANT, "I will.", Json.emptyObject());
        consent(ANN);

        export();

        Json line = lines("senior").get(0);
        List<Json> messages = line.list("messages");
        Json call = messages.get(2).list("tool_calls").get(0);
        assertEquals("call_1", call.text("id"));
        assertEquals("function", call.text("type"));
        Json function = call.get("function").orElseThrow();
        assertEquals("reminder_create", function.text("name"));
        assertEquals("{\"text\":\"tea #\"}", function.text("arguments"));
        assertEquals("tool", messages.get(3).text("role"));
        assertEquals("call_1", messages.get(3).text("tool_call_id"));
        assertEquals("{\"ok\":true,\"phone\":\"#\"}", messages.get(3).text("content"));
        assertEquals("I will.", messages.get(4).text("content"));
        Json tool = line.list("tools").get(0).get("function").orElseThrow();
        assertEquals("reminder_create", tool.text("name"));
        assertEquals("Sets a reminder", tool.text("description"));
        assertEquals(REMIND.arguments(), tool.get("parameters").orElseThrow());
    }

    /** Adds to the turn that the user's latest message began. */
    private void sameTurn(String id, Origin origin, String text, Json detail) {
        nights.clock.advance(Duration.ofSeconds(1));
        nights.append(ANN, "s", "s-0", id, origin, text, detail);
    }

    @Test
    void export_dislikedCutOffAndQuotingTurns_areLeftOutAndCutTheLine() throws Exception {
        talk(ANN, "s", "What is a fjord?", "A long inlet of the sea.");
        talk(ANN, "s", "What is a lagoon?", "I do not care.");
        talk(ANN, "s", "What is an atoll?", "A ring of coral.");
        nights.user(ANN, "s", "Tell me a long story");
        nights.say(ANN, "s", Origin.ASSISTANT, "Once", Json.parse("{\"ended\":\"CANCELLED\"}"));
        nights.user(ANN, "s", "What did I ask?");
        nights.derived(ANN, "s", "You asked: What is a fjord?");
        disliked.add("s-1");
        consent(ANN);

        export();

        List<String> said = lines("senior").stream().map(Json::toString).toList();
        assertEquals(2, said.size(), said.toString());
        assertTrue(said.stream().anyMatch(line -> line.contains("fjord") && !line.contains("atoll")));
        assertTrue(said.stream().anyMatch(line -> line.contains("atoll") && !line.contains("fjord")));
        assertTrue(said.stream().noneMatch(line -> line.contains("care") || line.contains("Once")));
        assertTrue(lines("junior").stream().noneMatch(line -> line.text("input").contains("lagoon")));
    }

    @Test
    void export_sameTurnOfSeveralUsersAndDays_isThereOnce() throws Exception {
        talk(ANN, "s", "What is a fjord?", "A long inlet of the sea.");
        export();
        talk(ANN, "t", "what is  a FJORD", "A long inlet of the sea!");
        talk(BOB, "b", "What is a fjord?", "A long inlet of the sea.");
        consent(ANN, BOB);

        export();

        assertEquals(1, lines("senior").size());
        assertEquals(1, lines("junior").size());
        Json counts = Json.parse(files().get("manifest.json")).get("counts").orElseThrow();
        assertEquals(
                2L, counts.get("turnsLeftOut").orElseThrow().integer("repeated").orElseThrow());
    }

    @Test
    void export_manyConversations_areSplitWholeAndAlikeEachTime() throws Exception {
        for (int i = 0; i < 60; i++) {
            talk(ANN, "s" + i, "What is " + name(i) + "?", "It is " + name(i) + ".");
            talk(ANN, "s" + i, "And where is " + name(i) + "?", "North of " + name(i) + ".");
        }
        consent(ANN);

        export();

        Map<String, String> first = files();
        long validation = first.get("senior-validation.jsonl").lines().count();
        assertTrue(validation > 0 && validation < 20, "validation has " + validation + " of 60");
        assertEquals(60, lines("senior").size());
        for (int i = 0; i < 60; i++) {
            String word = name(i) + "?";
            boolean senior = first.get("senior-validation.jsonl").contains(word);
            assertEquals(senior, first.get("junior-validation.jsonl").contains(word), word);
            assertNotEquals(senior, first.get("senior-train.jsonl").contains(word), word);
        }
        export();
        assertEquals(first, files());
    }

    /** A word of letters of its own for each number: digits are masked. */
    private static String name(int number) {
        return "" + (char) ('a' + number / 10) + (char) ('k' + number % 10) + "land";
    }

    @Test
    void manifest_ofADataSet_namesFilesWithDigestsAndNobody() throws Exception {
        talk(ANN, "secret-session", "What is a fjord?", "A long inlet of the sea.");
        consent(ANN);

        export();

        Json manifest = Json.parse(files().get("manifest.json"));
        assertEquals(2L, manifest.integer("schema").orElseThrow());
        assertEquals("no-digits 1", manifest.text("guard"));
        assertTrue(manifest.instant("created").isPresent());
        assertEquals(4, manifest.list("files").size());
        for (Json file : manifest.list("files")) {
            String text = files().get(file.text("file"));
            assertEquals(text.lines().count(), file.integer("lines").orElseThrow());
            assertEquals(sha256(text), file.text("sha256"));
        }
        String all = String.join("", files().values());
        assertFalse(all.contains("\"ann\"") || all.contains("secret-session"), all);
    }

    private static String sha256(String text) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                        .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void withdraw_userInTheFiles_takesTheirLinesOutAtOnce() throws Exception {
        talk(ANN, "s", "What is a fjord?", "A long inlet of the sea.");
        talk(BOB, "b", "What is a lagoon?", "Shallow water.");
        consent(ANN, BOB);
        export();
        assertEquals(2, lines("senior").size());

        nights.memory.dataSetConsent().withdraw(ANN);

        assertEquals(1, lines("senior").size());
        assertFalse(String.join("", files().values()).contains("fjord"));
        assertTrue(files().get("manifest.json").contains("\"turnsForSenior\": 1"), files().get("manifest.json"));
        export();
        assertFalse(String.join("", files().values()).contains("fjord"));
    }

    @Test
    void erase_userInTheFiles_takesTheirLinesAndConsentAway() throws Exception {
        talk(ANN, "s", "What is a fjord?", "A long inlet of the sea.");
        talk(BOB, "b", "What is a lagoon?", "Shallow water.");
        consent(ANN, BOB);
        Files.writeString(dir.resolve("turns-0123456789abcdef-2026-03-02.jsonl"), "{}\n");
        export();

        nights.store.erase(Owner.of(ANN));
        nights.memory.erase(ANN);

        assertFalse(nights.memory.dataSetConsent().isGiven(ANN));
        assertFalse(String.join("", files().values()).contains("fjord"));
        assertTrue(String.join("", files().values()).contains("lagoon"));
        assertEquals(5, files().size(), files().keySet().toString());
    }

    @Test
    void export_withoutAGuard_writesNothing() throws Exception {
        nights.close();
        nights = Nights.inMemory();
        talk(ANN, "s", "What is a fjord?", "A long inlet of the sea.");
        consent(ANN);

        export();

        assertEquals(Map.of(), files());
    }

    @Test
    void withdraw_fileThatCannotBeDeleted_sparesNoOther() throws Exception {
        talk(ANN, "s", "What is a fjord?", "A long inlet of the sea.");
        consent(ANN);
        export();
        assertFalse(lines("senior").isEmpty());
        Path stuck = Files.createDirectories(dir.resolve("turns-old.jsonl").resolve("inside"));

        ArkestraException failed = assertThrows(
                ArkestraException.class, () -> nights.memory.dataSetConsent().withdraw(ANN));

        assertTrue(failed.getMessage().contains("turns-old.jsonl"), failed.getMessage());
        assertTrue(Files.exists(stuck));
        try (Stream<Path> left = Files.list(dir)) {
            assertEquals(List.of(stuck.getParent()), left.toList());
        }
    }

    @Test
    void export_directoryThatIsAFile_failsAloneAndSaysSo() throws Exception {
        talk(ANN, "s", "I live in Oslo.", "Noted.");
        consent(ANN);
        Path file = Files.writeString(dir.resolve("file"), "");

        SleepOutcome outcome = nights.memory.sleep(SleepRequest.all().export(file));

        assertFalse(outcome.complete());
        assertTrue(outcome.entries().stream()
                .anyMatch(entry -> entry.id().equals("export") && entry.reason().contains("memory.exportTo")));
        assertEquals(1, nights.facts(ANN).size());
    }

    /** Who disliked what. */
    private record Feedback(Set<String> disliked) implements TurnRecords {
        @Override
        public void forget(DocTransaction transaction, UserId user, TurnId turn) {
            // nothing is kept
        }

        @Override
        public boolean isDisliked(DocTransaction transaction, UserId user, TurnId turn) {
            return disliked.contains(turn.value());
        }
    }

    /** Replaces every number. */
    private static final class NoDigits implements Guard {
        @Override
        public GuardResult inspect(String text, GuardContext context) {
            boolean masks = context.direction() == GuardContext.Direction.TO_REMOTE_MODEL;
            return GuardResult.of(masks ? text.replaceAll("\\d+", "#") : text, List.of());
        }

        @Override
        public GuardStream stream(GuardContext context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String version() {
            return "no-digits 1";
        }
    }
}
