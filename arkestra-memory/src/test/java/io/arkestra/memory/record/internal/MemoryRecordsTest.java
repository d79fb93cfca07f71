package io.arkestra.memory.record.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Origin;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.Reset;
import io.arkestra.memory.Statement;
import io.arkestra.memory.Tier;
import io.arkestra.store.CollectionSpec;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.DocWrite;
import io.arkestra.store.FieldType;
import io.arkestra.testkit.TestProviderContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryRecordsTest {
    private final Home home = new Home();

    @AfterEach
    void close() {
        home.close();
    }

    private MemoryRecord remember(MemoryDraft draft) {
        return home.memory.remember(home.scope, draft);
    }

    private MemoryRecord find(String id) {
        return home.memory.find(home.scope, id).orElseThrow();
    }

    private List<String> history(String id) {
        return home.memory.history(home.scope, id).stream()
                .map(MemoryRecord::text)
                .toList();
    }

    @Test
    void define_storeOfTheFirstShape_opensAndGoesOn() {
        CollectionSpec first = CollectionSpec.builder("memories")
                .field("kind", FieldType.STRING)
                .field("origin", FieldType.STRING)
                .field("at", FieldType.INSTANT)
                .field("hash", FieldType.STRING)
                .field("source", FieldType.STRING)
                .orderedIndex("at")
                .orderedIndex("kind", "at")
                .uniqueKey("kind", "hash")
                .feed()
                .build();
        try (DocStore store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().clock(home.clock).build())) {
            store.define(first);
            for (String text : List.of("my car is a Volvo", "I like tea")) {
                Json body = Json.object()
                        .put("kind", "fact")
                        .put("text", text)
                        .put("origin", "user")
                        .put("at", home.clock.instant())
                        .put("hash", NormalText.hash(text))
                        .put("source", "m-" + text.length())
                        .build();
                store.inTransaction(tx -> tx.put("memories", DocWrite.of(home.owner, "id" + text.length(), body)));
            }
            MemoryRecords records = new MemoryRecords(store, warning -> {});

            assertEquals(2, records.list(home.scope, MemoryKind.FACT, 10).size());
            MemoryRecord old = records.find(home.scope, "id17").orElseThrow();
            assertEquals(List.of("m-17"), old.sources());
            assertEquals(Tier.LONG, old.tier());
            assertEquals(
                    "id10",
                    records.remember(home.scope, MemoryDraft.fact("I like tea!"))
                            .id());
            // What was remembered before facts had statements gets them, and gives way to what is told later.
            assertFalse(records.tidying()
                    .resolveConflicts(home.owner, Optional.empty(), 100)
                    .next()
                    .isPresent());
            records.remember(home.scope, MemoryDraft.fact("my car is a Skoda"));
            assertFalse(records.find(home.scope, "id17").orElseThrow().isCurrent());
            assertTrue(records.forgetMessage(home.scope, "m-17"));
            assertTrue(records.find(home.scope, "id17").isEmpty());
        }
    }

    @Test
    void remember_lateTold_takesItsPlaceInThePast() {
        Instant now = home.clock.instant();
        MemoryRecord skoda = remember(MemoryDraft.fact("my car is a Skoda").at(now));
        MemoryRecord volvo = remember(MemoryDraft.fact("my car is a Volvo").at(now.minus(Duration.ofDays(9))));
        MemoryRecord lada = remember(MemoryDraft.fact("my car is a Lada").at(now.minus(Duration.ofDays(5))));

        assertEquals(List.of("my car is a Skoda"), home.current());
        assertEquals(List.of("my car is a Skoda", "my car is a Lada", "my car is a Volvo"), history(skoda.id()));
        assertEquals(now.minus(Duration.ofDays(5)), find(volvo.id()).validTo().orElseThrow());
        assertEquals(now, find(lada.id()).validTo().orElseThrow());
    }

    @Test
    void remember_sameValueInOtherWords_keepsBothWordings() {
        MemoryRecord one = remember(MemoryDraft.fact("my car is a Volvo"));
        MemoryRecord two = remember(MemoryDraft.fact("I drive a Volvo"));

        assertEquals(one.id(), two.id());
        assertEquals(List.of("I drive a Volvo"), two.wordings());
    }

    @Test
    void remember_messageReadAgain_changesNothing() {
        Message first = home.say("s1", "My car is a Volvo and I love tea.");
        home.learn(first);
        Message second = home.say("s2", "My car is a Skoda now.");
        home.learn(second);
        List<String> before = home.docs("memories").stream()
                .map(doc -> doc.id() + doc.version())
                .toList();

        home.learn(first);
        home.learn(second);

        assertEquals(
                before,
                home.docs("memories").stream()
                        .map(doc -> doc.id() + doc.version())
                        .toList());
    }

    @Test
    void remember_manyAtOnceDifferently_oneIsCurrentAndNoneIsLost() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(6);
        List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
        for (int i = 0; i < 6; i++) {
            String car = "my car is a Model" + i;
            new Thread(() -> {
                        try {
                            remember(MemoryDraft.fact(car));
                        } catch (RuntimeException e) {
                            failures.add(e);
                        } finally {
                            done.countDown();
                        }
                    })
                    .start();
        }
        assertTrue(done.await(30, TimeUnit.SECONDS));

        assertEquals(List.of(), failures);
        assertEquals(1, home.current().size());
        String id = home.memory.list(home.scope, 1).get(0).id();
        assertEquals(6, Set.copyOf(history(id)).size());
    }

    @Test
    void lock_fact_staysBesideWhatIsToldLater() {
        MemoryRecord volvo = remember(MemoryDraft.fact("my car is a Volvo"));
        assertTrue(home.memory.lock(home.scope, volvo.id(), true));
        remember(MemoryDraft.fact("my car is a Skoda"));
        remember(MemoryDraft.fact("my car is a Lada"));

        assertEquals(Set.of("my car is a Volvo", "my car is a Lada"), Set.copyOf(home.current()));
        assertThrows(InvalidInputException.class, () -> home.memory.edit(home.scope, volvo.id(), "my car is red"));
        Tidied report = home.records.tidying().resolveConflicts(home.owner, Optional.empty(), 100);
        assertEquals(1, report.counts().get("conflict"));
        home.memory.lock(home.scope, volvo.id(), false);
        home.records.tidying().resolveConflicts(home.owner, Optional.empty(), 100);
        assertEquals(List.of("my car is a Lada"), home.current());
    }

    @Test
    void edit_fact_supersedesByTheUsersWords() {
        MemoryRecord volvo = remember(MemoryDraft.fact("my car is a Volvo").pinned());
        home.clock.advance(Duration.ofDays(1));
        MemoryRecord edited = home.memory.edit(home.scope, volvo.id(), "my car is an old Saab");

        assertEquals(List.of("my car is an old Saab"), home.current());
        assertEquals(List.of("my car is an old Saab", "my car is a Volvo"), history(edited.id()));
        assertTrue(edited.pinned());
        assertEquals("old Saab", edited.statement().orElseThrow().value());
        assertThrows(InvalidInputException.class, () -> home.memory.edit(home.scope, volvo.id(), "again"));
        assertThrows(InvalidInputException.class, () -> home.memory.edit(home.scope, "nothing", "again"));
        MemoryRecord note = remember(MemoryDraft.note("gate code 4711"));
        assertEquals(
                MemoryKind.NOTE,
                home.memory.edit(home.scope, note.id(), "gate code 4712").kind());
    }

    @Test
    void pin_expiringMemory_staysAndPastExpiryIsGone() {
        Instant soon = home.clock.instant().plus(Duration.ofHours(1));
        MemoryRecord one = remember(MemoryDraft.note("parking on level 3").expiresAt(soon));
        MemoryRecord two = remember(MemoryDraft.note("parking on level 4").expiresAt(soon));
        assertTrue(home.memory.pin(home.scope, one.id(), true));
        home.clock.advance(Duration.ofHours(2));

        assertEquals(List.of("parking on level 3"), home.current());
        assertTrue(home.memory.find(home.scope, two.id()).isEmpty());
        assertFalse(home.memory.pin(home.scope, "nothing", true));
    }

    @Test
    void importance_withTime_fadesToTheFloorAndComesBackWhenTold() {
        MemoryRecord told = remember(MemoryDraft.fact("I met Tom in the park").importance(0.85));
        home.clock.advance(Duration.ofDays(90));
        assertEquals(0.45, find(told.id()).importance(), 0.01);
        home.clock.advance(Duration.ofDays(9_000));
        assertEquals(0.05, find(told.id()).importance(), 0.001);
        remember(MemoryDraft.fact("I met Tom in the park"));
        assertEquals(0.85, find(told.id()).importance(), 0.01);
    }

    @Test
    void forgetMessage_onlySource_takesTheFactAndItsWordsAlong() {
        Message one = home.say("s1", "My car is a Volvo.");
        Message two = home.say("s2", "I drive a Volvo, yes.");
        Message three = home.say("s3", "I love zebrafish.");
        home.learn(one);
        String id = home.learn(two).get(0).id();
        home.learn(three);
        remember(MemoryDraft.summary("About zebrafish and a Volvo").sources(List.of(one.id(), three.id())));
        assertEquals(List.of(one.id(), two.id()), find(id).sources());

        assertTrue(home.memory.forgetMessage(home.scope, one.id()));
        assertEquals("I drive a Volvo", find(id).text());
        assertEquals(List.of(two.id()), find(id).sources());
        assertTrue(home.memory.list(home.scope, MemoryKind.SUMMARY, 9).isEmpty(), "a summary cannot be cut apart");
        assertTrue(home.memory.forgetMessage(home.scope, two.id()));
        assertTrue(home.memory.find(home.scope, id).isEmpty());
        assertTrue(home.memory.forgetMessage(home.scope, three.id()));
        assertFalse(home.memory.forgetMessage(home.scope, three.id()));

        assertEquals(List.of(), home.docs("memories"));
        assertEquals(List.of(), home.docs("memory_sources"));
        assertEquals(
                List.of(),
                home.memory
                        .recall(home.scope, RecallQuery.about("zebrafish Volvo"))
                        .passages());
    }

    @Test
    void forgetMessage_saidOnPurposeToo_keepsTheFact() {
        Message one = home.say("s1", "My car is a Volvo.");
        home.learn(one);
        MemoryRecord again = remember(MemoryDraft.fact("My car is a Volvo"));

        home.memory.forgetMessage(home.scope, one.id());

        assertEquals(List.of(), find(again.id()).sources());
    }

    @Test
    void forget_middleOfAHistory_linksTheRest() {
        MemoryRecord a = remember(MemoryDraft.fact("my car is a Volvo"));
        MemoryRecord b = remember(MemoryDraft.fact("my car is a Skoda"));
        MemoryRecord c = remember(MemoryDraft.fact("my car is a Lada"));

        assertTrue(home.memory.forget(home.scope, b.id()));

        assertEquals(List.of("my car is a Lada", "my car is a Volvo"), history(a.id()));
        assertEquals(c.id(), find(a.id()).supersededBy().orElseThrow());
    }

    @Test
    void remember_valueThatEnded_leavesNoOtherButItsEnd() {
        home.tell("I work at Google.");
        home.tell("I no longer work at Google.");
        assertEquals(List.of("I no longer work at Google"), home.current());
        home.tell("I no longer work at Apple.");
        home.tell("I work at Google.");
        assertTrue(home.current().contains("I work at Google"));
        home.tell("I have a dog named Rex");
        home.tell("I sold my car");
        home.tell("My car is a Saab");
        assertFalse(home.current().contains("I sold my car"));
    }

    @Test
    void clear_tier_leavesPinnedLockedAndOtherTiers() {
        MemoryRecord gone = remember(MemoryDraft.note("one"));
        MemoryRecord pinned = remember(MemoryDraft.note("two").pinned());
        MemoryRecord locked = remember(MemoryDraft.note("three"));
        MemoryRecord longer = remember(MemoryDraft.note("four"));
        home.memory.lock(home.scope, locked.id(), true);
        assertTrue(home.memory.move(home.scope, longer.id(), Tier.LONG));

        assertEquals(1, home.memory.clear(home.scope, Tier.SHORT));
        assertTrue(home.memory.find(home.scope, gone.id()).isEmpty());
        assertEquals(
                Set.of(pinned.id(), locked.id(), longer.id()),
                home.memory.list(home.scope, 9).stream().map(MemoryRecord::id).collect(Collectors.toSet()));
        assertEquals(1, home.memory.clear(home.scope, Tier.LONG));
    }

    @Test
    void reset_extents_takeWhatTheySay() {
        home.tell("My car is a Volvo");
        remember(MemoryDraft.note("gate code 4711"));
        home.memory.reset(home.scope, Reset.CONVERSATIONS);
        assertEquals(List.of("gate code 4711"), home.current());
        assertEquals(List.of(), home.docs("messages"));
        home.tell("My car is a Volvo");
        home.memory.reset(home.scope, Reset.MEMORIES);
        assertEquals(List.of(), home.current());
        assertEquals(List.of(), home.docs("memory_sources"));
        assertEquals(1, home.docs("messages").size());
        remember(MemoryDraft.note("gate code 4711"));
        assertTrue(home.memory.reset(home.scope, Reset.EVERYTHING) >= 2);
        assertEquals(List.of(), home.docs("messages"));
        assertEquals(List.of(), home.current());
    }

    @Test
    void record_conversationFromElsewhere_isKeptOnceInOrder() {
        Instant at = Instant.parse("2025-05-01T10:00:00Z");
        List<MessageDraft> drafts = new ArrayList<>();
        for (int i = 0; i < 450; i++) {
            drafts.add(MessageDraft.of(
                    SessionId.of("old" + i % 2),
                    i % 4 < 2 ? Origin.USER : Origin.ASSISTANT,
                    i % 4 < 2 ? "Anna" : "Bot",
                    "message number " + i,
                    at.plusSeconds(i)));
        }
        drafts.add(drafts.get(449).id("my-own-id"));
        List<Message> kept = home.memory.record(home.scope, drafts);
        List<Message> again = home.memory.record(home.scope, drafts);

        assertEquals(451, kept.size());
        assertEquals(kept, again);
        assertEquals(451, home.docs("messages").size());
        assertEquals(
                java.util.stream.LongStream.range(0, 225).boxed().toList(),
                kept.stream()
                        .filter(message -> message.session().value().equals("old0"))
                        .map(Message::ordinal)
                        .toList());
        assertEquals(kept.get(0).turn(), kept.get(2).turn(), "the answer belongs to the question");
        assertNotEquals(kept.get(0).turn(), kept.get(4).turn());

        InvalidInputException backwards = assertThrows(
                InvalidInputException.class,
                () -> home.memory.record(
                        home.scope,
                        List.of(MessageDraft.of(SessionId.of("old0"), Origin.USER, "Anna", "earlier", at))));
        assertTrue(backwards.getMessage().contains("old0"), backwards.getMessage());
        InvalidInputException taken = assertThrows(
                InvalidInputException.class,
                () -> home.memory.record(
                        home.scope,
                        List.of(MessageDraft.of(SessionId.of("x"), Origin.USER, "Anna", "other words", at)
                                .id("my-own-id"))));
        assertTrue(taken.getMessage().contains("my-own-id"), taken.getMessage());
        assertEquals(451, home.docs("messages").size());
    }

    @Test
    void taint_foreignText_survivesMerging() {
        MemoryRecord web = remember(MemoryDraft.note("The museum of the town opens on Tuesdays at ten o'clock!?")
                .origin(Origin.WEB)
                .taint(List.of("https://example.org")));
        assertEquals(List.of("https://example.org", "web"), web.taint());
        assertEquals(List.of(), remember(MemoryDraft.fact("I like tea")).taint());
        Statement said = Statement.oneOfMany(Statement.Kind.EVENT, "museum", "opening", "ten");
        MemoryRecord fact = remember(MemoryDraft.fact("the museum opens at ten").statement(said));
        remember(MemoryDraft.fact("at ten the museum opens").statement(said).taint(List.of("mail")));
        assertEquals(List.of("mail"), find(fact.id()).taint());
    }
}
