package io.arkestra.guard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardContext.Direction;
import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardResult;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatternGuardTest {

    private static final GuardContext TO_USER = GuardContext.of(Direction.TO_USER);

    private final PatternGuard guard = new PatternGuard();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "пиши на ivan.petrov@mail.ru, жду | пиши на ***, жду",
                "иван@почта.рф | ***",
                "ИВАН.петров+тег@пример.испытание! | ***!",
                "x@xn--80a1acny.xn--p1ai. | ***.",
                "mailto:a_b@uni.edu.example?subject=x | mailto:***?subject=x",
                "u?id=1&mail=x1@gmail.com&z=2 | u?id=1&mail=***&z=2",
                "'o'hara@mail.ru' | '***'",
                "Anna <anna@example.org>, | Anna <***>,",
                "j@mail.ru-сайт | ***-сайт",
                "a@b.com@c.org | ***",
                "x＠mail.ru | ***",
                "a@b.co c@d.org | *** ***",
            })
    void inspect_emailInText_isMaskedWhole(String text, String expected) {
        assertEquals(expected, guard.inspect(text, TO_USER).text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Позвони мне +7 927 900-48-80, срочно | Позвони мне ***, срочно",
                "+7(963)4892596 | ***",
                "(+7 963 489 25 96) | (***)",
                "+79123311943 25 февраля | *** 25 февраля",
                "+7 912 331 19 43 25 февраля | *** 25 февраля",
                "+375 29 179-66-52 | ***",
                "+49 30 310102 | ***",
                "+44 20 7946 1748 | ***",
                "+46 (0)8 928 571 38 fax | *** fax",
                "001-518-640-0854 | ***",
                "8 (911) 575-44-48 | ***",
                "8-973-602-47-98 | ***",
                "8 (8442) 12-34-56 | ***",
                "8 800 555 35 35 | ***",
                "кто звонил с 89979079033? | кто звонил с ***?",
                "https://wa.me/79123311943 | https://wa.me/***",
                "916-123-45-67 | ***",
                "(212) 555-5231 or 541-714-1388 | *** or ***",
                "1-800-555-0199 | ***",
                "тел. 310-10-25 | тел. ***",
                "тел.89161234567 | тел.***",
                "Call me on 9472 7916? | Call me on ***?",
                "Phone: 01.84.17.61.18 | Phone: ***",
                "позвони на 4950000000 до 10:30 | позвони на *** до 10:30",
                "телефоны 89979079033, 89979079034 | телефоны ***, ***",
                "+7\u00a0912\u00a0331\u201119\u201143 | ***",
            })
    void inspect_phoneInText_isMaskedWhole(String text, String expected) {
        assertEquals(expected, guard.inspect(text, TO_USER).text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "Карта 2202 1373 9630 0867, срок 12/27 | Карта ***, срок 12/27",
                "карта 2200665526851914 | карта ***",
                "4013-3961-5168-7844 | ***",
                "370322854694932 | ***",
                "6225112457135500530 | ***",
                "4407473077918 | ***",
                "5160\u00a01569\u00a08702\u00a09308 | ***",
                "4012888888881881 4012-8888-8888-1881 4012 8888 8888 1881 | *** *** ***",
                "4012 8888 8888 1881 123 | *** 123",
                "card number 630427373398 is lost | card number *** is lost",
            })
    void inspect_cardInText_isMaskedWhole(String text, String expected) {
        assertEquals(expected, guard.inspect(text, TO_USER).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Напоминание: 25.02.2026 09:00 позвонить маме",
                "позвони 25.02.2026 09:00 и 2026-02-25 10:15:30",
                "call me 2026-02-25 09:00 or 25-02-2026 10 30",
                "звони с 10.30-11.00 или 9-00 - 10-30",
                "звони 25.02-28.02.2026",
                "в 2026-02-25T06:00:00.123456Z",
                "id 550e8400-e29b-41d4-a716-446655440000",
                "uuid 35932765-7322-4595-8123-123456789012",
                "commit 1057ee89e340533d28117ca1220c86a548e17744",
                "версия 10.0.19045.3803, 17.0.12.1 и 1.2.3.4.5",
                "заказ 1185768769 от 12.03.2026 на 15 900 руб.",
                "позвони, заказ 1185768769 готов",
                "заказ № 89161234567",
                "сообщение пришло в 1763297127672",
                "счёт-фактура № 4928143481481180, сумма 1 234 567,89",
                "ИНН 7718845528, ОГРН 1081851594077, СНИЛС 89340187922",
                "координаты 55.751244, 37.618423",
                "позвони, это стоит 1 234 567 руб",
                "call in 1000000 seconds",
                "Call me in 2026 2027",
                "карта 2202 1373 9630 0868",
                "pi is 3.14159265358979",
                "12345678901234567890123456789012345678901234567890",
                "a@b, @user, user@localhost, x@1.2, @@, @.ru, foo@bar",
                "C++11, +100500, 1+1=2",
                "",
            })
    void inspect_whatOnlyLooksLikeAValue_staysAsItIs(String text) {
        GuardResult result = guard.inspect(text, TO_USER);

        assertEquals(text, result.text());
        assertFalse(result.changed());
    }

    @Test
    void inspect_severalValues_reportsTypeRuleAndOffsetsInTheOriginal() {
        GuardResult result = guard.inspect("a@b.org, 4012888888881881, +79123311943", TO_USER);

        assertEquals("***, ***, ***", result.text());
        assertEquals(
                List.of(
                        GuardFinding.of("EMAIL", 0, 7, "email"),
                        GuardFinding.of("CREDIT_CARD", 9, 25, "card"),
                        GuardFinding.of("PHONE", 27, 39, "phone")),
                result.findings());
    }

    @ParameterizedTest
    @EnumSource
    void inspect_everyDirection_masksOnlyWhereTheValuesMustNotGo(Direction direction) {
        Set<Direction> masked = EnumSet.of(Direction.TO_USER, Direction.TO_REMOTE_MODEL, Direction.TO_LOG);
        GuardResult result = guard.inspect("a@b.org", GuardContext.of(direction));

        assertEquals(masked.contains(direction) ? "***" : "a@b.org", result.text());
        assertEquals(masked.contains(direction), result.changed());
    }

    @Test
    void inspect_directionsGiven_masksThoseOnly() {
        PatternGuard storeOnly = new PatternGuard(GuardSettings.defaults()
                .with(Channel.TO_OTHERS, GuardSettings.PII, Action.ALLOW)
                .with(Channel.TO_STORE, GuardSettings.PII, Action.MASK));

        assertEquals("a@b.org", storeOnly.inspect("a@b.org", TO_USER).text());
        assertEquals(
                "***",
                storeOnly
                        .inspect("a@b.org", GuardContext.of(Direction.TO_STORE))
                        .text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@",
                "@a",
                "a.a@a.aa",
                "1 ",
                "11 11 ",
                "1",
                "+1",
                "(1",
                "+",
                "(",
                "a",
                "a 11 11 11 ",
                "call 11 11 11 ",
                "4203 2846 3007 2509 ",
                "тел 11-",
                "\ud83d",
                "key=",
                "password: a1 ",
                "a b ",
                "f*",
                "-----BEGIN PRIVATE KEY-----",
                "."
            })
    void inspect_megabyteOfAlmostValues_takesTimeInProportion(String unit) {
        String text = unit.repeat(1_000_000 / unit.length());

        assertTimeout(Duration.ofSeconds(30), () -> guard.inspect(text, TO_USER), unit);
    }

    @ParameterizedTest
    @CsvSource({
        // floors: precision, recall, leak ceiling
        "own-ru-en.jsonl, EMAIL, 1.0, 1.0, 0.0",
        "own-ru-en.jsonl, PHONE, 0.98, 0.98, 0.02",
        "own-ru-en.jsonl, CREDIT_CARD, 1.0, 1.0, 0.0",
        "own-ru-en.jsonl, IBAN, 1.0, 1.0, 0.0",
        "own-ru-en.jsonl, RU_INN, 1.0, 1.0, 0.0",
        "own-ru-en.jsonl, RU_OGRN, 1.0, 1.0, 0.0",
        "own-ru-en.jsonl, RU_SNILS, 1.0, 1.0, 0.0",
        "own-ru-en.jsonl, RU_PASSPORT, 0.98, 0.98, 0.02",
        "own-ru-en.jsonl, US_SSN, 0.98, 0.98, 0.02",
        "own-ru-en.jsonl, IP_ADDRESS, 0.98, 0.98, 0.02",
        "own-ru-en.jsonl, MAC_ADDRESS, 0.98, 0.98, 0.02",
        "own-ru-en.jsonl, CRYPTO_ADDRESS, 1.0, 1.0, 0.0",
        "own-ru-en.jsonl, SECRET, 0.98, 0.98, 0.02",
        "presidio-research.jsonl, EMAIL, 1.0, 1.0, 0.0",
        "presidio-research.jsonl, PHONE, 0.95, 0.95, 0.05",
        "presidio-research.jsonl, CREDIT_CARD, 1.0, 1.0, 0.0",
        "presidio-research.jsonl, IBAN, 1.0, 1.0, 0.0",
        "presidio-research.jsonl, US_SSN, 0.98, 0.98, 0.02",
        "presidio-unit.jsonl, IBAN, 1.0, 1.0, 0.0",
        "presidio-unit.jsonl, IP_ADDRESS, 0.95, 0.95, 0.05",
    })
    void inspect_labelledRows_reachesTheFloors(String set, String type, double precision, double recall, double leak) {
        int found = 0;
        int right = 0;
        int gold = 0;
        int hit = 0;
        int leaked = 0;
        for (GuardRow row :
                GuardRow.load(set).stream().filter(row -> row.judges(type)).toList()) {
            List<GuardFinding> findings = guard.inspect(row.text(), TO_USER).findings();
            for (GuardFinding finding : findings) {
                if (finding.type().equals(type)) {
                    found++;
                    right += row.gold().stream().anyMatch(g -> matches(g, finding)) ? 1 : 0;
                }
            }
            for (GuardRow.Gold value : row.gold()) {
                if (value.type().equals(type)) {
                    gold++;
                    hit += findings.stream().anyMatch(f -> matches(value, f)) ? 1 : 0;
                    leaked += findings.stream().anyMatch(f -> f.start() <= value.start() && f.end() >= value.end())
                            ? 0
                            : 1;
                }
            }
        }

        assertTrue(gold > 15, "the set has too few values of the type to judge: " + gold);
        assertTrue((double) right / found >= precision, "precision " + right + "/" + found);
        assertTrue((double) hit / gold >= recall, "recall " + hit + "/" + gold);
        assertTrue((double) leaked / gold <= leak, "leak " + leaked + "/" + gold);
    }

    @ParameterizedTest
    @ValueSource(strings = {"own-ru-en.jsonl", "presidio-unit.jsonl"})
    void inspect_rowsWithoutValues_areNotTouched(String set) {
        List<GuardRow> negatives =
                GuardRow.load(set).stream().filter(row -> row.gold().isEmpty()).toList();
        long changed = negatives.stream()
                .filter(row -> guard.inspect(row.text(), TO_USER).findings().stream()
                        .anyMatch(finding -> row.judges(finding.type())))
                .count();

        assertTrue(negatives.size() > 100);
        assertTrue(changed <= negatives.size() / 100, changed + " of " + negatives.size());
    }

    private static boolean matches(GuardRow.Gold gold, GuardFinding finding) {
        return gold.type().equals(finding.type()) && gold.start() < finding.end() && finding.start() < gold.end();
    }
}
