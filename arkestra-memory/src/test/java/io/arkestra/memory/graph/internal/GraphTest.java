package io.arkestra.memory.graph.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.InvalidInputException;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.memory.Graph;
import io.arkestra.memory.GraphEdge;
import io.arkestra.memory.GraphNode;
import io.arkestra.memory.Memory;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.MessageDraft;
import io.arkestra.memory.Origin;
import io.arkestra.memory.Statement;
import io.arkestra.memory.internal.ArkestraMemoryProvider;
import io.arkestra.store.DocStore;
import io.arkestra.store.DocStoreProvider;
import io.arkestra.store.Filter;
import io.arkestra.store.Owner;
import io.arkestra.testkit.ManualClock;
import io.arkestra.testkit.TestProviderContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the graph makes of conversations and facts, and what of it goes with them. */
class GraphTest {
    private static final Scope ANN = Scope.of(UserId.of("ann"));
    private static final Scope BEN = Scope.of(UserId.of("ben"));

    private final ManualClock clock = ManualClock.at("2026-03-01T12:00:00Z");
    private DocStore store;
    private Memory memory;
    private Graph graph;

    @BeforeEach
    void open() {
        store = ServiceLoader.load(DocStoreProvider.class)
                .findFirst()
                .orElseThrow()
                .open(TestProviderContext.builder().clock(clock).build());
        memory = new ArkestraMemoryProvider()
                .open(TestProviderContext.builder()
                        .clock(clock)
                        .service(DocStore.class, store)
                        .build());
        graph = memory.graph();
    }

    @AfterEach
    void close() {
        memory.close();
        store.close();
    }

    private List<String> say(Scope user, String session, String... texts) {
        List<String> ids = new ArrayList<>();
        for (String text : texts) {
            clock.advance(Duration.ofMinutes(1));
            memory.record(
                            user,
                            List.of(MessageDraft.of(SessionId.of(session), Origin.USER, "me", text, clock.instant())))
                    .forEach(message -> ids.add(message.id()));
        }
        return ids;
    }

    private MemoryRecord fact(Scope user, String text, Statement statement) {
        clock.advance(Duration.ofMinutes(1));
        return memory.remember(user, MemoryDraft.fact(text).statement(statement).at(clock.instant()));
    }

    private List<String> names(Scope user, GraphNode.Type... types) {
        return graph.nodes(user, Set.copyOf(Arrays.asList(types)), 100).stream()
                .map(GraphNode::name)
                .sorted()
                .toList();
    }

    private List<String> neighbours(Scope user, String name, int distance) {
        return graph.neighbours(user, name, distance, 50).stream()
                .map(GraphNode::name)
                .sorted()
                .toList();
    }

    @Test
    void nodes_whatIsAskedMaskedOrSetsAClock_isNoName() {
        List<String> known = names(ANN);

        say(
                ANN,
                "s",
                "What is the longest river of Brazil?",
                "Кто живёт в Самаре?",
                "моя зона UTC+5",
                "my time zone is Asia/Omsk");
        fact(ANN, "My phone is ***", Statement.one(Statement.Kind.PROFILE, "user", "phone", "***"));

        assertEquals(known, names(ANN));
    }

    @Test
    void nodes_besideAQuestion_comeFromWhatIsTold() {
        say(ANN, "s", "I spent the summer in Norway. Have you heard of Brazil?");

        assertEquals(List.of("Norway"), names(ANN));
    }

    @Test
    void nodes_namesInMessages_areFoundInBothLanguagesWhateverTheirEnding() {
        say(
                ANN,
                "s",
                "Yesterday my friend Katya came to see us.",
                "We went to Berlin with Katya. It rained on Monday.",
                "Вчера я встретил Анну в Москве.",
                "Потом мы с Анной гуляли по городу.");
        assertEquals(
                List.of("Анной", "Анну", "Berlin", "Katya", "Москве").size() - 1,
                names(ANN).size(),
                names(ANN)::toString);
        assertEquals("Katya", graph.find(ANN, "KATYA").orElseThrow().name());
        assertEquals(
                GraphNode.Type.PERSON, graph.find(ANN, "Katya").orElseThrow().type());
        assertEquals(
                GraphNode.Type.PLACE, graph.find(ANN, "Berlin").orElseThrow().type());
        assertEquals(
                GraphNode.Type.PLACE, graph.find(ANN, "Москва").orElseThrow().type());
        assertEquals(2, graph.mentions(ANN, "Анна", 10).size());
        assertEquals(
                GraphNode.Type.PERSON, graph.find(ANN, "анна").orElseThrow().type());
        assertTrue(graph.find(ANN, "Monday").isEmpty());
        assertTrue(graph.find(ANN, "Yesterday").isEmpty());
    }

