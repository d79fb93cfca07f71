package io.arkestra.keyword.lucene.internal;

import static io.arkestra.keyword.lucene.internal.Texts.ANN;
import static io.arkestra.keyword.lucene.internal.Texts.BOB;
import static io.arkestra.keyword.lucene.internal.Texts.SPEC;
import static io.arkestra.keyword.lucene.internal.Texts.doc;
import static io.arkestra.keyword.lucene.internal.Texts.ids;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.keyword.KeywordIndex;
import io.arkestra.keyword.KeywordIndexException;
import io.arkestra.keyword.KeywordIndexProvider;
import io.arkestra.keyword.KeywordIndexSpec;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.internal.ArkestraMemoryProvider;
import io.arkestra.spi.ProviderContext;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.testkit.TestProviderContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk without space is not damage: what was found is found on, and the index follows when there is space again. */
class FullDiskIndexTest {
    private static final Scope SCOPE = Scope.of(UserId.of("ann"));

    @TempDir
    Path home;

    private final AtomicBoolean full = new AtomicBoolean();

    /** Refuses to write while the disk is said to be full. */
    private final class FullDisk extends FilterDirectory {
        FullDisk(Directory in) {
            super(in);
        }

        @Override
        public IndexOutput createOutput(String name, IOContext context) throws IOException {
            if (full.get()) {
                throw new IOException(name + ": No space left on device");
            }
            return super.createOutput(name, context);
        }
    }

    private final class Provider implements KeywordIndexProvider {
        @Override
        public String id() {
            return "full-disk";
        }

        @Override
        public KeywordIndex open(KeywordIndexSpec spec, ProviderContext context) {
            Path directory = context.dataDirectory().orElseThrow().resolve(spec.name());
            return index(spec, directory);
        }
    }

    private KeywordIndex index(KeywordIndexSpec spec, Path directory) {
        return new LuceneKeywordIndex(spec, new PartitionFiles(directory, FullDisk::new), 16, warning -> {});
    }

    @Test
    void commit_diskFull_isNotDamageAndWhatWasFoundIsFoundOn() {
        try (KeywordIndex index = index(SPEC, home)) {
            index.upsert(List.of(doc(ANN, "a", "green lamp")));
            index.commit(1);
            index.upsert(List.of(doc(ANN, "b", "red lamp"), doc(BOB, "c", "blue lamp")));
            assertEquals(2, ids(index, ANN, "lamp").size());
            assertEquals(1, ids(index, BOB, "lamp").size());
            full.set(true);

            KeywordIndexException e = assertThrows(KeywordIndexException.class, () -> index.commit(2));

            assertEquals("keyword.full", e.code());
            assertTrue(e.getMessage().contains("Free some space"), e.getMessage());
            assertEquals(1, index.committedSequence());
            assertEquals(2, ids(index, ANN, "lamp").size());
            assertEquals(1, ids(index, BOB, "lamp").size());

            full.set(false);
            index.upsert(List.of(doc(ANN, "b", "red lamp"), doc(BOB, "c", "blue lamp"), doc(ANN, "d", "old lamp")));
            index.commit(3);
            assertEquals(3, ids(index, ANN, "lamp").size());
        }
        try (KeywordIndex index = index(SPEC, home)) {
            assertEquals(3, index.committedSequence());
            assertEquals(3, ids(index, ANN, "lamp").size());
            assertEquals(1, ids(index, BOB, "lamp").size());
        }
    }

    @Test
    void recall_diskFull_findsWhatWasThereSaysSoAndFollowsLater() {
        try (DocStore store = ServiceLoader.load(DocStoreProvider.class)
                        .findFirst()
                        .orElseThrow()
                        .open(TestProviderContext.builder().build());
                Memory memory = new ArkestraMemoryProvider()
                        .open(TestProviderContext.builder()
                                .dataDirectory(home)
                                .service(DocStore.class, store)
                                .service(KeywordIndexProvider.class, new Provider())
                                .build())) {
            say(memory, 0, "The green lamp stands in the attic");
            memory.documents().add(SCOPE, DocumentDraft.of("d", "Manual", "The dishwasher shows error E24"));
            memory.refresh();
            say(memory, 1, "The red lamp stands in the cellar");
            assertEquals(2, recall(memory).passages().size());
            full.set(true);
            assertEquals(
                    "keyword.full",
                    assertThrows(KeywordIndexException.class, memory::refresh).code());

            for (int i = 0; i < 2; i++) {
                Recall starved = recall(memory);
                assertEquals(2, starved.passages().size(), starved.notes().toString());
                assertTrue(
                        starved.notes().toString().contains("disk is full"),
                        starved.notes().toString());
            }
            assertEquals(1, documents(memory));

            full.set(false);
            say(memory, 2, "The blue lamp stands in the hall");
            Recall later = recall(memory);
            assertEquals(3, later.passages().size(), later.notes().toString());
            assertEquals(List.of(), later.notes());
            memory.refresh();
            assertEquals(3, recall(memory).passages().size());
            assertEquals(1, documents(memory));
        }
    }

    private static int documents(Memory memory) {
        return memory.documents()
                .search(SCOPE, RecallQuery.about("error E24"), Map.of())
                .passages()
                .size();
    }

    private static void say(Memory memory, int minute, String text) {
        memory.record(
                SCOPE,
                List.of(MessageDraft.of(
                        SessionId.of("s" + minute),
                        Origin.USER,
                        "Ann",
                        text,
                        Instant.parse("2026-01-01T10:00:00Z").plusSeconds(60L * minute))));
    }

    private static Recall recall(Memory memory) {
        return memory.recall(SCOPE, RecallQuery.about("where does the lamp stand"));
    }
}
