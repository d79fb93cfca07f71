package io.arkestra.memory.record.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** 60 facts that change, half of them told in Russian: the latest value comes first, the old one can be explained. */
class UpdateCasesTest {
    @Test
    void cases_areSixtyHalfOfThemRussian() {
        List<List<String>> cases = Cases.of("update-cases.txt");

        assertTrue(cases.size() >= 60, cases.size() + " cases");
        assertTrue(cases.stream().filter(line -> russian(line.get(2))).count() >= 30);
        assertTrue(cases.stream().filter(line -> !russian(line.get(0))).count() >= 30);
        assertEquals(Set.of(5), cases.stream().map(List::size).collect(Collectors.toSet()));
    }

    private static boolean russian(String text) {
        return text.codePoints().anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.CYRILLIC);
    }

    @Test
    void recall_factThatChanged_givesTheLatestFirstAndKeepsTheOldInItsHistory() {
        List<String> failures = new ArrayList<>();
        int person = 0;
        try (Home home = new Home()) {
            for (List<String> line : Cases.of("update-cases.txt")) {
                home.become("person" + person++);
                home.tell("The weather is fine today, погода хорошая.");
                List<MemoryRecord> first = home.tell(line.get(0));
                home.tell("I saw a film, посмотрела кино.");
                List<MemoryRecord> second = home.tell(line.get(1));
                check(home, line, first, second).ifPresent(failures::add);
            }
        }
        assertEquals("", String.join("\n", failures));
    }

    private static java.util.Optional<String> check(
            Home home, List<String> line, List<MemoryRecord> first, List<MemoryRecord> second) {
        String now = line.get(3);
        String before = line.get(4);
        if (first.isEmpty() || second.isEmpty()) {
            return java.util.Optional.of(line + ": learned " + first + " and " + second);
        }
        List<String> current = home.current();
        if (current.stream().noneMatch(text -> text.contains(now))
                || current.stream().anyMatch(text -> text.contains(before) && !text.contains(now))) {
            return java.util.Optional.of(line + ": current are " + current);
        }
        MemoryRecord latest = home.records.list(home.scope, 100).stream()
                .filter(record -> record.text().contains(now))
                .findFirst()
                .orElseThrow();
        List<String> history = home.memory.history(home.scope, latest.id()).stream()
                .map(MemoryRecord::text)
                .toList();
        if (!history.get(0).contains(now) || !history.get(history.size() - 1).contains(before)) {
            return java.util.Optional.of(line + ": history is " + history);
        }
        Set<String> live = home.records.list(home.scope, 100).stream()
                .map(MemoryRecord::id)
                .collect(Collectors.toSet());
        List<Passage> facts = home.memory.recall(home.scope, RecallQuery.about(line.get(2))).passages().stream()
                .filter(passage -> passage.kind() == Passage.Kind.FACT && live.contains(passage.id()))
                .toList();
        if (facts.isEmpty() || !facts.get(0).text().contains(now)) {
            return java.util.Optional.of(
                    line + ": recalled " + facts.stream().map(Passage::text).toList());
        }
        return java.util.Optional.empty();
    }

    @Test
    void remember_onPurpose_supersedesAcrossLanguagesToo() {
        try (Home home = new Home()) {
            MemoryRecord volvo = home.memory.remember(home.scope, MemoryDraft.fact("my car is a Volvo"));
            MemoryRecord skoda = home.memory.remember(home.scope, MemoryDraft.fact("моя машина — Шкода"));
            MemoryRecord again = home.memory.remember(home.scope, MemoryDraft.fact("my car is a Volvo"));

            assertEquals(List.of("my car is a Volvo"), home.current());
            assertFalse(home.memory.find(home.scope, volvo.id()).orElseThrow().isCurrent());
            assertEquals(
                    List.of(again.id(), skoda.id(), volvo.id()),
                    home.memory.history(home.scope, volvo.id()).stream()
                            .map(MemoryRecord::id)
                            .toList());
            assertEquals(
                    skoda.id(),
                    home.memory
                            .find(home.scope, volvo.id())
                            .orElseThrow()
                            .supersededBy()
                            .orElseThrow());
        }
    }
}
