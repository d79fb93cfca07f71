package io.arkestra.memory.document.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.CancelledException;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.ProjectId;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.embedding.Embedders;
import io.arkestra.memory.Citation;
import io.arkestra.memory.DocumentDraft;
import io.arkestra.memory.DocumentInfo;
import io.arkestra.memory.Documents;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.memory.internal.ArkestraMemoryProvider;
import io.arkestra.memory.record.internal.Chunk;
import io.arkestra.memory.semantic.internal.ExactVectors;
import io.arkestra.memory.semantic.internal.WordEmbedder;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.testkit.WatchedCancellation;
import io.arkestra.vector.VectorIndexProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentsTest {
    private static final Scope ANN = Scope.of(UserId.of("ann"));
    private static final Scope BOB = Scope.of(UserId.of("bob"));

    private final WordEmbedder embedder = new WordEmbedder("words", 64, 120);

    /** A memory with its store. */
    private record Home(DocStore store, Memory memory) implements AutoCloseable {
        Documents documents() {
            return memory.documents();
        }

        List<String> found(Scope who, String query) {
            return documents().search(who, RecallQuery.about(query), Map.of()).passages().stream()
                    .map(passage -> passage.source().orElseThrow())
                    .toList();
        }

        @Override
        public void close() {
            memory.close();
            store.close();
        }
    }

    private static TestProviderContext.Builder context(@Nullable Path home, String part) throws IOException {
        TestProviderContext.Builder builder =
                TestProviderContext.builder().clock(ManualClock.at("2026-03-01T12:00:00Z"));
        return home == null ? builder : builder.dataDirectory(Files.createDirectories(home.resolve(part)));
    }

    private static Home open(@Nullable Path home, @Nullable Embedders embedders) throws IOException {
        DocStore store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(context(home, "store").build());
        TestProviderContext.Builder builder = context(home, "memory")
                .service(DocStore.class, store)
                .service(VectorIndexProvider.class, new ExactVectors());
        if (embedders != null) {
            builder = builder.service(Embedders.class, embedders);
        }
        return new Home(store, new ArkestraMemoryProvider().open(builder.build()));
    }

    @Test
    void recall_userWithDocuments_hasThemInTheirOwnSection() throws IOException {
        try (Home home = open(null, embedder.everywhere())) {
            home.memory().remember(ANN, MemoryDraft.fact("The dishwasher stands in the kitchen"));
            home.documents()
                    .add(ANN, DocumentDraft.of("manual", "Manual", "E24: the drain of the dishwasher is blocked."));
            RecallQuery query = RecallQuery.about("dishwasher");

            Recall recall = home.memory().recall(ANN, query);
            assertEquals(Passage.Kind.FACT, recall.passages().get(0).kind());
            assertTrue(recall.passages().stream().noneMatch(hit -> hit.kind() == Passage.Kind.DOCUMENT));
            assertEquals(
                    List.of("manual"),
                    recall.section(Passage.Kind.DOCUMENT).stream()
                            .map(hit -> hit.source().orElseThrow())
                            .toList());

            Recall only = home.memory().recall(ANN, query.kinds(Set.of(Passage.Kind.DOCUMENT)));
            assertEquals(Passage.Kind.DOCUMENT, only.passages().get(0).kind());
            Recall none = home.memory().recall(ANN, query.kinds(Set.of(Passage.Kind.FACT)));
            assertEquals(List.of(), none.section(Passage.Kind.DOCUMENT));
            assertEquals(List.of(), home.memory().recall(BOB, query).section(Passage.Kind.DOCUMENT));
        }
    }

    @Test
    void add_cancelledAtAnyMoment_leavesWhatWasThere() throws IOException {
        try (Home home = open(null, embedder.everywhere())) {
            home.documents().add(ANN, DocumentDraft.of("zoo", "Animals", "The aardvark eats ants at night."));
            DocumentDraft longer = DocumentDraft.of("zoo", "Animals", "Every zebra has stripes. ".repeat(500));
            int moments = 0;
            for (boolean done = false; !done; moments++) {
                int last = moments + 1;
                WatchedCancellation cancel = new WatchedCancellation(look -> look >= last);
                try {
                    home.documents().add(ANN, longer, cancel);
                    done = true;
                } catch (CancelledException e) {
                    assertEquals("aardvark", animal(home), "cancelled at moment " + cancel.looks());
                }
            }
            assertTrue(moments > 10, "it is asked for each part, but only " + moments + " times");
            assertEquals("zebra", animal(home));
        }
    }

    /** Which of the two all that is found is about. */
    private static String animal(Home home) {
        List<String> texts =
                home.documents().search(ANN, RecallQuery.about("aardvark zebra"), Map.of()).passages().stream()
                        .map(Passage::text)
                        .toList();
        assertFalse(texts.isEmpty());
        return texts.stream().allMatch(text -> text.contains("aardvark"))
                ? "aardvark"
                : texts.stream().allMatch(text -> text.contains("zebra")) ? "zebra" : texts.toString();
    }

    @Test
    void search_byWords_findsTheDocumentWithCitation() throws IOException {
        try (Home home = open(null, null)) {
            String text = "# Pets\n\nCats sleep a lot. ".repeat(3) + "\n\nThe aardvark eats ants at night.";
            home.documents().add(ANN, DocumentDraft.of("zoo", "Animals", text).origin(Origin.WEB));
            home.documents().add(ANN, DocumentDraft.of("car", "Cars", "The engine needs oil."));
            Recall recall = home.documents().search(ANN, RecallQuery.about("aardvark"), Map.of());
            Passage best = recall.passages().get(0);
            assertEquals(Passage.Kind.DOCUMENT, best.kind());
            assertEquals(Origin.WEB, best.origin());
            assertEquals("Animals", best.speaker());
            assertEquals("zoo", best.citation().orElseThrow().document());
            assertEquals(
                    best.text(),
                    text.substring(
                            best.citation().orElseThrow().start(),
                            best.citation().orElseThrow().end()));
            assertEquals(1, recall.passages().size());
        }
    }

    @Test
    void search_byMeaning_findsOtherWords() throws IOException {
        try (Home home = open(null, embedder.everywhere())) {
            home.documents().add(ANN, DocumentDraft.of("a", "", "Every car has four wheels."));
            home.documents().add(ANN, DocumentDraft.of("b", "", "Bread is made of flour."));
            home.memory().refresh();
            assertEquals("a", home.found(ANN, "automobile").get(0));
            assertEquals(List.of(), home.found(BOB, "automobile"));
        }
    }

    @Test
    void search_inTheConversation_findsNoDocument() throws IOException {
        try (Home home = open(null, embedder.everywhere())) {
            home.documents().add(ANN, DocumentDraft.of("a", "", "Every car has four wheels."));
            home.memory().refresh();
            assertEquals(
                    List.of(),
                    home.memory().recall(ANN, RecallQuery.about("car wheels")).passages());
        }
    }

    @Test
    void add_again_replacesAndEmbedsOnlyWhatChanged() throws IOException {
        try (Home home = open(null, embedder.everywhere())) {
            String first = "First part about apples. ".repeat(20);
            home.documents().add(ANN, DocumentDraft.of("a", "", first + "Second part about pears. ".repeat(20)));
            home.memory().refresh();
            int asked = embedder.asked().size();
            assertTrue(asked > 1);
            home.documents().add(ANN, DocumentDraft.of("a", "", first + "Second part about pears. ".repeat(20)));
            home.memory().refresh();
            assertEquals(asked, embedder.asked().size());
            DocumentInfo info = home.documents().add(ANN, DocumentDraft.of("a", "New", "Only plums."));
            home.memory().refresh();
            assertEquals(1, info.chunks());
            assertFalse(home.documents()
                    .search(ANN, RecallQuery.about("apples"), Map.of())
                    .passages()
                    .toString()
                    .contains("apples"));
            assertEquals(List.of(info), home.documents().list(ANN, Optional.empty(), 10));
        }
    }

    @Test
    void remove_leavesNothing() throws IOException {
        try (Home home = open(null, embedder.everywhere())) {
            home.documents().add(ANN, DocumentDraft.of("a", "", "Zanzibar lies in the sea."));
            home.memory().refresh();
            assertTrue(home.documents().remove(ANN, "a"));
            assertFalse(home.documents().remove(ANN, "a"));
            assertEquals(List.of(), home.found(ANN, "Zanzibar"));
            assertEquals(Optional.empty(), home.documents().find(ANN, "a"));
            for (String collection : List.of("documents", "chunks", "embeddings")) {
                assertEquals(
                        0L,
                        home.store()
                                .<Long>inTransaction(transaction -> transaction.count(
                                        collection,
                                        io.arkestra.store.Owner.of(ANN.user()),
                                        io.arkestra.store.Filter.all())),
                        collection);
            }
        }
    }

    @Test
    void search_metadataTimeKindsAndLimit_areRespected() throws IOException {
        try (Home home = open(null, embedder.everywhere())) {
            for (int i = 0; i < 12; i++) {
                home.documents()
                        .add(
                                ANN,
                                DocumentDraft.of("d" + i, "", "Report number " + i + " about sales.")
                                        .metadata("year", i < 6 ? "2024" : "2025")
                                        .at(Instant.parse("2025-01-01T00:00:00Z")
                                                .plusSeconds(86_400L * i)));
            }
            home.memory().refresh();
            RecallQuery sales = RecallQuery.about("sales report").limit(20);
            Documents documents = home.documents();
            assertEquals(
                    6,
                    documents
                            .search(ANN, sales, Map.of("year", "2024"))
                            .passages()
                            .size());
            assertEquals(
                    0,
                    documents
                            .search(ANN, sales, Map.of("year", "1999"))
                            .passages()
                            .size());
            assertEquals(
                    3,
                    documents
                            .search(ANN, sales.limit(3), Map.of("year", "2025"))
                            .passages()
                            .size());
            assertEquals(
                    2,
                    documents
                            .search(
                                    ANN,
                                    sales.between(
                                            Instant.parse("2025-01-03T00:00:00Z"),
                                            Instant.parse("2025-01-05T00:00:00Z")),
                                    Map.of())
                            .passages()
                            .size());
            assertEquals(
                    List.of(),
                    documents
                            .search(ANN, sales.kinds(Set.of(Passage.Kind.FACT)), Map.of())
                            .passages());
        }
    }

    @Test
    void search_neighbouringChunks_areOnePassageWithinTheBudget() throws IOException {
        try (Home home = open(null, null)) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 120; i++) {
                text.append("Elephants walk far in year ").append(i).append(" of the journey. ");
            }
            home.documents().add(ANN, DocumentDraft.of("a", "", text.toString()));
            home.documents().add(ANN, DocumentDraft.of("b", "", "Elephants drink."));
            RecallQuery query = RecallQuery.about("elephants").tokenBudget(100_000);
            List<Passage> all = home.documents().search(ANN, query, Map.of()).passages();
            assertEquals(2, all.size());
            Passage longest = all.stream()
                    .filter(p -> p.source().orElseThrow().equals("a"))
                    .findFirst()
                    .orElseThrow();
            assertEquals(text.toString().strip(), longest.text());
            List<Passage> few = home.documents()
                    .search(ANN, query.tokenBudget(10), Map.of())
                    .passages();
            assertEquals(1, few.size());
            assertTrue(few.get(0).text().length() < text.length() / 2);
        }
    }

    @Test
    void list_pagesById() throws IOException {
        try (Home home = open(null, null)) {
            for (String id : List.of("c", "a", "b")) {
                home.documents().add(ANN, DocumentDraft.of(id, "", "text"));
            }
            assertEquals(
                    List.of("b", "c"),
                    home.documents().list(ANN, Optional.of("a"), 10).stream()
                            .map(DocumentInfo::id)
                            .toList());
            assertEquals(List.of(), home.documents().list(BOB, Optional.empty(), 10));
        }
    }

    @Test
    void reopen_findsTheSame(@TempDir Path directory) throws IOException {
        List<String> before;
        try (Home home = open(directory, embedder.everywhere())) {
            for (int i = 0; i < 30; i++) {
                home.documents().add(ANN, DocumentDraft.of("d" + i, "", "Topic" + i % 7 + " and car number" + i));
            }
            home.memory().refresh();
            before = home.found(ANN, "automobile topic3");
        }
        int asked = embedder.asked().size();
        try (Home home = open(directory, embedder.everywhere())) {
            assertEquals(before, home.found(ANN, "automobile topic3"));
            assertEquals(asked, embedder.asked().size());
        }
    }

    @Test
    void erase_user_dropsPostingsAndVectors() throws IOException {
        try (Home home = open(null, embedder.everywhere())) {
            home.documents().add(ANN, DocumentDraft.of("a", "", "Zanzibar lies in the sea."));
            home.memory().refresh();
            home.store().deleteAll(Chunk.NAME, io.arkestra.store.Owner.of(ANN.user()), io.arkestra.store.Filter.all());
            home.memory().erase(ANN.user());
            assertEquals(List.of(), home.found(ANN, "Zanzibar"));
        }
    }

    @Test
    void search_pagesAndLines_areCited() throws IOException {
        try (Home home = open(null, null)) {
            String filler = "Ordinary words fill this paper from the left to the right.\n".repeat(30);
            String text = filler + "\f" + filler + "The aardvark stands here.\n" + filler + "\f";
            home.documents().add(ANN, DocumentDraft.of("book", "Book", text));
            Passage best = home.documents()
                    .search(ANN, RecallQuery.about("aardvark").limit(1), Map.of())
                    .passages()
                    .get(0);
            Citation citation = best.citation().orElseThrow();
            String before = text.substring(0, citation.start());
            assertEquals(1 + before.chars().filter(c -> c == '\f').count(), citation.page());
            assertEquals(1 + before.chars().filter(c -> c == '\n').count(), citation.line());
            assertEquals(
                    citation.line() + best.text().chars().filter(c -> c == '\n').count(), citation.lastLine());
            assertTrue(citation.lastPage() >= 2 && citation.page() <= 2, citation::toString);

            home.documents().add(ANN, DocumentDraft.of("plain", "Plain", "A walrus."));
            Citation plain = home.documents()
                    .search(ANN, RecallQuery.about("walrus"), Map.of())
                    .passages()
                    .get(0)
                    .citation()
                    .orElseThrow();
            assertEquals(List.of(0, 0, 1, 1), List.of(plain.page(), plain.lastPage(), plain.line(), plain.lastLine()));
        }
    }

    @Test
    void add_sectionsOfTheCaller_areHeadings() throws IOException {
        try (Home home = open(null, null)) {
            String first = "class Cart {\n" + "  int a = 1;\n".repeat(60);
            String second = "  void pay() {\n    walrus();\n" + "    other();\n".repeat(60) + "  }\n}\n";
            home.documents()
                    .add(
                            ANN,
                            DocumentDraft.of("cart", "Cart.java", first + second)
                                    .sections(List.of(
                                            new DocumentDraft.Section(0, 1, "Cart"),
                                            new DocumentDraft.Section(first.length(), 2, "pay"))));
            Citation citation = home.documents()
                    .search(ANN, RecallQuery.about("walrus").limit(1), Map.of())
                    .passages()
                    .get(0)
                    .citation()
                    .orElseThrow();
            assertEquals("Cart > pay", citation.heading());
            assertThrows(
                    InvalidInputException.class,
                    () -> DocumentDraft.of("bad", "Bad", "text")
                            .sections(List.of(new DocumentDraft.Section(4, 1, "x"))));
        }
    }

    @Test
    void recall_filesOfProjects_areOnlyInTheirProject() throws IOException {
        try (Home home = open(null, null)) {
            home.documents()
                    .addAll(
                            ANN,
                            List.of(
                                    DocumentDraft.of("f1", "A.java", "walrus code")
                                            .metadata("project", "shop"),
                                    DocumentDraft.of("f2", "B.java", "walrus code")
                                            .metadata("project", "farm"),
                                    DocumentDraft.of("own", "Letter", "walrus letter")));
            RecallQuery query = RecallQuery.about("walrus");
            assertEquals(List.of("own"), beside(home, ANN, query));
            assertEquals(List.of("f1"), beside(home, ANN.withProject(ProjectId.of("shop")), query));
            assertEquals(
                    List.of("f2"),
                    sources(home.documents()
                            .search(ANN, query, Map.of("project", "farm"))
                            .passages()));
            assertEquals(
                    3, home.documents().search(ANN, query, Map.of()).passages().size());
            assertEquals(2, home.documents().removeAll(ANN, List.of("f1", "f2", "f3")));
            assertEquals(List.of("own"), home.found(ANN, "walrus"));
        }
    }

    private static List<String> beside(Home home, Scope scope, RecallQuery query) {
        return sources(home.memory().recall(scope, query).section(Passage.Kind.DOCUMENT));
    }

    private static List<String> sources(List<Passage> passages) {
        return passages.stream().map(passage -> passage.source().orElseThrow()).toList();
    }
}
