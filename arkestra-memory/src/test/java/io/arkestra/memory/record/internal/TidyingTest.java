package io.arkestra.memory.record.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Message;
import io.arkestra.memory.Tier;
import io.arkestra.store.Doc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TidyingTest {
    private static final Json SMALL = Json.object()
            .put("shortCap", 5)
            .put("tempCap", 7)
            .put("tempTtl", "P10D")
            .build();

    private static long count(Home home, Tier tier) {
        return home.records.list(home.scope, 1_000).stream()
                .filter(record -> record.tier() == tier)
                .count();
    }

    private static Optional<String> none() {
        return Optional.empty();
    }

    @Test
    void remember_moreThanTheCaps_movesTheOldestOnAndLosesNone() {
        try (Home home = new Home(SMALL)) {
            for (int i = 0; i < 20; i++) {
                home.clock.advance(Duration.ofMinutes(1));
                home.memory.remember(home.scope, MemoryDraft.note("note number " + i));
            }

            assertEquals(20, home.current().size());
            assertEquals(5, count(home, Tier.SHORT));
            assertEquals(7, count(home, Tier.TEMP));
            assertEquals(8, count(home, Tier.LONG));
            assertEquals(
                    Set.of("note number 15", "note number 16", "note number 17", "note number 18", "note number 19"),
                    home.records.list(home.scope, 100).stream()
                            .filter(record -> record.tier() == Tier.SHORT)
                            .map(MemoryRecord::text)
                            .collect(Collectors.toSet()));
            assertEquals(
                    Map.of(),
                    home.records
                            .tidying()
                            .demoteOverflow(home.owner, none(), 100)
                            .counts());
        }
    }

    @Test
    void promote_usedPinnedWeightyOrAskedFor_goesToLongWithItsReason() {
        try (Home home = new Home()) {
            String used = home.tell("I feel tired.").get(0).id();
            String plain = home.tell("I run every morning.").get(0).id();
            String pinned = home.tell("I love tea.").get(0).id();
            String weighty = home.tell("I'm allergic to nuts.").get(0).id();
            String asked = home.memory
                    .remember(home.scope, MemoryDraft.note("gate code"))
                    .id();
            home.memory.pin(home.scope, pinned, true);
            for (int i = 0; i < 3; i++) {
                home.clock.advance(Duration.ofHours(2));
                home.records.used(home.scope, List.of(used, used));
            }
            assertEquals(3, home.memory.find(home.scope, used).orElseThrow().uses());

            List<String> promoted = new ArrayList<>();
            Optional<String> cursor = none();
            do {
                Tidied part = home.records.tidying().promote(home.owner, cursor, 2);
                part.entries().forEach(entry -> promoted.add(entry.id()));
                assertTrue(part.entries().stream()
                        .noneMatch(entry -> entry.reason().isBlank()));
                cursor = part.next();
            } while (cursor.isPresent());

            assertEquals(Set.of(used, pinned, weighty, asked), Set.copyOf(promoted));
            assertEquals(
                    Tier.SHORT,
                    home.memory.find(home.scope, plain).orElseThrow().tier());
            assertEquals(
                    Map.of(),
                    home.records.tidying().promote(home.owner, none(), 100).counts());
        }
    }

    @Test
    void expire_oldTemporary_goesOnlyWhenTheLogHasItsWords() {
        try (Home home = new Home(SMALL)) {
            Message message = home.say("s", "I run every morning.");
            String fact = home.learn(message).get(0).id();
            String quoteOnly = home.records
                    .remember(
                            home.scope,
                            MemoryDraft.fact("walks a lot")
                                    .quote("not in the log")
                                    .source(message.id()))
                    .id();
            home.memory.move(home.scope, fact, Tier.TEMP);
            home.memory.move(home.scope, quoteOnly, Tier.TEMP);
            assertEquals(
                    Map.of(),
                    home.records.tidying().expire(home.owner, none(), 100).counts());
            home.clock.advance(Duration.ofDays(11));

            Tidied part = home.records.tidying().expire(home.owner, none(), 100);

            assertEquals(Map.of("expired", 1L, "promoted", 1L), part.counts());
            assertTrue(home.memory.find(home.scope, fact).isEmpty());
            assertEquals(
                    Tier.LONG,
                    home.memory.find(home.scope, quoteOnly).orElseThrow().tier());
            assertEquals(1, home.docs("messages").size());
            assertEquals(
                    Map.of(),
                    home.records.tidying().expire(home.owner, none(), 100).counts());
        }
    }

    @Test
    void merge_nearlyTheSameWords_keepsSourcesPinAndTier() {
        try (Home home = new Home()) {
            String text = "We met Peter Smith and his whole family at the central station in Hamburg";
            MemoryRecord one = home.records.remember(
                    home.scope, MemoryDraft.fact(text + " - yesterday").source("m1"));
            MemoryRecord two = home.records.remember(
                    home.scope,
                    MemoryDraft.fact(text + ", yesterday").source("m2").pinned().tier(Tier.LONG));
            MemoryRecord other =
                    home.records.remember(home.scope, MemoryDraft.fact(text.replace("Peter", "Petra") + ", yesterday"));

            Tidied part = home.records.tidying().merge(home.owner, none(), 10);

            assertEquals(Map.of("merged", 1L), part.counts());
            MemoryRecord kept = home.memory.find(home.scope, two.id()).orElseThrow();
            assertEquals(Set.of("m1", "m2"), Set.copyOf(kept.sources()));
            assertTrue(kept.pinned());
            assertEquals(Tier.LONG, kept.tier());
            assertEquals(
                    two.id(),
                    home.memory
                            .find(home.scope, one.id())
                            .orElseThrow()
                            .supersededBy()
                            .orElseThrow());
            assertTrue(home.memory.find(home.scope, other.id()).orElseThrow().isCurrent());
            assertEquals(
                    Map.of(),
                    home.records.tidying().merge(home.owner, none(), 10).counts());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "I like tea in the morning,I like tea in the evening",
        "The code of the garage in Elm Street is 4711,The code of the garage in Elm Street is 4712",
        "Tom will come to the party on Friday evening,Tom will not come to the party on Friday evening",
        "my sister Anna wants to see the museum,my sister Anne wants to see the museum"
    })
    void merge_otherMeaning_isLeftAlone(String one, String two) {
        try (Home home = new Home()) {
            home.records.remember(home.scope, MemoryDraft.note(one));
            home.records.remember(home.scope, MemoryDraft.note(two));

            assertEquals(
                    Map.of(),
                    home.records.tidying().merge(home.owner, none(), 10).counts());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anySequence_ofWhatAMemoryGoesThrough_losesNoWordOfTheUser(long seed) {
        Random random = new Random(seed);
        Set<String> said = new LinkedHashSet<>();
        try (Home home = new Home(SMALL)) {
            String[] cars = {"Volvo", "Skoda", "Lada", "Saab"};
            for (int step = 0; step < 120; step++) {
                home.clock.advance(Duration.ofHours(random.nextInt(60)));
                List<MemoryRecord> all = home.records.list(home.scope, 1_000);
                Optional<MemoryRecord> any =
                        all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
                String car = cars[random.nextInt(cars.length)];
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> remember(home, said, MemoryDraft.fact("my car is a " + car));
                    case 3 -> remember(home, said, MemoryDraft.fact("I drive a " + car));
                    case 4 -> remember(home, said, MemoryDraft.note("note number " + random.nextInt(40)));
                    case 5 -> {
                        Message message = home.say("s" + step, "Моя машина — " + car + step + ".");
                        said.add(message.text());
                        home.learn(message);
                    }
                    case 6 ->
                        any.filter(record -> !record.locked()).ifPresent(record -> {
                            String text = "edited " + random.nextInt(9) + " " + car;
                            said.add(text);
                            home.memory.edit(home.scope, record.id(), text);
                        });
                    case 7 -> any.ifPresent(record -> home.memory.pin(home.scope, record.id(), random.nextBoolean()));
                    case 8 ->
                        any.ifPresent(record -> home.memory.lock(home.scope, record.id(), random.nextInt(3) == 0));
                    case 9 -> home.records.tidying().merge(home.owner, none(), 50);
                    case 10 -> home.records.tidying().resolveConflicts(home.owner, none(), 50);
                    default -> {
                        home.records.tidying().promote(home.owner, none(), 3);
                        home.records.tidying().demoteOverflow(home.owner, none(), 50);
                        home.records.tidying().expire(home.owner, none(), 50);
                    }
                }
            }
            String everything = words(home);
            assertEquals(
                    List.of(),
                    said.stream().filter(text -> !everything.contains(text)).toList());
            Tidied settled = home.records.tidying().resolveConflicts(home.owner, none(), 1_000);
            assertTrue(settled.counts().getOrDefault("superseded", 0L) <= 2, settled.toString());
        }
    }

    private static void remember(Home home, Set<String> said, MemoryDraft draft) {
        said.add(draft.text());
        home.memory.remember(home.scope, draft);
    }

    private static String words(Home home) {
        List<Doc> docs = new ArrayList<>(home.docs("memories"));
        docs.addAll(home.docs("messages"));
        return docs.stream().map(doc -> doc.body().toString()).collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @CsvSource({"shortCap,0", "tempCap,-1", "importanceFloor,2"})
    void settings_outsideTheirRange_areRefusedByName(String key, int value) {
        ConfigException error = assertThrows(
                ConfigException.class,
                () -> new Home(Json.object().put(key, value).build()));
        assertTrue(error.getMessage().contains(key), error.getMessage());
    }
}
