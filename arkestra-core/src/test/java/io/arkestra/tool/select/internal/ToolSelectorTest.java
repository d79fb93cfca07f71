package io.arkestra.tool.select.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.HashedWords;
import io.arkestra.common.Cancellation;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingRole;
import io.arkestra.event.internal.EngineEventBus;
import io.arkestra.policy.Decision;
import io.arkestra.policy.Trust;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.Owner;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSelection;
import io.arkestra.tool.ToolSpec;
import io.arkestra.tool.internal.ToolArguments;
import io.arkestra.tool.internal.ToolRegistry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Selection with a model that, unlike the index of words, reads words that every request has. */
class ToolSelectorTest {
    private static final Scope SCOPE = Scope.of(UserId.of("alice"));
    private static final String WITHOUT_COMMON_WORD = "what do you need";

    private final ToolRegistry registry = new ToolRegistry(new ToolArguments(SchemaValidator.create()));
    private final EngineEventBus bus = new EngineEventBus(Clock.systemUTC());
    /** What is to be done in the background; it is not done before a test says so. */
    private final Deque<Runnable> background = new ArrayDeque<>();

    private DocStore store;
    private ToolTelemetry telemetry;
    private ToolSelector selector;

    @BeforeEach
    void open() {
        store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().build());
        telemetry = new ToolTelemetry(store, registry, bus, Runnable::run);
        selector = over(new HashedWords());
        add("a.note", "Writes notes down");
        add("b.joke", "Tells funny stories");
        add("c.rent", "Rents out what you need");
    }

    @AfterEach
    void close() {
        telemetry.close();
        bus.close();
        store.close();
    }

    private void add(String name, String description) {
        ToolSpec spec = ToolSpec.builder(name).description(description).build();
        registry.replace(
                new Tool() {
                    @Override
                    public ToolSpec spec() {
                        return spec;
                    }

                    @Override
                    public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
                        return ToolResult.text("");
                    }
                },
                "test",
                Trust.BUILT_IN);
    }

    private ToolSelection select(String query) {
        return selector.select(SCOPE, query, 10, Cancellation.none());
    }

    private ToolSelector over(Embedder embedder) {
        return new ToolSelector(
                registry,
                (action, scope) -> Decision.allow("test", "yes"),
                Optional.of(embedder),
                Optional.empty(),
                telemetry,
                store,
                background::add);
    }

    /** Counts how often texts are embedded. */
    private static Embedder counting(Embedder real, AtomicInteger embedded) {
        return (Embedder) Proxy.newProxyInstance(
                Embedder.class.getClassLoader(), new Class<?>[] {Embedder.class}, (proxy, method, given) -> {
                    if (method.getName().equals("embed")) {
                        embedded.incrementAndGet();
                    }
                    return method.invoke(real, given);
                });
    }

    /** Takes some words for others. */
    private static Embedder speaking(Embedder real, Map<String, String> meaning) {
        return instead(
                real,
                texts -> texts.stream()
                        .map(text -> Stream.of(text.split(" "))
                                .map(word -> meaning.getOrDefault(word, word))
                                .collect(Collectors.joining(" ")))
                        .toList());
    }

    /** Fails on single words when told so. */
    private static Embedder failingOnWords(Embedder real, AtomicBoolean fails) {
        return instead(real, texts -> {
            if (fails.get() && texts.stream().noneMatch(text -> text.contains(" "))) {
                throw new EmbeddingException("failed", "The model is out of order", null);
            }
            return texts;
        });
    }

    private static Embedder instead(Embedder real, UnaryOperator<List<String>> texts) {
        return (Embedder) Proxy.newProxyInstance(
                Embedder.class.getClassLoader(), new Class<?>[] {Embedder.class}, (proxy, method, given) -> {
                    if (method.getName().equals("embed")) {
                        @SuppressWarnings("unchecked")
                        List<String> asked = (List<String>) given[0];
                        return real.embed(texts.apply(asked), (EmbeddingRole) given[1], (Cancellation) given[2]);
                    }
                    return method.invoke(real, given);
                });
    }

    private static String best(ToolSelection selection) {
        return selection.choices().get(0).name();
    }

    @Test
    void select_noVectorYet_goesByWordsAndHasThemMadeInTheBackground() {
        ToolSelection before = select(WITHOUT_COMMON_WORD);
        background.remove().run();

        assertEquals("a.note", best(before));
        assertTrue(
                before.notes().get(0).startsWith("by words alone"),
                before.notes().toString());
        assertEquals("c.rent", best(select(WITHOUT_COMMON_WORD)));
    }

    @Test
    void select_toolAddedWhoseVectorIsNotThere_leavesTheOthersToWordsAndVectors() {
        selector.prepare(Cancellation.none());
        add("d.whale", "Counts whales");

        ToolSelection selection = select(WITHOUT_COMMON_WORD);

        assertEquals("c.rent", best(selection));
        assertEquals(
                "1 of 4 tools have no vector yet; words stand in for theirs",
                selection.notes().get(0));
        assertEquals("d.whale", best(select("count the whales")));
        assertFalse(
                select("count the whales").choices().get(0).reasons().stream()
                        .anyMatch(reason -> reason.startsWith("meaning")),
                "a stand-in is no meaning");
        assertEquals(1, background.size());
        background.remove().run();
        assertEquals(0, select(WITHOUT_COMMON_WORD).notes().size());
    }

    @Test
    void prepare_allVectorsAreKept_embedsNothing() {
        selector.prepare(Cancellation.none());
        AtomicInteger embedded = new AtomicInteger();
        ToolSelector next = over(counting(new HashedWords(), embedded));

        next.prepare(Cancellation.none());

        assertEquals(0, embedded.get());
        assertEquals(
                select(WITHOUT_COMMON_WORD).choices(),
                next.select(SCOPE, WITHOUT_COMMON_WORD, 10, Cancellation.none()).choices());
    }

    /** Photos and images have no letter in common, nor are they the same to an index of words. */
    @Test
    void select_wordOfLikeMeaning_isToldAsAReason() {
        add("d.pictures", "Rotates images");
        Map<String, String> meaning = Map.of("photos", "images");
        selector = over(speaking(new HashedWords(), meaning));
        selector.prepare(Cancellation.none());

        ToolSelection selection = select("turn photos by ninety degrees");

        assertEquals("d.pictures", best(selection));
        assertTrue(
                selection.choices().get(0).reasons().contains("words of like meaning: photos as images"),
                selection.choices().get(0).reasons().toString());
    }

    /** What people say is nobody's to keep because a tool had to be found. */
    @Test
    void select_wordsOfMessages_areNotKept() {
        selector.prepare(Cancellation.none());
        select("my secret garden whispers");

        List<String> kept = store.inTransaction(tx -> Stream.of(
                        "writes", "notes", "down", "tells", "my", "secret", "garden", "whispers")
                .filter(word -> tx.get("tool_words", Owner.SYSTEM, word).isPresent())
                .toList());

        assertEquals(List.of("writes", "notes", "down", "tells"), kept);
    }

    @Test
    void select_modelFailsOnWords_goesOnWithoutThem() {
        AtomicBoolean fails = new AtomicBoolean();
        selector = over(failingOnWords(new HashedWords(), fails));
        selector.prepare(Cancellation.none());
        fails.set(true);

        ToolSelection selection = select("what do you need today");

        assertEquals("c.rent", best(selection));
        assertEquals(List.of("without words of like meaning: embedding.failed"), selection.notes());
    }

    /** A short conversation is over before the vectors are made: nothing that anybody has to be told. */
    @Test
    void select_closedBeforeTheVectorsAreMade_isNoWarning() {
        select(WITHOUT_COMMON_WORD);
        store.close();
        PrintStream before = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try {
            background.remove().run();
        } finally {
            System.setErr(before);
        }

        assertEquals("", logged.toString(StandardCharsets.UTF_8));
    }
}
