package io.arkestra.memory.recall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecallSectionsTest {
    private final Conversation talk = Conversation.inMemory();

    @AfterEach
    void close() {
        talk.close();
    }

    private Recall recall(RecallQuery query) {
        return talk.memory.recall(Conversation.as("ann"), query);
    }

    @Test
    void recall_manyFacts_doNotCrowdOutMessages() {
        for (int i = 0; i < 12; i++) {
            talk.memory.remember(Conversation.as("ann"), MemoryDraft.fact("garden fact number " + i));
            talk.user("ann", "s" + i, "t" + i, "In the garden I planted " + (i + 2) + " roses");
        }

        Recall recall = recall(RecallQuery.about("garden").limit(6));

        assertEquals(6, recall.passages().size());
        assertEquals(
                3,
                recall.passages().stream()
                        .filter(passage -> passage.kind() == Passage.Kind.FACT)
                        .count());
        assertEquals(6, recall.section(Passage.Kind.FACT).size());
        assertEquals(6, recall.section(Passage.Kind.MESSAGE).size());
        assertEquals(List.of(), recall.section(Passage.Kind.SUMMARY));
    }

    @Test
    void recall_kinds_bringsNothingElse() {
        talk.memory.remember(Conversation.as("ann"), MemoryDraft.note("garden gate code 4711"));
        talk.user("ann", "s", "t", "The garden gate squeaks");

        Recall recall = recall(RecallQuery.about("garden gate").kinds(Set.of(Passage.Kind.NOTE)));

        assertEquals(
                List.of("garden gate code 4711"),
                recall.passages().stream().map(Passage::text).toList());
    }

    @Test
    void recall_replacedFact_isLeftOutUnlessThePastIsAskedFor() {
        MemoryRecord old = talk.memory.remember(Conversation.as("ann"), MemoryDraft.fact("My city is Lisbon"));
        talk.clock.advance(Duration.ofDays(3));
        talk.memory.edit(Conversation.as("ann"), old.id(), "My city is Porto");

        List<String> now = talk.texts("ann", "Which city is mine?");
        List<String> past = talk.texts("ann", "What was my previous city?");
        List<String> all = recall(RecallQuery.about("Which city is mine?").withPast()).passages().stream()
                .map(Passage::text)
                .toList();

        assertEquals(List.of("My city is Porto"), now);
        assertEquals("My city is Lisbon", past.get(0));
        assertEquals(List.of("My city is Porto", "My city is Lisbon"), all);
    }

    @Test
    void recall_fact_bringsItsSourceTurn() {
        Message source = talk.user("ann", "s", "t", "You should know that I never eat hazelnuts");
        talk.memory.remember(
                Conversation.as("ann"),
                MemoryDraft.fact("Ann never eats hazelnuts").source(source.id()));

        Passage fact = talk.recall("ann", RecallQuery.about("hazelnuts")).get(0);

        assertEquals(Passage.Kind.FACT, fact.kind());
        assertEquals(
                List.of(source.text()),
                fact.context().stream().map(Passage.Said::text).toList());
    }

    @Test
    void recall_message_bringsWhatWasSaidAroundIt() {
        talk.user("ann", "s", "t1", "We were at the market");
        talk.user("ann", "s", "t2", "I bought a zebra carpet");
        talk.user("ann", "s", "t3", "It was cheap");

        Passage carpet = talk.recall("ann", RecallQuery.about("zebra carpet")).get(0);

        assertEquals(
                List.of("We were at the market", "It was cheap"),
                carpet.context().stream().map(Passage.Said::text).toList());
    }

    @ParameterizedTest
    @CsvSource({
        "What did I say first about the garden?, The garden is full of weeds",
        "When did I last talk about the garden?, The garden looks wonderful now",
        "Что я впервые сказал про garden?, The garden is full of weeds",
        "Когда я в последний раз говорил про garden?, The garden looks wonderful now"
    })
    void recall_firstAndLast_areByTime(String question, String expected) {
        talk.user("ann", "s1", "t1", "The garden is full of weeds");
        talk.user("ann", "s2", "t2", "Garden, garden, garden! I bought garden tools for the garden");
        talk.user("ann", "s3", "t3", "The garden looks wonderful now");

        assertEquals(expected, talk.texts("ann", question).get(0));
    }

    @Test
    void recall_everyPassage_isExplainedByPartsThatAddUp() {
        talk.user("ann", "s1", "t1", "My sister went to the harbour on Monday");
        talk.assistant("ann", "s1", "t1", "How was the harbour?");
        talk.memory.remember(Conversation.as("ann"), MemoryDraft.fact("The harbour opens at 7"));

        for (Passage passage : talk.recall("ann", RecallQuery.about("When did my sister go to the harbour?"))) {
            double sum = passage.scoreParts().entrySet().stream()
                    .filter(part -> !Set.of("content", "coverage").contains(part.getKey()))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
            assertEquals(passage.score(), sum, 1e-9, passage::toString);
        }
    }

    @Test
    void recall_deletedNeighbour_isNotShownAgain() {
        talk.user("ann", "s", "t1", "We were at the market");
        Message secret = talk.user("ann", "s", "t2", "My pin is 1234");
        talk.user("ann", "s", "t3", "I bought a zebra carpet");
        assertFalse(talk.recall("ann", RecallQuery.about("zebra carpet"))
                .get(0)
                .context()
                .isEmpty());

        talk.delete(secret);

        assertTrue(talk.recall("ann", RecallQuery.about("zebra carpet")).get(0).context().stream()
                .noneMatch(said -> said.text().contains("1234")));
    }
}
