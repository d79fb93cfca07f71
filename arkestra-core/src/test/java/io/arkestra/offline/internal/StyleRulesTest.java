package io.arkestra.offline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.arkestra.persona.internal.Intent;
import io.arkestra.persona.internal.JuniorReport;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wishes of how to be spoken to. */
class StyleRulesTest {
    private static final ZonedDateTime NOW = ZonedDateTime.of(2026, 5, 5, 9, 0, 0, 0, ZoneId.of("UTC"));

    private final RuleJunior junior = new RuleJunior();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Be formal | tone | formal",
                "please be more formal | tone | formal",
                "Be less formal | tone | informal",
                "Could you be more casual? | tone | informal",
                "Be brief | tone | brief",
                "keep it short | tone | brief",
                "Answer more briefly, please | tone | brief",
                "Please give me more details | tone | detailed",
                "be more detailed | tone | detailed",
                "Talk to me with more humour | tone | playful",
                "be serious | tone | serious",
                "Answer in Russian | language | ru",
                "speak English | language | en",
                "answer in the language of each message | language | auto",
                "let's be on first-name terms | form | familiar",
                "Don't talk about politics | boundary | politics",
                "Please don't mention my divorce | boundary | my divorce",
                "never bring up my weight! | boundary | my weight",
                "avoid the topic of religion | boundary | religion",
                "my goal is to run a marathon | goal | run a marathon",
                "Говори короче | tone | brief",
                "говори, пожалуйста, короче | tone | brief",
                "Отвечай покороче | tone | brief",
                "отвечайте подробнее | tone | detailed",
                "Будь официальнее | tone | formal",
                "говори со мной проще | tone | informal",
                "отвечай серьёзнее | tone | serious",
                "Говори веселее! | tone | playful",
                "давай на ты | form | familiar",
                "Давай перейдём на «ты» | form | familiar",
                "обращайся ко мне на вы | form | formal",
                "обращайтесь ко мне на «вы» | form | formal",
                "Называй меня на ты | form | familiar",
                "можно на ты | form | familiar",
                "говори по-английски | language | en",
                "отвечай мне на русском | language | ru",
                "Не говори со мной о политике | boundary | политике",
                "Больше не упоминай мой развод | boundary | мой развод",
                "не поднимай тему работы | boundary | работы",
                "Моя цель — пробежать марафон | goal | пробежать марафон"
            })
    void decide_wish_isUnderstood(String message, String slot, String value) {
        JuniorReport report = junior.decide(message, NOW);

        assertEquals(Intent.SET_PROFILE, report.intent(), () -> report.toJson().toString());
        assertEquals(value, report.slot(slot));
        assertEquals(1, report.slots().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Should I be formal?",
                "I like short answers in exams",
                "Don't forget that I speak English",
                "My boss asked me to be brief",
                "Он говорит короче",
                "Я говорю по-английски",
                "Как будет по-английски кошка?",
                "Не говори так",
                "Don't mention it",
                "Мы давно на ты",
                "Call me Max",
                "Называй меня Макс"
            })
    void decide_somethingElse_isNoWish(String message) {
        assertNotEquals(Intent.SET_PROFILE, junior.decide(message, NOW).intent());
    }
}
