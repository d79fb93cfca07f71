package io.arkestra.guard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.guard.GuardContext;
import io.arkestra.guard.GuardContext.Direction;
import io.arkestra.guard.GuardFinding;
import io.arkestra.guard.GuardResult;
import io.arkestra.guard.GuardStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MaskingStreamTest {

    private static final GuardContext TO_USER = GuardContext.of(Direction.TO_USER);
    private static final long SEED = 4711;

    private final PatternGuard guard = new PatternGuard();

    @Test
    void stream_realRowsInAnyChunks_equalsTheWholeText() {
        Random random = new Random(SEED);
        for (GuardRow row : rows()) {
            assertChunkingDoesNotMatter(row.text(), new Random(1), 1);
            assertChunkingDoesNotMatter(row.text(), random, 3);
            assertChunkingDoesNotMatter(row.text(), random, 20);
        }
    }

    @Test
    void stream_rowsJoinedToLongTexts_equalsTheWholeText() {
        Random random = new Random(SEED + 1);
        List<String> texts = new ArrayList<>(rows().stream().map(GuardRow::text).toList());
        for (int round = 0; round < 20; round++) {
            Collections.shuffle(texts, random);
            String joined = String.join(List.of("\n", " ", "", ". 😀 ").get(round % 4), texts.subList(0, 150));
            assertChunkingDoesNotMatter(joined, random, 1 + random.nextInt(30));
        }
    }

    @Test
    void stream_randomSoup_equalsTheWholeText() {
        Random random = new Random(SEED + 2);
        String[] pieces = {
            "a@b.ru",
            "@",
            ".",
            "-",
            " ",
            "  ",
            "(",
            ")",
            "+",
            "+7",
            "8",
            "(912)",
            "495",
            "1234",
            "45-67",
            "4012888888881881",
            "4012 8888",
            "8881881",
            "тел ",
            "call ",
            "заказ № ",
            "25.02.2026",
            "09:00",
            ":",
            ",",
            "\n",
            "й",
            "😀",
            "\ud83d",
            "\ude00",
            "xn--p1ai",
            "o'hara",
            "x".repeat(70),
            "7".repeat(25),
            "FR10 9291 4503",
            "руб",
            "office",
            "_",
            "%",
            "＠"
        };
        for (int round = 0; round < 4_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = 1 + random.nextInt(25); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            assertChunkingDoesNotMatter(text.toString(), random, 1 + random.nextInt(6));
        }
    }

    @Test
    void stream_longTextInSingleCharacters_equalsTheWholeTextBeyondTheForgottenPart() {
        String text = "слово 12 ".repeat(2_000) + "тел 310-10-25, " + "a".repeat(6_000) + "@mail.ru "
                + "9".repeat(6_000) + " 8 (911) 575-44-48";

        assertChunkingDoesNotMatter(text, new Random(SEED), 1);
    }

    @Test
    void push_anyPrefixReleased_containsNoPartOfAMaskedValue() {
        Random random = new Random(SEED + 3);
        for (GuardRow row : rows()) {
            GuardResult whole = guard.inspect(row.text(), TO_USER);
            GuardStream stream = guard.stream(TO_USER);
            StringBuilder released = new StringBuilder();
            for (String chunk : chunks(row.text(), random, 2)) {
                released.append(stream.push(chunk));
                assertTrue(whole.text().startsWith(released.toString()), row.text());
            }
        }
    }

    @Test
    void push_almostValuesOfAnyLength_holdsBackLessThanTheCap() {
        Stream.of("a", "1", "a@a.aa", "a@a.a.a.", "1 ", "4012 ", "+1", "8 911 1", "(", "x.")
                .forEach(unit -> {
                    GuardStream stream = guard.stream(TO_USER);
                    String text = unit.repeat(3_000 / unit.length());
                    GuardResult whole = guard.inspect(text, TO_USER);
                    int releasedTo = 0;
                    int pushed = 0;
                    for (char c : text.toCharArray()) {
                        pushed++;
                        releasedTo += stream.push(String.valueOf(c)).length();
                        int held = whole.changed() ? 0 : pushed - releasedTo;
                        assertTrue(held <= 540, unit + " holds " + held);
                    }
                });
    }

    @Test
    void push_prose_holdsAtMost24CharactersAt95Percent() {
        String prose = String.join(
                "\n",
                GuardRow.load("presidio-research.jsonl").stream()
                        .map(GuardRow::text)
                        .filter(text -> !guard.inspect(text, TO_USER).changed())
                        .toList());
        GuardStream stream = guard.stream(TO_USER);
        List<Integer> held = new ArrayList<>();
        int released = 0;
        for (int i = 0; i < prose.length(); i++) {
            released += stream.push(prose.substring(i, i + 1)).length();
            held.add(i + 1 - released);
        }
        Collections.sort(held);

        assertEquals(prose.length(), released + stream.finish().length());
        assertTrue(held.get(held.size() * 95 / 100) <= 24, "p95 " + held.get(held.size() * 95 / 100));
    }

    @Test
    void push_surrogatePairInTwoChunks_isReleasedInOnePiece() {
        GuardStream stream = guard.stream(TO_USER);

        String first = stream.push("ok \ud83d");
        String second = stream.push("\ude00") + stream.finish();

        assertFalse(first.contains("\ud83d"), first);
        assertEquals("ok 😀", first + second);
    }

    @Test
    void push_valueInTwoChunks_isHeldUntilItIsComplete() {
        GuardStream stream = guard.stream(TO_USER);

        assertEquals("пиши ", stream.push("пиши ivan.pet"));
        assertEquals("", stream.push("rov@mail"));
        assertEquals("", stream.push(".ru"));
        assertEquals("*** ", stream.push(" или "));
        assertEquals(List.of(GuardFinding.of("EMAIL", 5, 24, "email")), stream.findings());
    }

    @Test
    void push_directionThatMayHaveValues_passesAtOnce() {
        GuardStream stream = new PatternGuard(GuardSettings.off()).stream(TO_USER);

        assertEquals("a@b.or", stream.push("a@b.or"));
        assertEquals("g", stream.push("g"));
        assertEquals("", stream.finish());
        assertTrue(stream.findings().isEmpty());
    }

    @Test
    void push_afterFinish_isRefused() {
        GuardStream stream = guard.stream(TO_USER);
        stream.push("a");

        assertEquals("a", stream.finish());
        assertThrows(IllegalStateException.class, () -> stream.push("b"));
        assertThrows(IllegalStateException.class, stream::finish);
    }

    private void assertChunkingDoesNotMatter(String text, Random random, int longest) {
        GuardResult whole = guard.inspect(text, TO_USER);
        GuardStream stream = guard.stream(TO_USER);
        StringBuilder streamed = new StringBuilder();
        for (String chunk : chunks(text, random, longest)) {
            streamed.append(stream.push(chunk));
        }
        streamed.append(stream.finish());

        assertEquals(whole.text(), streamed.toString(), text);
        assertEquals(whole.findings(), stream.findings(), text);
    }

    private static List<String> chunks(String text, Random random, int longest) {
        List<String> chunks = new ArrayList<>();
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + random.nextInt(longest + 1));
            to = longest == 1 ? from + 1 : to;
            chunks.add(text.substring(from, to));
            from = to;
        }
        return chunks;
    }

    private static List<GuardRow> rows() {
        List<GuardRow> rows = new ArrayList<>(GuardRow.load("own-ru-en.jsonl"));
        rows.addAll(GuardRow.load("presidio-research.jsonl"));
        rows.addAll(GuardRow.load("presidio-unit.jsonl"));
        assertFalse(rows.isEmpty());
        return rows;
    }
}
