package io.arkestra.tool.builtin.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.HashedWords;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryKind;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.Tier;
import io.arkestra.store.DocQuery;
import io.arkestra.store.Owner;
import io.arkestra.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code memory.reset} takes away and what it leaves, in a world that has something of everything. */
@Timeout(240)
class MemoryResetToolTest {
    private static final Scope ALICE = OwnTools.ALICE;
    private static final Scope BOB = Scope.of(UserId.of("bob"));

    private static final String DOCUMENT = "the caravan stands behind the barn";
    /** Has the hash of a word of the document, and so its vector, but not its letters: only meaning finds it. */
    private static final String OF_DOCUMENT = "caravc0";

    private static final List<String> MESSAGES = List.of("the neighbour drives a sedan", "it rained the whole day");

    /** One of every kind that a reset tells apart; their texts begin with what they are. */
    private enum Kept {
        SHORT(MemoryKind.FACT, Tier.SHORT, "the organ in the church is broken"),
        TEMP(MemoryKind.NOTE, Tier.TEMP, "buy oil for the lawn mower"),
        LONG(MemoryKind.FACT, Tier.LONG, "grandfather was a sailor in Odessa"),
        PINNED_SHORT(MemoryKind.NOTE, Tier.SHORT, "spare key under the third flowerpot"),
        PINNED_TEMP(MemoryKind.NOTE, Tier.TEMP, "concert tickets lie in the blue drawer"),
        PINNED_LONG(MemoryKind.NOTE, Tier.LONG, "peanuts are dangerous at parties"),
        LOCKED_SHORT(MemoryKind.NOTE, Tier.SHORT, "dentist closes on Wednesdays"),
        LOCKED_TEMP(MemoryKind.NOTE, Tier.TEMP, "library card expires in autumn"),
        LOCKED_LONG(MemoryKind.NOTE, Tier.LONG, "blood group zero negative"),
        SUMMARY_SHORT(MemoryKind.SUMMARY, Tier.SHORT, "Monday went by with gardening"),
        SUMMARY_TEMP(MemoryKind.SUMMARY, Tier.TEMP, "a week full of train rides"),
        SUMMARY_LONG(MemoryKind.SUMMARY, Tier.LONG, "March brought two weddings"),
        PINNED_SUMMARY(MemoryKind.SUMMARY, Tier.LONG, "December meant moving house"),
        LOCKED_SUMMARY(MemoryKind.SUMMARY, Tier.TEMP, "Easter passed quietly abroad");

        private final MemoryKind kind;
        private final Tier tier;
        private final String text;

        Kept(MemoryKind kind, Tier tier, String text) {
            this.kind = kind;
            this.tier = tier;
            this.text = text;
        }

        private boolean pinned() {
            return name().startsWith("PINNED");
        }

        private boolean locked() {
            return name().startsWith("LOCKED");
        }

        private MemoryDraft draft() {
            MemoryDraft draft = switch (kind) {
                case NOTE -> MemoryDraft.note(text);
                case SUMMARY -> MemoryDraft.summary(text);
                default -> MemoryDraft.fact(text);
            };
            return pinned() ? draft.tier(tier).pinned() : draft.tier(tier);
        }
    }

    private static final Set<Kept> ALL = Set.of(Kept.values());

    @TempDir
    Path home;

    private OwnTools own;
    private Memory memory;

    @BeforeEach
    void makeTheWorld() {
        own = new OwnTools(home, builder -> builder.memory(choices -> choices.embedders(new HashedWords())));
        memory = own.engine.memory();
        for (Scope user : List.of(ALICE, BOB)) {
            for (Kept kept : Kept.values()) {
                MemoryRecord record = memory.remember(user, kept.draft());
                assertTrue(!kept.locked() || memory.lock(user, record.id(), true));
            }
            memory.record(
                    user,
                    MESSAGES.stream()
                            .map(text ->
                                    MessageDraft.of(SessionId.of("s1"), Origin.USER, "user", text, own.clock.instant()))
                            .toList());
            memory.documents().add(user, DocumentDraft.of("letter", "A letter", DOCUMENT));
        }
        own.run("task.create", "{\"title\":\"pay the rent\",\"when\":\"friday\",\"remind\":[\"due\"]}");
        memory.refresh();
        assertWorld(ALICE, ALL, true, true);
    }

    @AfterEach
    void close() {
        own.close();
    }

    private static String arguments(String scope, String level) {
        return level == null
                ? "{\"scope\":\"" + scope + "\"}"
                : "{\"scope\":\"" + scope + "\",\"level\":\"" + level + "\"}";
    }