    @Test
    void nodes_wordThatOnlyBeginsSentences_isANameOnceItIsSeenElsewhere() {
        say(ANN, "s", "Marta is late again.");
        assertTrue(graph.find(ANN, "Marta").isEmpty());
        say(ANN, "t", "I called Marta.");
        assertEquals(2, graph.mentions(ANN, "Marta", 10).size(), "the earlier mention counts now");
    }

    @Test
    void nodes_shoutingOrOnlyTheAssistantsWords_giveNone() {
        say(ANN, "s", "WHY DOES NOTHING WORK HERE TODAY");
        memory.record(
                ANN,
                List.of(MessageDraft.of(
                        SessionId.of("s"), Origin.ASSISTANT, "it", "I heard of Napoleon.", clock.instant())));
        assertEquals(List.of(), names(ANN));
    }

    @Test
    void edges_fact_isTypedAndEndsWhenTheFactIsSuperseded() {
        fact(ANN, "I live in Berlin", Statement.one(Statement.Kind.PROFILE, "user", "city", "Berlin"));
        GraphEdge edge = graph.edges(ANN, "Berlin", false, 10).get(0);
        assertEquals("city", edge.relation());
        assertEquals(graph.find(ANN, "user").orElseThrow().id(), edge.from());
        assertEquals(
                GraphNode.Type.PLACE, graph.find(ANN, "Berlin").orElseThrow().type());

        clock.advance(Duration.ofDays(10));
        fact(ANN, "I live in Hamburg", Statement.one(Statement.Kind.PROFILE, "user", "city", "Hamburg"));

        assertEquals(List.of(), graph.edges(ANN, "Berlin", false, 10));
        GraphEdge ended = graph.edges(ANN, "Berlin", true, 10).get(0);
        assertTrue(ended.validTo().isPresent());
        assertTrue(graph.edges(ANN, "Hamburg", false, 10).get(0).validTo().isEmpty());
        assertFalse(neighbours(ANN, "user", 1).contains("Berlin"));
    }

    @Test
    void nodes_kindsOfFacts_giveTheirTypes() {
        fact(
                ANN,
                "I want to run a marathon",
                Statement.oneOfMany(Statement.Kind.GOAL, "user", "goal", "run a marathon"));
        fact(
                ANN,
                "I swim every morning",
                Statement.oneOfMany(Statement.Kind.HABIT, "user", "habit", "swim every morning"));
        fact(ANN, "I am tired", Statement.one(Statement.Kind.STATE, "user", "mood", "tired"));
        fact(ANN, "My sister is Olga", Statement.one(Statement.Kind.RELATION, "user", "sister", "Olga"));
        assertEquals(List.of("run a marathon"), names(ANN, GraphNode.Type.GOAL));
        assertEquals(List.of("swim every morning"), names(ANN, GraphNode.Type.HABIT));
        assertEquals(List.of("tired"), names(ANN, GraphNode.Type.STATE));
        assertTrue(names(ANN, GraphNode.Type.PERSON).contains("Olga"));
    }

    @Test
    void forget_memory_takesItsEdgesMentionsAndOrphansAlong() {
        MemoryRecord olga =
                fact(ANN, "My sister is Olga", Statement.one(Statement.Kind.RELATION, "user", "sister", "Olga"));
        assertTrue(graph.find(ANN, "Olga").isPresent());
        memory.forget(ANN, olga.id());
        assertEquals(List.of(), names(ANN));
        for (String collection : List.of("graph_nodes", "graph_edges", "graph_mentions")) {
            assertEquals(
                    0L,
                    store.<Long>inTransaction(tx -> tx.count(collection, Owner.of(ANN.user()), Filter.all())),
                    collection);
        }
    }

    @Test
    void forgetMessage_oneOfTwo_keepsWhatTheOtherSays() {
        List<String> ids = say(ANN, "s", "We met Katya and Boris.", "I called Katya again.");
        assertEquals(List.of("Boris"), neighbours(ANN, "Katya", 1));
        memory.forgetMessage(ANN, ids.get(0));
        assertEquals(List.of("Katya"), names(ANN));
        assertEquals(List.of(), neighbours(ANN, "Katya", 1));
    }

