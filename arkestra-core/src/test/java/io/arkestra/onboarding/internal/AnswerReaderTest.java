package io.arkestra.onboarding.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
    private static final ZonedDateTime NOW = ZonedDateTime.of(2026, 5, 5, 9, 0, 0, 0, ZoneId.of("UTC"));

    private final AnswerReader reader = new AnswerReader();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "NAME | Ann | {\"name\":\"Ann\"}",
                "NAME | I'm Ann Smith. | {\"name\":\"Ann Smith\"}",
                "NAME | Меня зовут Анна Петровна | {\"name\":\"Анна Петровна\"}",
                "NAME | зови меня Аня | {\"name\":\"Аня\"}",
                "NAME | I would rather not say that to you | none",
                "NAME | Why do you ask? | none",
                "ADDRESS | на ты | {\"form\":\"familiar\"}",
                "ADDRESS | Лучше на «вы» | {\"form\":\"formal\"}",
                "ADDRESS | formal | {\"form\":\"formal\"}",
                "ADDRESS | informal please | {\"form\":\"familiar\"}",
                "ADDRESS | Dr., formal | {\"form\":\"formal\",\"title\":\"Dr.\"}",
                "ADDRESS | Professor | {\"title\":\"Professor\",\"form\":\"formal\"}",
                "ADDRESS | green | none",
                "LANGUAGE | English | {\"language\":\"en\"}",
                "LANGUAGE | по-русски | {\"language\":\"ru\"}",
                "LANGUAGE | Klingon | none",
                "ZONE | Berlin | {\"zone\":\"Europe/Berlin\"}",
                "ZONE | в Екатеринбурге | {\"zone\":\"Asia/Yekaterinburg\"}",
                "ZONE | I live in Tokyo | {\"zone\":\"Asia/Tokyo\"}",
                "ZONE | UTC+3 | {\"zone\":\"+03:00\"}",
                "ZONE | America/New_York | {\"zone\":\"America/New_York\"}",
                "ZONE | somewhere nice | none",
                "TONE | Short and funny | {\"tone\":[\"brief\",\"playful\"]}",
                "TONE | серьёзно и подробно | {\"tone\":[\"detailed\",\"serious\"]}",
                "TONE | like a pirate | {\"tone\":[\"like a pirate\"]}",
                "GOALS | my goal is to run a marathon | {\"goals\":[\"run a marathon\"]}",
                "GOALS | выучить эстонский | {\"goals\":[\"выучить эстонский\"]}",
                "BOUNDARIES | не говори о политике | {\"boundaries\":[\"политике\"]}",
                "BOUNDARIES | my weight | {\"boundaries\":[\"my weight\"]}"
            })
    void read_answer_isTakenIntoTheProfile(Step step, String answer, String profile) {
        Optional<Json> read = reader.read(step, Json.emptyObject(), answer, NOW);

        assertEquals(profile, read.map(Json::toString).orElse("none"));
    }

    @Test
    void read_thatOfEachMessage_takesTheChosenLanguageAway() {
        Json chosen = Json.object().put("language", "ru").build();
        assertEquals(Optional.of(Json.emptyObject()), reader.read(Step.LANGUAGE, chosen, "that of each message", NOW));
        assertEquals(
                Optional.of(Json.emptyObject()), reader.read(Step.LANGUAGE, chosen, "на языке каждого сообщения", NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"skip", "Skip it, please", "next!", "Пропустить", "не важно", "дальше", "не знаю"})
    void skips_wordsForIt_skipAnyQuestion(String answer) {
        assertTrue(reader.skips(Step.NAME, answer));
    }

    @Test
    void skips_nothing_skipsOnlyWhereThereMayBeNothing() {
        assertTrue(reader.skips(Step.BOUNDARIES, "Нет."));
        assertTrue(reader.skips(Step.GOALS, "nothing"));
        assertFalse(reader.skips(Step.NAME, "нет"));
    }

    @Test
    void putsOff_wordsForLater_only() {
        assertTrue(reader.putsOff("Later, please!"));
        assertTrue(reader.putsOff("потом"));
        assertFalse(reader.putsOff("I stop smoking"));
    }
}
