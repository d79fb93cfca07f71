package io.arkestra.persona.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmMessage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.UserState;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromptsTest {
    private static final PromptBlocks.Env ENV = new PromptBlocks.Env(
            ZonedDateTime.of(2026, 5, 5, 9, 0, 0, 0, ZoneId.of("UTC")), Locale.ENGLISH, "Ann", false);
    private static final JuniorReport JUNIOR =
            JuniorReport.understood(Intent.GREETING, Json.emptyObject(), List.of(), "", 0.9);

    private static LlmMessage message(PromptBlocks.State state) {
        return new Prompts("Arkestra")
                .seniorMessage("Hello", ENV, state, JUNIOR, Recall.empty(), PromptBlocks.Style.NONE, Set.of());
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
}
