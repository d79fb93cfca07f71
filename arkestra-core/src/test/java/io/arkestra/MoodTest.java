package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.event.Delivery;
import io.arkestra.event.Events;
import io.arkestra.event.Topic;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.Sampling;
import io.arkestra.neuro.Mediator;
import io.arkestra.neuro.NeuroChange;
import io.arkestra.neuro.NeuroLevels;
import io.arkestra.neuro.Preset;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The mood through whole turns: moved, kept, shown, brought back, forgotten; and that it never decides about tools. */
@Timeout(120)
class MoodTest {
    private static final UserId ANN = UserId.of("ann");
    private static final UserId BOB = UserId.of("bob");
    private static final SessionId TALK = SessionId.of("talk");
    private static final String JOY =
            "{\"endorphin\":1,\"dopamine\":100,\"oxytocin\":1,\"cortisol\":-1,\"acetylcholine\":0.1}";

    private final ManualClock clock = ManualClock.at(Instant.parse("2026-05-05T09:00:00Z"));
    private final RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"Noted.\"}");

    private static RecordingLlm junior(String update) {
        return RecordingLlm.writing((request, cancel) -> "{\"intent\":\"statement\",\"slots\":{},\"tools_hint\":[],"
                + "\"style_directive\":\"\",\"rag_query\":\"\",\"neuro_update\":" + update + ",\"confidence\":0.6}");
    }

    private Arkestra open(String update) {
        return Arkestra.builder()
                .clock(clock)
                .junior(Llm.client(junior(update)))
                .senior(Llm.client(senior))
                .build();
    }

    private Sampling sampling(int request) {
        return senior.requests().get(request).sampling();
    }

    @Test
    void turns_thatAskForJoy_moveLevelsWithinLimitsAndChangeSamplingAndStyle() {
        try (Arkestra arkestra = open(JOY)) {
            Session session = arkestra.session(ANN, TALK);
            session.ask("What a day");
            NeuroLevels first = arkestra.neuro().levels(ANN);
            assertEquals(0.55, first.level(Mediator.ENDORPHIN), 1e-6);
            assertEquals(0.05, first.level(Mediator.CORTISOL), 1e-6);
            for (int i = 0; i < 5; i++) {
                session.ask("And more");
            }
            NeuroLevels last = arkestra.neuro().levels(ANN);
            assertEquals(0.8, last.level(Mediator.ENDORPHIN), 1e-6, "0.4 is the most within an hour");
            Preset preset = arkestra.neuro().preset(ANN);
            assertTrue(preset.words(Locale.ENGLISH).contains("a little playful"));
            assertEquals(preset.temperature(), sampling(5).temperature().orElseThrow(), 1e-9);
            assertEquals(preset.topP(), sampling(5).topP().orElseThrow(), 1e-9);
            assertEquals(preset.maxTokens(), sampling(5).maxTokens());
            assertTrue(sampling(5).temperature().orElseThrow() > 0.7);
            Json style = senior.lastMessage(5).data("style").orElseThrow();
            assertTrue(style.list("mood").contains(Json.of("a little playful")), style.toString());
            assertFalse(senior.requests().get(5).messages().get(0).rendered().contains("a little playful"));
        }
    }

    @Test
    void words_forARussianMessage_areRussian() {
        try (Arkestra arkestra = open(JOY)) {
            Session session = arkestra.session(ANN, TALK);
            session.ask("Какой день");
            session.ask("И ещё");
            session.ask("И ещё раз");
        }
        assertTrue(senior.lastMessage(2).data("style").orElseThrow().toString().contains("с лёгкой шуткой"));
    }

    @Test
    void levels_asTimePasses_goBackToTheirBase() {
        try (Arkestra arkestra = open(JOY)) {
            arkestra.session(ANN, TALK).ask("What a day");
            double base = arkestra.neuro().base().level(Mediator.ENDORPHIN);
            clock.advance(Duration.ofHours(1));
            assertEquals(base + 0.075, arkestra.neuro().levels(ANN).level(Mediator.ENDORPHIN), 1e-6);
            clock.advance(Duration.ofHours(6));
            assertEquals(base, arkestra.neuro().levels(ANN).level(Mediator.ENDORPHIN), 0.0015);
        }
    }

    @Test
    void users_ofOneEngine_haveMoodsOfTheirOwn() {
        try (Arkestra arkestra = open(JOY)) {
            arkestra.session(ANN, TALK).ask("What a day");
            assertEquals(arkestra.neuro().base(), arkestra.neuro().levels(BOB));
            assertEquals(List.of(), arkestra.neuro().history(BOB));
        }
    }

    @Test
    void change_ofATurn_isInHistoryEventAndExplanation() {
        List<Events.NeuroChanged> events = new CopyOnWriteArrayList<>();
        try (Arkestra arkestra = open(JOY)) {
            arkestra.events()
                    .subscribe(Set.of(Topic.NEURO), Delivery.sync(), event -> events.add((Events.NeuroChanged) event));
            Reply reply = arkestra.session(ANN, TALK).ask("What a day");
            NeuroChange change = arkestra.neuro().history(ANN).get(0);
            assertEquals(NeuroChange.Cause.TURN, change.cause());
            assertEquals(reply.turn().value(), change.turn());
            assertEquals(1, change.asked().change(Mediator.ENDORPHIN), 1e-9);
            assertEquals(0.15, change.applied().change(Mediator.ENDORPHIN), 1e-6);
            assertEquals(1, events.size());
            assertEquals(reply.turn(), events.get(0).turn().orElseThrow());
            assertEquals(0.15, events.get(0).applied().change(Mediator.ENDORPHIN), 1e-9);
            Explanation.Step feel = arkestra.explain(Scope.of(ANN), reply.turn()).orElseThrow().steps().stream()
                    .filter(step -> step.stage().equals("feel"))
                    .findFirst()
                    .orElseThrow();
            for (String part : List.of("levels", "asked", "applied", "preset", "moved", "ways")) {
                assertTrue(feel.detail().has(part), () -> part + " is missing in " + feel.detail());
            }
            assertTrue(feel.detail().list("moved").toString().contains("endorphin +"));
        }
    }

    @Test
    void history_ofMoreTurnsThanItKeeps_dropsTheOldest(@TempDir Path home) throws IOException {
        persona(home, "neuro: {history: {most: 3, keep: P1D}}");
        try (Arkestra arkestra = Arkestra.builder()
                .home(home)
                .clock(clock)
                .memory(memory -> memory.lexicalOnly())
                .junior(Llm.client(junior("{\"histamine\":0.01}")))
                .senior(Llm.client(senior))
                .build()) {
            for (int i = 0; i < 5; i++) {
                arkestra.session(ANN, TALK).ask("More " + i);
                clock.advance(Duration.ofMinutes(1));
            }
            List<NeuroChange> history = arkestra.neuro().history(ANN);
            assertEquals(3, history.size());
            assertEquals(Instant.parse("2026-05-05T09:04:00Z"), history.get(0).at());
            clock.advance(Duration.ofHours(24));
            assertEquals(List.of(), arkestra.neuro().history(ANN));
        }
    }

    private static void persona(Path home, String yaml) throws IOException {
        Files.writeString(home.resolve("arkestra.yaml"), "persona: {file: mine.yaml}");
        Files.writeString(home.resolve("mine.yaml"), yaml);
    }

    @Test
    void personaFile_withAMistake_isRefusedWithItsPlace(@TempDir Path home) throws IOException {
        persona(home, "neuro:\n  mediators:\n    gaba: {bass: 0.4}\n");
        ConfigException failure = assertThrows(
                ConfigException.class, () -> Arkestra.builder().home(home).build());
        assertTrue(
                String.valueOf(failure.getMessage()).contains("mine.yaml:3:12: 'neuro.mediators.gaba.bass'"),
                failure::getMessage);
    }

    @Test
    void moodThatIsSwitchedOff_leavesSamplingToTheModel(@TempDir Path home) throws IOException {
        persona(home, "neuro: {enabled: false}\nlearning: {enabled: false}");
        try (Arkestra arkestra = Arkestra.builder()
                .home(home)
                .clock(clock)
                .memory(memory -> memory.lexicalOnly())
                .junior(Llm.client(junior(JOY)))
                .senior(Llm.client(senior))
                .build()) {
            arkestra.session(ANN, TALK).ask("What a day");
            assertEquals(arkestra.neuro().base(), arkestra.neuro().levels(ANN));
        }
        assertTrue(sampling(0).temperature().isEmpty());
    }

    @Test
    void sleep_bringsLevelsToTheirBaseOnce() {
        try (Arkestra arkestra = open(JOY)) {
            arkestra.session(ANN, TALK).ask("What a day");
            assertEquals(1, arkestra.sleep().memory().count("moods"));
            assertEquals(
                    arkestra.neuro().base().level(Mediator.ENDORPHIN),
                    arkestra.neuro().levels(ANN).level(Mediator.ENDORPHIN),
                    1e-9);
            assertEquals(
                    NeuroChange.Cause.SLEEP,
                    arkestra.neuro().history(ANN).get(0).cause());
            assertEquals(0, arkestra.sleep().memory().count("moods"));
            assertEquals(2, arkestra.neuro().history(ANN).size());
        }
    }

    @Test
    void reset_bringsLevelsToTheirBaseAndDoesNotLiftTheLimits() {
        try (Arkestra arkestra = open(JOY)) {
            for (int i = 0; i < 3; i++) {
                arkestra.session(ANN, TALK).ask("More " + i);
            }
            arkestra.neuro().reset(ANN);
            assertEquals(0.4, arkestra.neuro().levels(ANN).level(Mediator.ENDORPHIN), 1e-9);
            arkestra.session(ANN, TALK).ask("And again");
            assertEquals(0.4, arkestra.neuro().levels(ANN).level(Mediator.ENDORPHIN), 1e-6);
        }
    }

    @Test
    void levels_afterARestart_areThoseOfBefore(@TempDir Path home) {
        double before;
        try (Arkestra arkestra = Arkestra.builder().home(home).clock(clock).build()) {
            arkestra.session(ANN, TALK).ask("Thank you, that was great!");
            before = arkestra.neuro().levels(ANN).level(Mediator.OXYTOCIN);
            assertTrue(before > arkestra.neuro().base().level(Mediator.OXYTOCIN), "rules feel praise, too");
        }
        try (Arkestra arkestra = Arkestra.builder().home(home).clock(clock).build()) {
            assertEquals(before, arkestra.neuro().levels(ANN).level(Mediator.OXYTOCIN), 1e-6);
        }
    }

    @Test
    void person_whoIsExportedAndForgotten_takesTheMoodAlong(@TempDir Path directory) {
        Path zip = directory.resolve("ann.zip");
        try (Arkestra arkestra = open(JOY)) {
            arkestra.session(ANN, TALK).ask("What a day");
            assertTrue(arkestra.people().export(ANN, zip).documents().get("neuro") >= 2);
            arkestra.people().forget(ANN);
            assertEquals(0, documents(arkestra, ANN));
            assertEquals(arkestra.neuro().base(), arkestra.neuro().levels(ANN));
            arkestra.people().importFrom(BOB, zip);
            assertEquals(0.55, arkestra.neuro().levels(BOB).level(Mediator.ENDORPHIN), 1e-6);
            assertEquals(1, arkestra.neuro().history(BOB).size());
        }
    }

    @Test
    void message_thatIsForgotten_takesTheRecordOfItsTurnAlong() {
        try (Arkestra arkestra = open(JOY)) {
            Session session = arkestra.session(ANN, TALK);
            Reply kept = session.ask("What a day");
            Reply gone = session.ask("And what a night");
            arkestra.memory().forgetMessage(Scope.of(ANN), gone.turn().value() + "-0");
            assertEquals(
                    List.of(kept.turn().value()),
                    arkestra.neuro().history(ANN).stream()
                            .map(NeuroChange::turn)
                            .toList());
            assertEquals(
                    List.of(kept.turn().value()),
                    arkestra.learning().explain(ANN).recent().stream()
                            .map(choice -> choice.turn())
                            .distinct()
                            .toList());
        }
    }

    private static int documents(Arkestra arkestra, UserId user) {
        return arkestra.store()
                .inTransaction(tx -> tx.find("neuro", Owner.of(user), DocQuery.all()))
                .docs()
                .size();
    }

    /** A junior that asks for extremes gets a mood, and no more of the tools than one that asks for none. */
    @Test
    void extremeUpdates_neverChangeWhatThePolicySeesOrDecides() {
        List<String> seen = new CopyOnWriteArrayList<>();
        List<List<ToolUse>> uses = new CopyOnWriteArrayList<>();
        List<List<String>> offered = new CopyOnWriteArrayList<>();
        StringBuilder all = new StringBuilder();
        for (Mediator mediator : Mediator.values()) {
            all.append(all.isEmpty() ? "" : ",")
                    .append('"')
                    .append(mediator.word())
                    .append("\":1");
        }
        for (String update : List.of("{}", "{" + all + "}", "{" + all.toString().replace(":1", ":-1") + "}")) {
            RecordingLlm calling = RecordingLlm.writing(MoodTest::call);
            try (Arkestra arkestra = Arkestra.builder()
                    .clock(clock)
                    .memory(memory ->
                            memory.lexicalOnly()) // vectors of tools come in while turns run, and change the order
                    .junior(Llm.client(junior(update)))
                    .senior(Llm.client(calling))
                    .policy(policy -> policy.deny("note.create").add((action, scope) -> {
                        seen.add(update + " " + action);
                        return io.arkestra.policy.Decision.abstain();
                    }))
                    .build()) {
                for (int turn = 0; turn < 4; turn++) {
                    Reply reply = arkestra.session(ANN, TALK).ask("Do it, turn " + turn);
                    uses.add(reply.toolUses());
                }
                calling.requests().forEach(request -> offered.add(RecordingLlm.offeredTools(request)));
            }
        }
        assertEquals(12, uses.size());
        uses.forEach(use -> assertEquals(List.of(new ToolUse("note.create", "denied")), use));
        int each = offered.size() / 3;
        for (int i = 0; i < offered.size(); i++) {
            assertEquals(offered.get(i % each), offered.get(i), "what is offered goes by the message, not by the mood");
        }
        offered.forEach(names -> assertFalse(names.contains("note.create")));
        for (String update : List.of("{}", "{" + all + "}")) {
            assertEquals(
                    seen.stream()
                            .filter(line -> line.startsWith("{} "))
                            .map(line -> line.substring(3))
                            .toList(),
                    seen.stream()
                            .filter(line -> line.startsWith(update + " "))
                            .map(line -> line.substring(update.length() + 1))
                            .toList());
        }
    }

    private static String call(LlmRequest request, io.arkestra.common.Cancellation cancel) {
        return request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL
                ? "{\"text\":\"I may not.\"}"
                : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.create\",\"arguments\":{\"text\":\"x\"}}]}";
    }
}
