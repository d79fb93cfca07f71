package io.arkestra.memory.sleep.internal;

import static io.arkestra.memory.sleep.internal.Nights.ANN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.UserId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.record.internal.Cases;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a user puts right: the wrong fact stays in the history, the right one names its message. */
class CorrectionsTest {
    private final Nights nights = Nights.inMemory();

    @AfterEach
    void close() {
        nights.close();
    }

    private void learn(UserId user) {
        nights.memory.sessions().learn(Nights.as(user));
    }

    private List<String> current(UserId user) {
        return nights.facts(user).stream().map(MemoryRecord::text).toList();
    }

    @Test
    void learn_correctionsOfATable_replaceJustWhatTheyPutRight() {
        List<List<String>> cases = Cases.of("corrections.txt");
        List<String> failures = new ArrayList<>();
        int person = 0;
        for (List<String> line : cases) {
            UserId user = UserId.of("person" + person++);
            nights.user(user, "s", line.get(0));
            nights.assistant(user, "s", "Noted.");
            learn(user);
            Message second = nights.user(user, "s", line.get(1));
            learn(user);
            failure(user, line, second).ifPresent(found -> failures.add(line + ": " + found));
        }
        assertEquals("", String.join("\n", failures));
        assertTrue(cases.stream().filter(line -> line.get(3).equals("-")).count() >= 20);
        assertTrue(cases.size() >= 50, cases.size() + " cases");
    }

    private Optional<String> failure(UserId user, List<String> line, Message second) {
        List<MemoryRecord> facts = nights.facts(user);
        List<MemoryRecord> right = facts.stream()
                .filter(record -> record.text().contains(line.get(2)))
                .toList();
        if (right.size() != 1 || facts.size() != 1) {
            return Optional.of("current are " + current(user));
        }
        if (line.get(3).equals("-")) {
            return Optional.empty();
        }
        MemoryRecord now = right.get(0);
        if (!now.sources().equals(List.of(second.id()))) {
            return Optional.of("sources are " + now.sources());
        }
        List<MemoryRecord> history = nights.memory.history(Nights.as(user), now.id());
        MemoryRecord before = history.get(history.size() - 1);
        return before.text().contains(line.get(3)) && !before.isCurrent()
                ? Optional.empty()
                : Optional.of(
                        "history is " + history.stream().map(MemoryRecord::text).toList());
    }

    @Test
    void learn_otherMessageInBetween_correctsOnlyWhatIsNamed() {
        nights.user(ANN, "s", "I live in Lisbon.");
        nights.assistant(ANN, "s", "Noted.");
        nights.user(ANN, "s", "Remind me on Friday to call Tom");
        nights.assistant(ANN, "s", "I will.");
        nights.user(ANN, "s", "No, I meant Saturday");
        nights.assistant(ANN, "s", "Saturday then.");
        learn(ANN);

        assertEquals(List.of("I live in Lisbon"), current(ANN));

        nights.user(ANN, "s", "And not Lisbon but Porto");
        nights.user(ANN, "s", "Not Lisbon but Porto");
        learn(ANN);

        assertEquals(List.of("I live in Porto"), current(ANN));
    }

    @Test
    void learn_proposalOfAModelAboutTheSame_isOneFactWithTheUsersWords() {
        Message told = nights.user(ANN, "s", "My car is a Volvo.");
        nights.memory.remember(Nights.as(ANN), proposal("The user's car is a Volvo", told));
        learn(ANN);

        assertEquals(List.of("My car is a Volvo"), current(ANN));

        MemoryRecord again = nights.memory.remember(Nights.as(ANN), proposal("The user drives a Volvo", told));
        assertEquals("My car is a Volvo", again.text());
        assertEquals(Origin.USER, again.origin());
        assertEquals(
                List.of("My car is a Volvo", "The user's car is a Volvo"),
                nights.memory.learnedFrom(Nights.as(ANN), told.id()).stream()
                        .map(MemoryRecord::text)
                        .sorted()
                        .toList());
    }

    @Test
    void learn_proposalThatSaysMore_staysBesideTheUsersWords() {
        Message told = nights.user(ANN, "s", "I love tea.");
        learn(ANN);
        nights.memory.remember(Nights.as(ANN), proposal("The user has a teapot", told));
        nights.user(ANN, "s", "No, I meant coffee");
        learn(ANN);

        assertEquals(
                List.of("I love coffee", "The user has a teapot"),
                current(ANN).stream().sorted().toList());
    }

    private static MemoryDraft proposal(String text, Message source) {
        return MemoryDraft.fact(text)
                .origin(Origin.ASSISTANT)
                .source(source.id())
                .at(source.at());
    }
}