    @Test
    void anyQuestion_twoUsers_neverMeet() {
        say(ANN, "s", "We met Katya and Boris.");
        say(BEN, "s", "We met Katya and Zora.");
        assertEquals(List.of("Boris"), neighbours(ANN, "Katya", 2));
        assertEquals(List.of("Zora"), neighbours(BEN, "Katya", 2));
        assertFalse(graph.toSvg(BEN, 50).contains("Boris"));
        assertFalse(graph.toDot(BEN, 50).contains("Boris"));
        store.erase(Owner.of(ANN.user()));
        memory.erase(ANN.user());
        assertEquals(List.of(), names(ANN));
        assertEquals(List.of("Katya", "Zora"), names(BEN));
    }

    @Test
    void weight_timePasses_fadesUntilItComesUpAgain() {
        say(ANN, "s", "I called Katya.");
        double fresh = graph.find(ANN, "Katya").orElseThrow().weight();
        clock.advance(Duration.ofDays(60));
        double faded = graph.find(ANN, "Katya").orElseThrow().weight();
        assertTrue(faded < fresh * 0.6, fresh + " then " + faded);
        say(ANN, "t", "I called Katya again.");
        assertTrue(graph.find(ANN, "Katya").orElseThrow().weight() > fresh);
    }

    @Test
    void boosts_namesOfTheQuestion_findTheirItemsAndWeakerThoseOfNeighbours() {
        List<String> direct = say(ANN, "s", "I called Katya about the boat.", "Then with Boris we went home.");
        List<String> near = say(ANN, "t", "I lent my drill to Boris.");
        say(ANN, "u", "I saw Zora.");
        Map<String, Double> boosts = ((GraphPart) graph).boosts(Owner.of(ANN.user()), "what did katya say?");
        assertEquals(1.0, boosts.get("m:" + direct.get(0)), 1e-9);
        assertTrue(boosts.get("m:" + near.get(0)) < 1.0, boosts::toString);
        assertEquals(3, boosts.size(), boosts::toString);
        assertEquals(Map.of(), ((GraphPart) graph).boosts(Owner.of(ANN.user()), "what is the weather?"));
        assertEquals(Map.of(), ((GraphPart) graph).boosts(Owner.of(BEN.user()), "what did katya say?"));
    }

    /** However it was reached, the graph is what the store's contents give. */
    @Test
    void update_manyChanges_givesWhatABuildFromNothingGives() {
        Random random = new Random(7);
        List<String> people = List.of("Katya", "Boris", "Анна", "Zora", "Marta");
        List<String> said = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String a = people.get(random.nextInt(5));
            String b = people.get(random.nextInt(5));
            said.addAll(say(
                    ANN, "s" + i % 6, i % 3 == 0 ? a + " came. " + b + " left." : "I saw " + a + " with " + b + "."));
            if (i % 4 == 3) {
                memory.forgetMessage(ANN, said.remove(random.nextInt(said.size())));
            }
        }
        GraphPart part = (GraphPart) graph;
        Owner owner = Owner.of(ANN.user());
        part.update(owner, Cancellation.none());
        assertEquals(0, part.update(owner, Cancellation.none()), "twice changes nothing");
        String followed = graph.toDot(ANN, 100);
        for (String collection : List.of("graph_nodes", "graph_edges", "graph_mentions", "graph_state")) {
            store.deleteAll(collection, owner, Filter.all());
        }
        assertTrue(part.update(owner, Cancellation.none()) > 0);
        assertEquals(followed, graph.toDot(ANN, 100));
        assertTrue(followed.contains("Katya"), followed);
    }

    @Test
    void limits_outOfRange_areRefused() {
        assertThrows(InvalidInputException.class, () -> graph.nodes(ANN, Set.of(), 0));
        assertThrows(InvalidInputException.class, () -> graph.neighbours(ANN, "x", 9, 10));
        assertThrows(InvalidInputException.class, () -> graph.toSvg(ANN, 100_000));
        assertEquals(List.of(), graph.neighbours(ANN, "nobody", 1, 10));
        assertEquals(List.of(), graph.edges(ANN, "nobody", true, 10));
    }
}
