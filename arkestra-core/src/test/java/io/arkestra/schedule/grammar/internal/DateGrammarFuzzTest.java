package io.arkestra.schedule.grammar.internal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DateGrammarFuzzTest {
    private static final ParseContext CONTEXT =
            ParseContext.at(LocalDateTime.parse("2026-02-10T12:00").atZone(ZoneId.of("Europe/Moscow")));
    private static final int ROUNDS = 8_000;

    private static void readEveryWay(String text) {
        assertDoesNotThrow(
                () -> {
                    DateGrammar grammar = DateGrammar.standard();
                    grammar.parse(text, CONTEXT).ifPresent(found -> {
                        for (Span span : found.spans()) {
                            assertTrue(span.end() <= text.length() && span.start() < span.end());
                        }
                    });
                    grammar.parse(text, CONTEXT.withDirection(ParseContext.Direction.PAST));
                    grammar.parseRange(text, CONTEXT);
                    grammar.parseZone(text);
                },
                () -> "For: " + text);
    }

    @Test
    void parse_randomUnicode_neverThrows() {
        Random random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(24); length > 0; length--) {
                switch (random.nextInt(4)) {
                    case 0 -> text.append((char) random.nextInt(Character.MAX_VALUE + 1));
                    case 1 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
                    case 2 -> text.append("0123456789 :./-+,'".charAt(random.nextInt(18)));
                    default -> text.append((char) ('а' + random.nextInt(32)));
                }
            }
            readEveryWay(text.toString());
        }
    }

    @Test
    void parse_shuffledWordsOfTime_neverThrows() throws Exception {
        List<String> words = new ArrayList<>(List.of(
                "29",
                "30",
                "31",
                "february",
                "99999999999999999999",
                "0",
                "24:00",
                "00:00",
                "10000",
                "лет",
                "years",
                "ago",
                "назад",
                "after",
                "до",
                "every",
                "каждый",
                "через",
                "in",
                "end",
                "of",
                "next",
                "last",
                "утра",
                "-",
                "31.02",
                "9999",
                "100000",
                "decades",
                "первый",
                "second",
                "число",
                "раз",
                "times",
                "until",
                "UTC+19",
                "25:61"));
        for (Corpus.Row row : Corpus.rows()) {
            words.addAll(List.of(row.text().split(" ")));
        }
        Random random = new Random(11);
        for (int round = 0; round < ROUNDS; round++) {
            List<String> text = new ArrayList<>();
            for (int length = 1 + random.nextInt(9); length > 0; length--) {
                text.add(words.get(random.nextInt(words.size())));
            }
            readEveryWay(String.join(random.nextInt(5) == 0 ? "" : " ", text));
        }
    }

    @Test
    void parse_hugeText_endsSoon() {
        for (String piece : List.of("2 days after ", "end of ", "first ", "every ", "(", "9:", "двадцать ", "x")) {
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> readEveryWay(piece.repeat(100_000)));
        }
    }
}
