package io.arkestra.embedding.onnx.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.RerankCandidate;
import io.arkestra.embedding.RerankScore;
import io.arkestra.embedding.Reranker;
import io.arkestra.testkit.TestProviderContext;
import io.arkestra.testkit.TinyOnnx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxCrossEncoderTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final List<String> TEXTS = List.of(
            "почему сервер запускается не",
            "порт занят и потому сервер не запускается",
            "the cat sleeps on the warm stove",
            "where does the cat sleep",
            "rain fell on the fields",
            "filler");

    @TempDir
    Path directory;

    private Reranker open(Clock clock, List<String> warnings) {
        Path manifest = TinyOnnx.ofTexts(TEXTS).writeCrossEncoder(directory);
        Json settings = Json.object()
                .put("model", manifest.toString())
                .put("threads", 1)
                .build();
        TestProviderContext context =
                TestProviderContext.builder().settings(settings).clock(clock).build();
        Reranker reranker = new OnnxRerankerProvider().open(context);
        warnings.addAll(context.warnings());
        return reranker;
    }

    private Reranker open() {
        return open(Clock.systemUTC(), new ArrayList<>());
    }

    private static List<RerankCandidate> candidates(String... texts) {
        List<RerankCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            candidates.add(RerankCandidate.of(Integer.toString(i), texts[i], 1.0 / (i + 1)));
        }
        return candidates;
    }

    private static List<String> ids(List<RerankScore> scores) {
        return scores.stream().map(RerankScore::id).toList();
    }

    @Test
    void rerank_russianAndEnglish_putsWhatSharesWordsFirst() {
        try (Reranker reranker = open()) {
            List<RerankScore> russian = reranker.rerank(
                    "почему сервер не запускается",
                    candidates("rain fell on the fields", "порт занят и потому сервер не запускается", "filler"),
                    LONG,
                    Cancellation.none());
            List<RerankScore> english = reranker.rerank(
                    "where does the cat sleep",
                    candidates("rain fell on fields", "порт занят", "the cat sleeps"),
                    LONG,
                    Cancellation.none());

            assertEquals("1", russian.get(0).id());
            assertEquals(3, russian.size());
            assertEquals("2", english.get(0).id());
        }
    }

    @Test
    void rerank_textBeyondTheLimit_isJudgedByItsBestPart() {
        String answer = "порт занят и потому сервер не запускается";
        String late = "xyzzy ".repeat(200) + answer;
        try (Reranker reranker = open()) {
            List<RerankScore> scores = reranker.rerank(
                    "почему сервер не запускается", candidates("rain", late, "xyzzy"), LONG, Cancellation.none());

            assertEquals("1", scores.get(0).id());
            assertTrue(scores.get(0).score() > 2, scores.toString());
        }
    }

    @Test
    void rerank_deadlinePassed_judgesTheBestOfTheFirstStageOnly() {
        AtomicInteger asked = new AtomicInteger();
        InstantSource ticking = () -> Instant.EPOCH.plusSeconds(asked.getAndIncrement());
        try (Reranker reranker = open(ticking.withZone(ZoneOffset.UTC), new ArrayList<>())) {
            List<RerankCandidate> worstFirst =
                    new ArrayList<>(candidates("rain", "the cat", "filler", "порт", "fields"));
            java.util.Collections.reverse(worstFirst);
            List<RerankScore> scores =
                    reranker.rerank("the cat", worstFirst, Duration.ofSeconds(3), Cancellation.none());

            // The clock moves a second with every look: at 1 and 2 there is time, at 3 there is none left.
            assertEquals(List.of("1", "0", "2"), ids(scores));
            assertEquals(
                    1,
                    reranker.rerank("the cat", worstFirst, Duration.ZERO, Cancellation.none())
                            .size());
        }
    }

    @Test
    void rerank_cancelled_throws() {
        CancellationSource cancel = new CancellationSource();
        cancel.cancel("enough");
        try (Reranker reranker = open()) {
            assertThrows(CancelledException.class, () -> reranker.rerank("cat", candidates("a", "b"), LONG, cancel));
        }
    }

    @Test
    void rerank_queryTooLong_isRefused() {
        try (Reranker reranker = open()) {
            EmbeddingException failure = assertThrows(
                    EmbeddingException.class,
                    () -> reranker.rerank("cat ".repeat(100), candidates("a"), LONG, Cancellation.none()));
            assertEquals("embedding.too-long", failure.code());
        }
    }

    @Test
    void understands_wordsThatTheModelDoesNotKnow_areNotUnderstood() {
        try (Reranker reranker = open()) {
            assertFalse(reranker.understands("почему сервер запускается"));
            assertFalse(reranker.understands("zufällig unbekannte Wörter hier"));
        }
    }

    @Test
    void open_manifestOfAnEmbeddingModel_isRefused() {
        Path manifest = TinyOnnx.ofTexts(TEXTS).writeBiEncoder(directory);
        Json settings = Json.object().put("model", manifest.toString()).build();
        ConfigException failure = assertThrows(
                ConfigException.class,
                () -> new OnnxRerankerProvider()
                        .open(TestProviderContext.builder().settings(settings).build()));
        assertTrue(
                failure.getMessage().contains("'type' is 'embedding'; expected 'cross-encoder'"), failure.getMessage());
    }

    @Test
    void rerank_closed_saysSo() {
        Reranker reranker = open();
        reranker.close();
        reranker.close();
        assertThrows(
                EmbeddingException.class, () -> reranker.rerank("cat", candidates("a"), LONG, Cancellation.none()));
        assertTrue(Files.exists(directory.resolve("model.onnx")));
    }

    @Test
    void rerank_moreTokensThanTheModelHasPositionsFor_namesTheTrueNumber() throws IOException {
        ModelSpec e5 = KnownModel.named("e5-small-v2-q")
                .orElseThrow()
                .unpack(new ModelFiles(UnpackDirectory.inHome(directory)));
        Path manifest = Files.writeString(
                directory.resolve("own.json"),
                "{'type':'cross-encoder','name':'own','model':'%s','tokenizer':'%s','maxTokens':600}"
                        .formatted(e5.model().getFileName(), e5.tokenizer().getFileName())
                        .replace('\'', '"'));
        TestProviderContext context = TestProviderContext.builder()
                .settings(Json.object().put("model", manifest.toString()).build())
                .build();
        try (Reranker reranker = new OnnxRerankerProvider().open(context)) {
            String message = assertThrows(
                            EmbeddingException.class,
                            () -> reranker.rerank("why", candidates("so", "no"), LONG, Cancellation.none()))
                    .getMessage();

            assertTrue(message.contains("The manifest " + manifest + " is wrong: 'maxTokens' is 600"), message);
            assertTrue(message.contains("set it to 512"), message);
            assertEquals(List.of(message), context.warnings());
        }
    }
}
