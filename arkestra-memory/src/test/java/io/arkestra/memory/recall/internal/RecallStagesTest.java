package io.arkestra.memory.recall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import io.arkestra.memory.MemoryDraft;
import io.arkestra.memory.MemoryRecord;
import io.arkestra.memory.Passage;
import io.arkestra.memory.Recall;
import io.arkestra.memory.RecallQuery;
import io.arkestra.schedule.TimePhrases;
import io.arkestra.schedule.TimeSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes after the weighted sum, and what decides beside the words: reranker, spreading, times, usage, graph, weights. */
class RecallStagesTest {
    /** Likes what was put last; judges so many. */
    private record Backwards(int most, boolean understanding, boolean broken) implements Reranker {
        @Override
        public String id() {
            return "backwards";
        }

        @Override
        public List<RerankScore> rerank(
                String query, List<RerankCandidate> candidates, Duration deadline, Cancellation cancel) {
            if (broken) {
                throw new EmbeddingException("failed", "the model is broken", null);
            }
            List<RerankScore> scores = new ArrayList<>();
            for (int i = Math.min(most, candidates.size()) - 1; i >= 0; i--) {
                scores.add(RerankScore.of(candidates.get(i).id(), i));
            }
            return scores;
        }

        @Override
        public boolean understands(String text) {
            return understanding;
        }

        @Override
        public void close() {}
    }

    private static Conversation gardens(Conversation talk) {
        talk.user("ann", "s1", "t1", "The garden needs roses, said the garden guide for my garden");
        talk.user("ann", "s2", "t2", "A garden party with lanterns and my uncle");
        talk.user("ann", "s3", "t3", "We walked home late and passed an old garden on the hill");
        return talk;
    }

    private static Recall ask(Conversation talk, String question) {
        return talk.memory.recall(Conversation.as("ann"), RecallQuery.about(question));
    }

    private static List<String> ids(Recall recall) {
        return recall.passages().stream().map(Passage::id).toList();
    }

    private static Recall reranked(Reranker model) {
        try (Conversation talk = gardens(Conversation.with(builder -> builder.service(Reranker.class, model)))) {
            return ask(talk, "garden roses");
        }
    }

    private static List<String> firstStage() {
        try (Conversation talk = gardens(Conversation.inMemory())) {
            return ids(ask(talk, "garden roses"));
        }
    }

    @Test
    void rerank_modelWithAnotherOrder_changesTheOrderAndExplainsIt() {
        // One who judges nothing but the last: it comes first by both ranks together.
        Recall recall = reranked(new Reranker() {
            @Override
            public String id() {
                return "last";
            }

            @Override
            public List<RerankScore> rerank(
                    String query, List<RerankCandidate> candidates, Duration deadline, Cancellation cancel) {
                return List.of(
                        RerankScore.of(candidates.get(candidates.size() - 1).id(), 1));
            }

            @Override
            public boolean understands(String text) {
                return true;
            }

            @Override
            public void close() {}
        });
        List<String> before = firstStage();

        assertEquals(List.of(before.get(2), before.get(0), before.get(1)), ids(recall));
        assertTrue(recall.passages().stream()
                .allMatch(passage -> passage.scoreParts().containsKey("rerank")));
        assertTrue(
                recall.notes().toString().contains("judged 1 of 3"),
                () -> recall.notes().toString());
    }

    @Test
    void rerank_judgedPassages_tellWhereBetweenWorstAndBestTheyAre() {
        List<String> before = firstStage();
        Map<String, Double> relevance = reranked(new Backwards(9, true, false)).passages().stream()
                .collect(Collectors.toMap(
                        Passage::id, passage -> passage.scoreParts().getOrDefault("relevance", -1.0)));

        assertEquals(Map.of(before.get(0), 0.0, before.get(1), 0.5, before.get(2), 1.0), relevance);
        for (Reranker model :
                List.of(new Backwards(1, true, false), new Backwards(9, true, true), new Backwards(9, false, false))) {
            assertTrue(reranked(model).passages().stream()
                    .noneMatch(passage -> passage.scoreParts().containsKey("relevance")));
        }
    }

    @Test
    void rerank_deadlineBeforeAll_keepsTheOthersBehindInTheirOrder() {
        Recall recall = reranked(new Backwards(1, true, false));

        assertEquals(firstStage(), ids(recall));
        assertTrue(
                recall.notes().toString().contains("judged 1 of 3 passages within 800 ms"),
                () -> recall.notes().toString());
    }

