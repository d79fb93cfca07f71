package io.arkestra.offline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.persona.internal.Intent;
import io.arkestra.persona.internal.JuniorReport;
import java.time.ZonedDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

class OfflineRulesTest {
    /** A Sunday morning. */
    private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-03-01T09:00:00+03:00[Europe/Moscow]");

    private final RuleJunior junior = new RuleJunior();

    @ParameterizedTest(name = "{1} -> {0}")
    @CsvFileSource(resources = "phrases.csv", delimiter = '|', quoteCharacter = '^', numLinesToSkip = 1)
    void decide_phrase_isUnderstood(String intent, String message, String slot) {
        JuniorReport report = junior.decide(message, NOW);
        assertEquals(intent, report.intent().word(), () -> report.toJson().toString());
        if (slot != null) {
            String value = switch (report.intent()) {
                case SET_NAME -> report.slot("name");
                case SET_ZONE -> report.slot("zone");
                case HISTORY -> report.slot("topic");
                case QUESTION -> report.recallQuery();
                case REMIND -> report.slot("timed");
                default -> report.slot("text");
            };
            assertEquals(slot.equals("-") ? "" : slot, value);
        }
    }

    @ParameterizedTest(name = "{1} is no {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "set-name | call me back tomorrow",
                "set-name | call me at 5",
                "set-name | Call me when you are ready",
                "set-name | call me a taxi",
                "set-name | call me later",
                "set-name | my name is not important here at all",
                "set-name | меня зовут в гости",
                "set-name | Меня зовут на вечеринку",
                "set-name | зови меня завтра",
                "remember | Do you remember that I like tea?",
                "remember | Remember when we met?",
                "remember | Remember my dog?",
                "remember | remember to call mum?",
                "remember | Помнишь, что я люблю чай?",
                "remember | I remember that day",
                "remember | Я запомнил, что ты сказал",
                "note | notebooks are on the table",
                "note | The note is on the door",
                "note | Заметки мои лежат на столе",
                "remind | Tomorrow at 9 I have a dentist appointment",
                "remind | Завтра в 9 у меня врач",
                "remind | At 9 my alarm rings",
                "remind | What did I say at 9?",
                "remind | Напомни, как зовут мою собаку",
                "remind | Remind me what my dog is called",
                "remind | The meeting is tomorrow at 9",
                "remind | Встреча завтра в 9",
                "remind | don't remind me about the dentist",
                "cancel-reminder | I want to cancel my subscription",
                "list-notes | notes are important",
                "list-reminders | I set two reminders yesterday",
                "greeting | Hello Kitty is my favourite",
                "greeting | hi, what is my name?",
                "thanks | Thanks to my sister I found it",
                "goodbye | bye is an English word",
                "goodbye | пока не знаю",
                "ask-name | what is my dog's name?",
                "ask-name | как зовут мою собаку?",
                "ask-time | what time is the meeting?",
                "ask-time | what is the date of my exam?",
                "ask-time | какой час пик?",
                "set-zone | The meeting is at 9 UTC",
                "history | What is my favourite film?",
                "question | I know what I want",
                "question | The question is hard",
                "statement | What a day?"
            })
    void decide_nearMiss_isSomethingElse(String intent, String message) {
        assertNotEquals(intent, junior.decide(message, NOW).intent().word());
    }

    @Test
    void decide_sameMessage_sameReport() {
        for (String message : java.util.List.of("Remember that I like tea", "что я говорил вчера о машине?", "hi")) {
            assertEquals(
                    junior.decide(message, NOW).toJson(),
                    new RuleJunior().decide(message, NOW).toJson());
        }
    }

    @Test
    void decide_anyText_givesAReport() {
        String alphabet = "remind me напомни remember , . ? ! : завтра at 9 call me note \uD83D\uDE00 \n\t’`\"{}ё";
        String[] pieces = alphabet.split("(?<= )");
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder("x");
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            JuniorReport report = junior.decide(text.toString(), NOW);
            assertTrue(report.confidence() > 0);
        }
    }

    @Test
    void decide_longMessage_isNoHarderThanItsLength() {
        long start = System.nanoTime();
        for (String word :
                java.util.List.of("remember ", "please ", "a ", "напомни, ", "ну ", "note - ", "? ", "who is ")) {
            Intent intent =
                    junior.decide(word.repeat(60_000 / word.length()), NOW).intent();
            assertTrue(intent != null);
        }
        assertTrue(System.nanoTime() - start < 20_000_000_000L, "took too long");
    }
}
