package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Scope;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import io.arkestra.persona.internal.PromptBlocks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reranker judged to be far from the question is not sent to the senior. */
class RelevantPassagesTest {
    private static final UserId ALICE = UserId.of("alice");
    private static final String QUESTION = "Where do I keep the spare bicycle key?";
    private static final List<String> TOLD = List.of(
            "The spare bicycle key hangs behind the kitchen door",
            "The bicycle key of my neighbour is lost",
            "My bicycle has a bell and a basket",
            "Anna painted her bicycle green on Sunday",
            "A bicycle stood in the rain all night",
            "The museum shows a bicycle of wood");

    @TempDir
    Path home;

    /** Judges by how many of the words that matter a text holds, on the scale of raw outputs. */
    private static final class WordJudge implements Reranker {
        @Override
        public String id() {
            return "words";
        }

        @Override
        public List<RerankScore> rerank(
                String query, List<RerankCandidate> candidates, Duration deadline, Cancellation cancel) {
            return candidates.stream()
                    .map(candidate -> RerankScore.of(candidate.id(), 5.0 * words(candidate.text()) - 9))
                    .sorted(Comparator.comparingDouble(RerankScore::score).reversed())
                    .toList();
        }

        private static long words(String text) {
            return List.of("spare", "key", "behind").stream()
                    .filter(text::contains)
                    .count();
        }

        @Override
        public boolean understands(String text) {
            return true;
        }

        @Override
        public void close() {}
    }

    private static ArkestraBuilder reranked() {
        return Arkestra.builder().memory(memory -> memory.reranker(new WordJudge()));
    }

    /** What the senior is sent of what was told, and the trace of it. */
    private record Sent(Set<String> texts, String trace) {}

    private static Sent sent(ArkestraBuilder builder) {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> "{\"text\":\"Well.\"}");
        try (Arkestra engine = builder.senior(Llm.client(senior)).build()) {
            // What a conversation holds is not sent once more, so each is told in one of its own.
            for (String text : TOLD) {
                engine.session(ALICE, SessionId.of("told-" + TOLD.indexOf(text)))
                        .ask(text);
            }
            Session session = engine.session(ALICE, SessionId.of("asking"));
            Turn turn = session.turn(QUESTION).start();
            turn.await();
            Set<String> texts =
                    PromptBlocks.quotes(senior.lastMessage(TOLD.size())
                                    .data(PromptBlocks.RECALL)
                                    .orElseThrow())
                            .stream()
                            .map(PromptBlocks.Quote::text)
                            .collect(Collectors.toSet());
            String trace = engine.explain(Scope.of(ALICE, session.id()), turn.id())
                    .orElseThrow()
                    .toString();
            return new Sent(texts, trace);
        }
    }

    @Test
    void turn_rerankerThatJudgesMostToBeFar_sendsTheBestThreeAndTellsWhatIsLeftOut() {
        Sent sent = sent(reranked());
        assertEquals(3, sent.texts().size(), () -> sent.texts().toString());
        assertTrue(
                sent.texts().containsAll(TOLD.subList(0, 2)), () -> sent.texts().toString());
        assertTrue(sent.trace().contains(" more were left out, because the reranker"), sent.trace());
        assertTrue(sent.trace().contains("leftOut"), sent.trace());
    }

    @Test
    void turn_withoutReranker_sendsEverything() {
        Sent sent = sent(Arkestra.builder());
        assertAll(sent);
        assertTrue(!sent.trace().contains("left out"), sent.trace());
    }

    private static void assertAll(Sent sent) {
        assertTrue(sent.texts().containsAll(TOLD), () -> sent.texts().toString());
    }

    @Test
    void promptRelevance_zeroInCodeOrFile_sendsEverything() throws IOException {
        assertAll(sent(reranked().memory(memory -> memory.promptRelevance(0))));
        Files.writeString(home.resolve("arkestra.yaml"), "memory: {promptRelevance: 0}\n");
        assertAll(sent(reranked().home(home)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void promptRelevance_outsideOfItsRange_isRefused(double value) {
        ConfigException refused = assertThrows(
                ConfigException.class, () -> Arkestra.builder().memory(memory -> memory.promptRelevance(value)));
        assertTrue(refused.getMessage().contains("memory.promptRelevance"), refused.getMessage());
    }
}
