package io.arkestra.persona.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.UserState;
import io.arkestra.text.internal.Language;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromptsTest {
    private static final PromptBlocks.Env ENV = new PromptBlocks.Env(
            ZonedDateTime.of(2026, 5, 5, 9, 0, 0, 0, ZoneId.of("UTC")), Locale.ENGLISH, "Ann", false);
    private static final JuniorReport JUNIOR =
            JuniorReport.understood(Intent.GREETING, Json.emptyObject(), List.of(), "", 0.9);

    private static LlmMessage message(PromptBlocks.State state) {
        return message(Scene.of(ENV, state), List.of());
    }

    private static LlmMessage message(Scene scene, List<LlmMessage> before) {
        return new Prompts("Arkestra")
                .seniorMessage("Hello", scene, JUNIOR, Recall.empty(), PromptBlocks.Style.NONE, before, Set.of());
    }

    @Test
    void seniorMessage_withState_holdsItAfterTheSituationAndBeforeTheWords() {
        UserState portrait = UserState.of(
                "2026-05-04 Ann: I live in Berlin",
                List.of("I want to run a marathon"),
                List.of(),
                List.of("I like green tea"),
                List.of("I need to renew my passport"),
                Optional.empty());

        LlmMessage message = message(new PromptBlocks.State(true, portrait));

        assertEquals(Json.parse("""
                        {"opening": true, "lastSummary": "2026-05-04 Ann: I live in Berlin",
                         "goals": ["I want to run a marathon"], "preferences": ["I like green tea"],
                         "pending": ["I need to renew my passport"]}"""), message.data(PromptBlocks.STATE).orElseThrow());
        String rendered = message.rendered();
        assertTrue(rendered.indexOf("Berlin") > rendered.indexOf("\"zone\""), rendered);
        assertTrue(rendered.endsWith("Hello"), rendered);
    }

    @Test
    void seniorMessage_withoutState_hasNoBlockForIt() {
        assertTrue(message(PromptBlocks.State.NONE).data(PromptBlocks.STATE).isEmpty());
        assertTrue(message(new PromptBlocks.State(true, UserState.empty()))
                .data(PromptBlocks.STATE)
                .isEmpty());
    }

    @Test
    void state_readBack_isWhatWasWrittenButForAnOverlongSummary() {
        UserState portrait = UserState.of(
                "x".repeat(5_000), List.of("goal"), List.of("mood"), List.of(), List.of("open"), Optional.empty());

        PromptBlocks.State read = PromptBlocks.State.from(new PromptBlocks.State(false, portrait).toJson());

        assertEquals(801, read.portrait().lastSummary().length());
        assertEquals(List.of("goal"), read.portrait().goals());
        assertEquals(List.of("mood"), read.portrait().moods());
        assertEquals(List.of("open"), read.portrait().pending());
    }

    static Scene scene(String profile, Scene.EnvBrief brief) {
        return new Scene(Locale.ENGLISH, ENV, PromptBlocks.State.NONE, Json.parse(profile), brief, "");
    }

    private static Scene.EnvBrief in(String city) {
        return new Scene.EnvBrief("console", List.of(), Map.of("city", city), List.of(), List.of());
    }

    @Test
    void seniorMessage_profileAndSurroundingsAsBefore_areNotSentAgain() {
        LlmMessage first = message(scene("{\"form\":\"formal\"}", in("Berlin")), List.of());
        LlmMessage second = message(scene("{\"form\":\"formal\"}", in("Berlin")), List.of(first));

        assertEquals(
                "{\"form\":\"formal\"}",
                first.data(PromptBlocks.PROFILE).orElseThrow().toString());
        assertTrue(first.data(PromptBlocks.SITUATION).orElseThrow().toString().contains("Berlin"));
        assertTrue(second.data(PromptBlocks.PROFILE).isEmpty());
        assertTrue(second.data(PromptBlocks.SITUATION).isEmpty());
    }

    @Test
    void seniorMessage_surroundingsThatChangeAndChangeBack_areSentEachTime() {
        LlmMessage first = message(scene("{}", in("Berlin")), List.of());
        LlmMessage second = message(scene("{}", in("Tartu")), List.of(first));
        LlmMessage third = message(scene("{}", in("Berlin")), List.of(first, second));
        LlmMessage fourth = message(scene("{}", Scene.EnvBrief.NONE), List.of(first, second, third));

        assertTrue(second.data(PromptBlocks.SITUATION).orElseThrow().toString().contains("Tartu"));
        assertTrue(third.data(PromptBlocks.SITUATION).orElseThrow().toString().contains("Berlin"));
        assertEquals(Json.emptyObject(), fourth.data(PromptBlocks.SITUATION).orElseThrow());
    }

    @Test
    void env_ofSomebodyWhoIsSaidTyTo_isReadBackAsSuch() {
        PromptBlocks.Env familiar = new PromptBlocks.Env(ENV.now(), Language.familiar(Language.RUSSIAN), "Ann", false);

        assertTrue(Language.isFamiliar(PromptBlocks.Env.from(familiar.toJson()).language()));
        assertEquals("ru", familiar.toJson().text("language"));
    }
}
