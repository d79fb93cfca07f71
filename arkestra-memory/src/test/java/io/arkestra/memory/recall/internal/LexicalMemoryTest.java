package io.arkestra.memory.recall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.TurnId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.record.internal.MemoryCollection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LexicalMemoryTest {
    private final Conversation talk = Conversation.inMemory();

    @AfterEach
    void close() {
        talk.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "My sister moved to Lisbon last spring | Where did my sister move?",
                "I bought a green lamp for the kitchen | What lamps did I buy?",
                "Моя сестра переехала в Лиссабон весной | Куда переехала сестра?",
                "Купил молоко и хлеб на рынке | где я покупал молоко"
            })
    void recall_whatWasSaid_comesFirstWithSourceAndDate(String said, String question) {
        talk.user("ann", "s1", "t1", "Good morning");
        talk.assistant("ann", "s1", "t1", "Hello!");
        Message message = talk.user("ann", "s2", "t2", said.strip());
        talk.user("ann", "s3", "t3", "The weather is fine, погода хорошая");

        Passage first = talk.recall("ann", RecallQuery.about(question.strip())).get(0);

        assertEquals(message.id(), first.id());
        assertEquals(said.strip(), first.text());
        assertEquals(message.at(), first.at());
        assertEquals("Anna", first.speaker());
        assertEquals(Passage.Kind.MESSAGE, first.kind());
        assertEquals(Origin.USER, first.origin());
    }

    @Test
    void recall_anotherUser_seesNothing() {
        talk.user("ann", "s", "t", "My code word is zebrafish");
        talk.memory.remember(Conversation.as("ann"), MemoryDraft.fact("zebrafish is the code word"));

        assertEquals(List.of(), talk.texts("bob", "zebrafish code word"));
        assertEquals(List.of(), talk.memory.list(Conversation.as("bob"), 10));
        assertEquals(
                List.of(),
                talk.memory.messages(
                        Conversation.as("bob"),
                        Instant.EPOCH,
                        talk.clock.instant().plusSeconds(9),
                        10));
    }

    @Test
    void list_ofOneKind_findsItBehindManyOfAnotherAndNewestFirst() {
        Scope ann = Conversation.as("ann");
        for (String note : List.of("gate code 4711", "buy paint")) {
            talk.clock.advance(Duration.ofMinutes(1));
            talk.memory.remember(ann, MemoryDraft.note(note));
        }
        talk.memory.remember(Conversation.as("bob"), MemoryDraft.note("of somebody else"));
        talk.store.inTransaction(transaction -> {
            for (int i = 0; i < 1_500; i++) {
                talk.clock.advance(Duration.ofSeconds(1));
                talk.memory.remember(transaction, ann, MemoryDraft.fact("fact number " + i));
            }
            return true;
        });

        assertEquals(List.of("buy paint", "gate code 4711"), texts(talk.memory.list(ann, MemoryKind.NOTE, 10)));
        assertEquals(List.of("buy paint"), texts(talk.memory.list(ann, MemoryKind.NOTE, 1)));
        assertEquals(List.of("fact number 1499", "fact number 1498"), texts(talk.memory.list(ann, MemoryKind.FACT, 2)));
        assertThrows(InvalidInputException.class, () -> talk.memory.list(ann, MemoryKind.NOTE, 0));
        assertTrue(
                MemoryCollection.SPEC.orderedIndexes().contains(List.of("kind", "valid_to", "at")),
                "served by an index");
    }

    private static List<String> texts(List<MemoryRecord> memories) {
        return memories.stream().map(MemoryRecord::text).toList();
    }

    @Test
    void recall_anotherUsersTexts_changeNoScore() {
        talk.user("ann", "s", "t1", "I planted a lemon tree");
        talk.user("ann", "s2", "t2", "The lemon cake was good");
        List<String> before = talk.seen("ann", "lemon tree");
        for (int i = 0; i < 20; i++) {
            talk.user("bob", "s", "t" + i, "lemon lemon tree " + i);
        }

        assertEquals(before, talk.seen("ann", "lemon tree"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"What is the capital of Mongolia?", "Как зовут мою учительницу физики?"})
    void recall_nothingKnown_isEmpty(String question) {
        talk.user("ann", "s", "t1", "I planted a lemon tree, посадила лимон");

        assertEquals(List.of(), talk.texts("ann", question));
    }

    @Test
    void recall_partOfTheQuestionKnown_tellsTheCoverage() {
        talk.user("ann", "s", "t1", "I planted a lemon tree in the garden");

        assertEquals(1.0, coverage("Where is the lemon tree?"));
        assertEquals(0.5, coverage("Where is the lemon squeezer?"));
        assertEquals(0.0, coverage("What did I do?"));
    }

    private double coverage(String question) {
        List<Passage> passages = talk.recall("ann", RecallQuery.about(question));
        return passages.isEmpty() ? 0 : passages.get(0).scoreParts().get("coverage");
    }

    @Test
    void recall_answerWithoutTheQuestionsWords_isFoundThroughItsWindow() {
        talk.assistant("ann", "s", "t0", "Which instrument do you play?");
        Message answer = talk.user("ann", "s", "t1", "The cello, since I was nine");
        talk.user("ann", "s2", "t2", "Nothing new today");

        assertTrue(talk.recall("ann", RecallQuery.about("instrument")).stream()
                .anyMatch(passage -> passage.id().equals(answer.id())));
    }

    @Test
    void recall_speakerNamed_prefersWhatThatSpeakerSaid() {
        talk.assistant("ann", "s", "t1", "I would plant roses there");
        talk.user("ann", "s2", "t2", "I would plant roses here");

        assertEquals(
                Origin.USER,
                talk.recall("ann", RecallQuery.about("What would Anna plant?"))
                        .get(0)
                        .origin());
    }

    @Test
    void recall_currentTurn_isNeitherFoundNorColoursItsNeighbours() {
        talk.user("ann", "s", "t1", "Pizza again today");
        talk.assistant("ann", "s", "t1", "Enjoy it");
        talk.user("ann", "s", "t2", "When does the dentist expect me on the Mongolia street?");

        assertEquals(
                List.of(),
                talk.recall(
                        "ann",
                        RecallQuery.about("When does the dentist expect me on the Mongolia street?")
                                .excluding(TurnId.of("t2"))));
    }

    @Test
    void recall_sameQuestionAskedBefore_isNoAnswer() {
        talk.user("ann", "s", "t1", "When is my dentist appointment?");
        talk.user("ann", "s2", "t2", "The dentist appointment is on Friday");

        assertEquals(
                List.of("The dentist appointment is on Friday"), talk.texts("ann", "when is the dentist appointment?"));
    }

    @Test
    void recall_answersThatQuoteMemory_areLeftOutWithTheirQuestions() {
        talk.user("ann", "s", "t1", "The dentist appointment is on Friday");
        talk.user("ann", "s2", "t2", "Did I mention anything about a dentist or a tailor?");
        talk.derived("ann", "s2", "t2", "You said: the dentist appointment is on Friday");
        talk.user("ann", "s2", "t3", "Lovely weather");

        assertEquals(List.of("The dentist appointment is on Friday"), talk.texts("ann", "dentist tailor"));
    }

    @Test
    void recall_toolAndSystemMessages_areNotFound() {
        talk.say("ann", "s", "t", Origin.TOOL, "zebrafish from a tool", Json.emptyObject());
        talk.say("ann", "s", "t", Origin.SYSTEM, "zebrafish from the system", Json.emptyObject());

        assertEquals(List.of(), talk.texts("ann", "zebrafish"));
    }

    @Test
    void recall_timeRange_keepsToIt() {
        Message early = talk.user("ann", "s", "t1", "I ate a lemon cake");
        talk.clock.advance(Duration.ofDays(3));
        Message late = talk.user("ann", "s2", "t2", "I ate a lemon pie");

        List<Passage> found = talk.recall("ann", RecallQuery.about("lemon").between(early.at(), late.at()));
        assertEquals(List.of(early.id()), found.stream().map(Passage::id).toList());
    }

    @Test
    void recall_dateInTheQuestion_findsWhatWasSaidThen() {
        talk.user("ann", "s", "t1", "We visited the museum");
        talk.clock.advance(Duration.ofDays(40));
        talk.user("ann", "s2", "t2", "We visited the museum shop");

        assertEquals(
                "We visited the museum shop",
                talk.texts("ann", "What did we visit in April?").get(0));
        assertEquals(
                "We visited the museum",
                talk.texts("ann", "visited the museum 1 марта").get(0));
    }

    @Test
    void recall_factAndItsMessage_keepsTheFactWithTheSource() {
        Message message = talk.user("ann", "s", "t", "Remember that my locker number is 4711");
        talk.memory.remember(
                Conversation.as("ann"),
                MemoryDraft.fact("my locker number is 4711").source(message.id()));

        List<Passage> found = talk.recall("ann", RecallQuery.about("What is my locker number?"));
        assertEquals(1, found.size());
        assertEquals(Passage.Kind.FACT, found.get(0).kind());
        assertEquals(message.id(), found.get(0).source().orElseThrow());
    }

    @Test
    void recall_limitAndBudget_areKept() {
        for (int i = 0; i < 30; i++) {
            talk.user("ann", "s" + i, "t" + i, "lemon number " + i + " and some words to fill the line with text");
        }

        assertEquals(3, talk.recall("ann", RecallQuery.about("lemon").limit(3)).size());
        assertEquals(
                1, talk.recall("ann", RecallQuery.about("lemon").tokenBudget(1)).size());
        assertEquals(
                2,
                talk.recall("ann", RecallQuery.about("lemon").tokenBudget(35)).size());
        assertEquals(
                30,
                talk.recall("ann", RecallQuery.about("lemon").limit(100).tokenBudget(99_999))
                        .size());
    }

    @Test
    void recall_equalTexts_areReturnedOnce() {
        talk.user("ann", "s1", "t1", "I like lemons");
        talk.user("ann", "s2", "t2", "I like lemons!");

        assertEquals(1, talk.texts("ann", "lemons").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "?!", "\u0000\uD800", "the of and", "что и как"})
    void recall_questionWithoutContent_doesNotFail(String question) {
        talk.user("ann", "s1", "t1", "I like lemons");

        assertEquals(
                List.of(),
                talk.memory
                        .recall(Conversation.as("ann"), RecallQuery.about(question))
                        .notes());
    }

    @Test
    void recall_halfOfASurrogatePairInTheQuestion_findsByTheRest() {
        talk.user("ann", "s1", "t1", "I like lemons");

        assertEquals(1, talk.texts("ann", "lemons\uD83D").size());
    }

    @Test
    void recall_scoreParts_addUpToTheScore() {
        talk.user("ann", "s1", "t1", "I like lemons");
        talk.assistant("ann", "s1", "t1", "Do you like lemon cake?");
        talk.memory.remember(Conversation.as("ann"), MemoryDraft.note("lemon cake recipe"));

        for (Passage passage : talk.recall("ann", RecallQuery.about("lemon cake"))) {
            double sum = passage.scoreParts().entrySet().stream()
                    .filter(part -> !Set.of("coverage", "content").contains(part.getKey()))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
            assertEquals(passage.score(), sum, 1e-9);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"I live in Kazan | i  live in KAZAN.", "Моя зона — ёлка | моя ЗОНА — елка!!"})
    void remember_sameTextAgain_returnsTheRecordThatIsThere(String first, String again) {
        MemoryRecord one = talk.memory.remember(Conversation.as("ann"), MemoryDraft.fact(first));
        MemoryRecord two = talk.memory.remember(Conversation.as("ann"), MemoryDraft.fact(again));

        assertEquals(one.id(), two.id());
        assertEquals(first.strip(), two.text());
        assertEquals(1, talk.memory.list(Conversation.as("ann"), 10).size());
        assertNotEquals(
                one.id(),
                talk.memory
                        .remember(Conversation.as("ann"), MemoryDraft.note(first))
                        .id());
        assertNotEquals(
                one.id(),
                talk.memory
                        .remember(Conversation.as("bob"), MemoryDraft.fact(first))
                        .id());
    }

    @Test
    void remember_sameTextFromManyThreads_keepsOneRecord() throws InterruptedException {
        Set<String> ids = java.util.concurrent.ConcurrentHashMap.newKeySet();
        CountDownLatch done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            new Thread(() -> {
                        try {
                            ids.add(talk.memory
                                    .remember(Conversation.as("ann"), MemoryDraft.fact("I live in Kazan"))
                                    .id());
                        } finally {
                            done.countDown();
                        }
                    })
                    .start();
        }

        assertTrue(done.await(30, TimeUnit.SECONDS));
        assertEquals(1, ids.size());
    }

    @Test
    void remember_inTransactionThatFails_leavesNothing() {
        assertThrows(
                IllegalStateException.class,
                () -> talk.store.inTransaction(transaction -> {
                    talk.memory.remember(transaction, Conversation.as("ann"), MemoryDraft.fact("zebrafish"));
                    throw new IllegalStateException("rolled back on purpose");
                }));

        assertEquals(List.of(), talk.texts("ann", "zebrafish"));
        assertEquals(List.of(), talk.memory.list(Conversation.as("ann"), 10));
    }

    @Test
    void list_memories_newestFirst() {
        for (String text : List.of("one", "two", "three")) {
            talk.clock.advance(Duration.ofSeconds(1));
            talk.memory.remember(Conversation.as("ann"), MemoryDraft.note(text));
        }

        assertEquals(
                List.of("three", "two"),
                talk.memory.list(Conversation.as("ann"), 2).stream()
                        .map(MemoryRecord::text)
                        .toList());
        assertThrows(InvalidInputException.class, () -> talk.memory.list(Conversation.as("ann"), 0));
    }

    @Test
    void forget_memory_isGoneFromRecallListAndFind() {
        MemoryRecord record = talk.memory.remember(Conversation.as("ann"), MemoryDraft.fact("zebrafish are small"));
        assertEquals(List.of("zebrafish are small"), talk.texts("ann", "zebrafish"));

        assertFalse(talk.memory.forget(Conversation.as("bob"), record.id()));
        assertTrue(talk.memory.forget(Conversation.as("ann"), record.id()));

        assertFalse(talk.memory.forget(Conversation.as("ann"), record.id()));
        assertEquals(List.of(), talk.texts("ann", "zebrafish"));
        assertTrue(talk.memory.find(Conversation.as("ann"), record.id()).isEmpty());
        assertEquals(List.of(), talk.memory.list(Conversation.as("ann"), 10));
    }

    @Test
    void messages_timeRange_oldestFirstWithoutTools() {
        Message first = talk.user("ann", "s", "t1", "one");
        talk.say("ann", "s", "t1", Origin.TOOL, "tool output", Json.emptyObject());
        Message second = talk.assistant("ann", "s", "t1", "two");
        Message third = talk.user("ann", "s2", "t2", "three");

        assertEquals(
                List.of("one", "two"),
                talk.memory.messages(Conversation.as("ann"), first.at(), third.at(), 10).stream()
                        .map(Message::text)
                        .toList());
        assertEquals(
                List.of(second.id(), third.id()),
                talk
                        .memory
                        .messages(
                                Conversation.as("ann"), second.at(), third.at().plusNanos(1_000), 10)
                        .stream()
                        .map(Message::id)
                        .toList());
    }

    @Test
    void recall_whileOthersWrite_neverFails() throws InterruptedException {
        List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(4);
        Runnable reading = () -> {
            try {
                for (int i = 0; i < 60; i++) {
                    talk.memory.recall(Conversation.as("ann"), RecallQuery.about("lemon " + i));
                }
            } catch (RuntimeException | Error e) {
                failures.add(e);
            } finally {
                done.countDown();
            }
        };
        new Thread(reading).start();
        new Thread(reading).start();
        for (String user : List.of("bob", "cid")) {
            new Thread(() -> {
                        try {
                            for (int i = 0; i < 100; i++) {
                                String text = "lemon number" + i;
                                talk.memory.remember(Conversation.as(user), MemoryDraft.note(text));
                                assertEquals(
                                        text, talk.texts(user, "number" + i).get(0));
                            }
                        } catch (RuntimeException | Error e) {
                            failures.add(e);
                        } finally {
                            done.countDown();
                        }
                    })
                    .start();
        }

        assertTrue(done.await(60, TimeUnit.SECONDS));
        assertEquals(List.of(), failures);
    }

    @Test
    void describe_anyTime_saysThatThereIsNoEmbeddingModel() {
        String lines = new ArrayList<>(talk.memory.describe()).stream().collect(Collectors.joining("\n"));

        assertTrue(lines.contains("no embedding model"), lines);
        assertTrue(lines.contains("lucene"), lines);
    }
}