    private static Set<Kept> those(Predicate<Kept> which) {
        return Arrays.stream(Kept.values()).filter(which).collect(Collectors.toSet());
    }

    private Set<String> memories(Scope user) {
        return memory.list(user, 100).stream().map(MemoryRecord::text).collect(Collectors.toCollection(TreeSet::new));
    }

    private List<String> messages(Scope user) {
        return memory.messages(user, own.clock.instant(), own.clock.instant().plusSeconds(1), 100).stream()
                .map(message -> message.text())
                .toList();
    }

    private List<String> documents(Scope user) {
        return memory.documents().list(user, Optional.empty(), 100).stream()
                .map(document -> document.id())
                .toList();
    }

    /** Items that a vector is stored for: {@code d} for documents, else what a memory or message is. */
    private long vectors(Scope user, boolean ofDocuments) {
        return own
                .engine
                .store()
                .inTransaction(tx -> tx.find(
                        "embeddings", Owner.of(user.user()), DocQuery.all().limit(1_000)))
                .docs()
                .stream()
                .filter(doc -> doc.body().text("item").startsWith("d:") == ofDocuments)
                .count();
    }

    /** Files of vectors on the disk; each says whose it is. */
    private long partitions(Scope user) throws IOException {
        String owner = "\"" + Owner.of(user.user()).key() + "\"";
        long count = 0;
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(path -> path.toString().contains("vectors") && Files.isRegularFile(path))
                    .toList()) {
                count += Files.readString(file, StandardCharsets.ISO_8859_1).contains(owner) ? 1 : 0;
            }
        }
        return count;
    }

    private static List<String> texts(List<Passage> passages) {
        return passages.stream().map(Passage::text).toList();
    }

    private List<String> recalled(Scope user, String question) {
        return texts(memory.recall(user, RecallQuery.about(question).limit(50)).passages());
    }

    private List<String> searched(Scope user, String question) {
        return texts(memory.documents()
                .search(user, RecallQuery.about(question).limit(1), Map.of())
                .passages());
    }

    private void assertWorld(Scope user, Set<Kept> memories, boolean messages, boolean documents) {
        assertEquals(
                memories.stream().map(kept -> kept.text).collect(Collectors.toCollection(TreeSet::new)),
                memories(user));
        for (MemoryRecord record : memory.list(user, 100)) {
            Kept kept = Arrays.stream(Kept.values())
                    .filter(one -> one.text.equals(record.text()))
                    .findFirst()
                    .orElseThrow();
            assertEquals(kept.tier, record.tier(), record.text());
            assertEquals(kept.kind, record.kind(), record.text());
            assertEquals(kept.pinned(), record.pinned(), record.text());
            assertEquals(kept.locked(), record.locked(), record.text());
        }
        assertEquals(messages ? MESSAGES : List.of(), messages(user));
        assertEquals(documents ? List.of("letter") : List.of(), documents(user));
        memory.refresh();
        assertEquals(documents ? 1 : 0, vectors(user, true));
        assertEquals(memories.size() + (messages ? MESSAGES.size() : 0), vectors(user, false));
        assertEquals(documents ? List.of(DOCUMENT) : List.of(), searched(user, OF_DOCUMENT));
        assertEquals(
                memories.contains(Kept.LONG), recalled(user, "sailor Odessa").contains(Kept.LONG.text));
        assertEquals(messages, recalled(user, "rained whole day").contains(MESSAGES.get(1)));
        memory.refresh();
    }

    /** Runs it and compares what it said before and after with what happened. */
    private OwnTools.Made reset(String scope, String level, Set<Kept> left, boolean messages, boolean documents) {
        OwnTools.Made reset = own.prepare("memory.reset", arguments(scope, level));
        assertWorld(ALICE, ALL, true, true);
        String effects = String.join("\n", reset.prepared.effects());
        if (!scope.equals("vector")) {
            int gone = ALL.size() - left.size();
            assertTrue(effects.contains("Takes away " + gone + " memories"), effects);
        }
        assertEquals(!messages, effects.contains("Takes away " + MESSAGES.size() + " messages"), effects);
        assertEquals(!documents, effects.contains("Takes away 1 documents"), effects);
        var data = reset.run().data();
        assertEquals(scope, data.text("scope"));
        assertEquals(level == null ? "all" : level, data.text("level"));
        assertWorld(ALICE, left, messages, documents);
        assertWorld(BOB, ALL, true, true);
        assertEquals(1, own.tasks.open(ALICE).size());
        assertEquals(1, own.reminders.active(ALICE).size());
        assertEquals(
                ToolException.Reason.NOT_SUPPORTED,
                assertThrows(ToolException.class, reset::undo).reason());
        assertWorld(ALICE, left, messages, documents);
        return reset;
    }

    @ParameterizedTest
    @CsvSource({"all,", "all,all"})
    void all_takesMemoriesMessagesAndDocumentsAlsoPinnedAndLockedOnes(String scope, String level) throws IOException {
        reset(scope, level, Set.of(), false, false);
        assertEquals(List.of(), recalled(ALICE, "sailor in Odessa"));
        assertEquals(List.of(), memory.graph().nodes(ALICE, Set.of(), 10));
    }

    @ParameterizedTest
    @CsvSource({"user-data,", "user-data,all"})
    void userData_takesMemoriesAlsoPinnedAndLockedOnes_andLeavesWordsAndDocuments(String scope, String level) {
        reset(scope, level, Set.of(), true, true);
        assertEquals(List.of(), memory.graph().nodes(ALICE, Set.of(), 10));
    }

    @ParameterizedTest
    @CsvSource({
        "all,short,SHORT",
        "all,temp,TEMP",
        "all,long,LONG",
        "user-data,short,SHORT",
        "user-data,temp,TEMP",
        "user-data,long,LONG",
        "short-term,,SHORT",
        "short-term,all,SHORT"
    })
    void oneTier_goesButForPinnedAndLocked_andNothingElse(String scope, String level, Tier tier) {
        Set<Kept> left = those(kept -> kept.tier != tier || kept.pinned() || kept.locked());
        OwnTools.Made reset = reset(scope, level, left, true, true);
        assertEquals(0, reset.run().data().integer("removed").orElseThrow(), "there is nothing left to take");
        assertWorld(ALICE, left, true, true);
    }

    @ParameterizedTest
    @CsvSource({"summary,", "summary,all"})
    void summary_takesSummariesOfEveryTierAndNothingElse(String scope, String level) {
        reset(scope, level, those(kept -> kept.kind != MemoryKind.SUMMARY), true, true);
    }

    @ParameterizedTest
    @CsvSource({"short,SHORT", "temp,TEMP", "long,LONG"})
    void summary_ofOneTier_goesButForPinnedAndLocked(String level, Tier tier) {
        reset(
                "summary",
                level,
                those(kept -> kept.kind != MemoryKind.SUMMARY || kept.tier != tier || kept.pinned() || kept.locked()),
                true,
                true);
    }

    @ParameterizedTest
    @CsvSource({"vector,", "vector,all"})
    void vector_dropsWhatMeaningIsSearchedBy_andWhatItFoundIsFoundAgain(String scope, String level) throws IOException {
        long bobs = partitions(BOB);
        assertTrue(partitions(ALICE) >= 2, "conversation and documents");
        long before = partitions(ALICE);
        OwnTools.Made reset = own.prepare("memory.reset", arguments(scope, level));
        assertEquals(before, partitions(ALICE));

        long removed = reset.run().data().integer("removed").orElseThrow();
        assertEquals(ALL.size() + MESSAGES.size() + 1, removed);
        assertEquals(0, partitions(ALICE));
        assertEquals(bobs, partitions(BOB));

        assertWorld(ALICE, ALL, true, true);
        assertTrue(partitions(ALICE) >= 2, "made anew");
        reset(scope, level, ALL, true, true);
    }

    @Test
    void scopeWithoutLevels_withOne_isRefusedWithWhatToTakeInstead() {
        for (String scope : List.of("vector", "short-term")) {
            for (String level : List.of("short", "temp", "long")) {
                ToolException refused =
                        assertThrows(ToolException.class, () -> own.prepare("memory.reset", arguments(scope, level)));
                assertEquals(ToolException.Reason.INVALID_ARGUMENTS, refused.reason());
                assertEquals(
                        "The scope '" + scope + "' has no levels; leave 'level' out, or take the scope user-data",
                        refused.getMessage());
            }
        }
        assertWorld(ALICE, ALL, true, true);
    }

    @Test
    void scopeOrLevel_thatIsNone_isRefused() {
        for (String bad :
                List.of(arguments("world", null), arguments("all", "eternal"), "{\"level\":\"long\"}", "{}")) {
            ToolException refused = assertThrows(ToolException.class, () -> own.prepare("memory.reset", bad), bad);
            assertEquals(ToolException.Reason.INVALID_ARGUMENTS, refused.reason(), bad);
            assertFalse(String.valueOf(refused.getMessage()).isBlank());
        }
        assertWorld(ALICE, ALL, true, true);
    }
}