    @Test
    void rerank_modelFails_keepsTheFirstOrderWithANote() {
        Recall recall = reranked(new Backwards(9, true, true));

        assertEquals(firstStage(), ids(recall));
        assertTrue(
                recall.notes().toString().contains("the model is broken"),
                () -> recall.notes().toString());
    }

    @Test
    void rerank_languageNotUnderstood_isSkipped() {
        Recall recall = reranked(new Backwards(9, false, true));

        assertEquals(firstStage(), ids(recall));
        assertEquals(List.of(), recall.notes());
        assertFalse(recall.passages().get(0).scoreParts().containsKey("rerank"));
    }

    @Test
    void secondStage_unknownName_isRefusedByTheSettings() {
        assertTrue(new io.arkestra.memory.internal.ArkestraMemoryProvider()
                .settings().keys().stream()
                        .filter(key -> key.name().equals("secondStage"))
                        .allMatch(key -> key.allowed().equals(List.of("none", "stored-vectors"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Which hobbies do I have?",
                "What activities do I do as a hobby?",
                "What do Anna and Ben have in common?",
                "What kind of hobby have I tried?",
                "Какие у меня есть хобби?",
                "Перечисли мои увлечения",
                "Что общего у Анны и Бориса?"
            })
    void question_forSeveralThings_isTold(String text) {
        assertTrue(question(text).asksMany());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What is my hobby?",
                "When was the wedding?",
                "What does Ann do?",
                "Which bus goes there?",
                "Where does he live?",
                "Как зовут кота?",
                "Когда свадьба?",
                "Какой у меня адрес?"
            })
    void question_forOneThing_isNotTakenForMany(String text) {
        assertFalse(question(text).asksMany());
    }

    private static Question question(String text) {
        return Question.of(
                text, new io.arkestra.keyword.lucene.internal.WordAnalysis().words(text), new QuestionForm());
    }

    @Test
    void recall_questionForAList_bringsOtherConversationsBeforeMoreOfTheSame() {
        try (Conversation talk = Conversation.inMemory()) {
            for (int i = 0; i < 4; i++) {
                talk.user("ann", "s1", "t" + i, "My hobby is chess and the hobby chess club number " + (i + 2));
            }
            talk.user("ann", "s2", "t9", "My pottery became a hobby, painting another hobby since summer");
            talk.user("ann", "s2", "t10", "That hobby came from my aunt");

            Recall list = ask(talk, "Which hobbies do I have?");
            Recall one = ask(talk, "What is my hobby?");

            assertTrue(place(list, "pottery") < place(one, "pottery"), () -> list + " " + one);
            double previous = Double.POSITIVE_INFINITY;
            for (Passage passage : list.passages()) {
                assertTrue(passage.score() <= previous, list::toString);
                assertTrue(passage.scoreParts().containsKey("diversity"), list::toString);
                previous = passage.score();
            }
            assertFalse(one.passages().get(0).scoreParts().containsKey("diversity"));
        }
    }

    private static int place(Recall recall, String word) {
        List<String> texts = recall.passages().stream().map(Passage::text).toList();
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).contains(word)) {
                return i;
            }
        }
        throw new AssertionError(word + " is not among " + texts);
    }

    /** Knows two phrases, as the engine's reader of times does. */
    private static Optional<TimeSpan> past(String text, Instant now) {
        for (String phrase : List.of("last week", "в прошлую пятницу")) {
            int at = text.toLowerCase(Locale.ROOT).indexOf(phrase);
            if (at >= 0) {
                return Optional.of(TimeSpan.of(
                        now.minus(Duration.ofDays(10)), now.minus(Duration.ofDays(3)), at, at + phrase.length()));
            }
        }
        return Optional.empty();
    }

    @ParameterizedTest
    @CsvSource({
        "What did I say last week?, true",
        "What did I say about the boat last week?, true",
        "Что я говорил в прошлую пятницу?, true",
        "Which boat did I see last week?, false"
    })
    void recall_timeNamed_isALimitOnlyWhenItIsAboutSaying(String question, boolean limit) {
        TimePhrases times = (text, now, zone) -> past(text, now);
        try (Conversation talk = Conversation.with(builder -> builder.service(TimePhrases.class, times))) {
            talk.user("ann", "s1", "t1", "An old boat was in the harbour");
            talk.clock.advance(Duration.ofDays(30));
            talk.user("ann", "s2", "t2", "The boat is painted blue");
            talk.clock.advance(Duration.ofDays(5));
            talk.user("ann", "s3", "t3", "My boat sank");

            List<String> texts = talk.texts("ann", question);

            assertEquals("The boat is painted blue", texts.get(0));
            assertEquals(limit ? 1 : 3, texts.size());
        }
    }

    @Test
    void recall_nothingSaidInThatTime_searchesAllTimesWithANote() {
        TimePhrases times = (text, now, zone) -> past(text, now);
        try (Conversation talk = Conversation.with(builder -> builder.service(TimePhrases.class, times))) {
            talk.user("ann", "s1", "t1", "An old boat was in the harbour");

            Recall recall = ask(talk, "What did I say about the boat last week?");

            assertEquals(1, recall.passages().size());
            assertTrue(
                    recall.notes().toString().contains("all times were searched"),
                    () -> recall.notes().toString());
        }
    }

    @Test
    void recall_factUsed_isCountedInTheRecord() {
        try (Conversation talk = Conversation.inMemory()) {
            MemoryRecord fact =
                    talk.memory.remember(Conversation.as("ann"), MemoryDraft.fact("The harbour opens at 7"));
            long before = fact.uses();

            ask(talk, "When does the harbour open?");
            talk.memory.refresh();

            assertEquals(
                    before + 1,
                    talk.memory
                            .find(Conversation.as("ann"), fact.id())
                            .orElseThrow()
                            .uses());
        }
    }

    @Test
    void recall_recency_countsOnlyWhenAskedHowThingsAre() {
        try (Conversation talk = Conversation.inMemory()) {
            talk.user("ann", "s1", "t1", "My desk is in the blue room");
            talk.clock.advance(Duration.ofDays(90));
            talk.user("ann", "s2", "t2", "My desk is in the red room");

            Recall now = ask(talk, "Where is my desk now?");
            Recall ever = ask(talk, "Where is my desk?");

            assertTrue(parts(now, "recency") > 0, now::toString);
            assertEquals(0, parts(ever, "recency"), 1e-9);
            assertEquals("My desk is in the red room", now.passages().get(0).text());
        }
    }

    @Test
    void recall_graph_countsOnlyWhenAskedHowThingsAre() {
        try (Conversation talk = Conversation.inMemory()) {
            talk.user("ann", "s1", "t1", "Yesterday my friend Katya came to see us in Berlin.");
            talk.user("ann", "s1", "t2", "We went to the lake with Katya and it rained all day.");
            talk.memory.refresh();

            Recall now = ask(talk, "How is Katya doing now?");
            Recall ever = ask(talk, "How is Katya doing?");

            assertTrue(parts(now, "graph") > 0, now::toString);
            assertEquals(0, parts(ever, "graph"), 1e-9);
        }
    }

    @Test
    void recall_hostsWeights_decideTheOrder(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("weights.properties");
        Files.writeString(file, "lexical.length=1000\nlexical.sharp=0\nlexical.window=0\n");
        Json settings = Json.fromJava(Map.of("recallWeights", file.toString()));
        try (Conversation talk = gardens(Conversation.with(builder -> builder.settings(settings)))) {
            Recall recall = ask(talk, "garden roses");

            assertTrue(recall.passages().get(0).text().startsWith("We walked home"), recall::toString);
            assertTrue(parts(recall, "length") > 100, recall::toString);
        }
    }

    @Test
    void recall_weightsOfNoFeature_areRefusedWithTheNames(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("weights.properties");
        Files.writeString(file, "lexical.luck=1\n");
        Json settings = Json.fromJava(Map.of("recallWeights", file.toString()));

        ConfigException thrown = assertThrows(
                ConfigException.class,
                () -> Conversation.with(builder -> builder.settings(settings)).close());

        assertTrue(String.valueOf(thrown.getMessage()).contains("lexical.luck"), thrown::getMessage);
    }

    private static double parts(Recall recall, String part) {
        return recall.passages().stream()
                .mapToDouble(passage -> passage.scoreParts().getOrDefault(part, 0.0))
                .max()
                .orElse(0);
    }
}
