package io.arkestra.langchain4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.request.EmbeddingInputType;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.retriever.EmbeddingStoreContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.EmbeddingStoreIngestor;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.arkestra.common.Cancellation;
import io.arkestra.embedding.Embedder;
import io.arkestra.embedding.EmbeddingException;
import io.arkestra.embedding.EmbeddingRole;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArkestraEmbeddingModelTest {
    /** How often each of a few letters stands in the text; the prefixes of the embedder below show. */
    private static final EmbeddingModel LETTERS = new EmbeddingModel() {
        @Override
        public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
            return Response.from(segments.stream()
                    .map(segment -> Embedding.from(count(segment.text())))
                    .toList());
        }

        @Override
        public int dimension() {
            return 4;
        }
    };

    private static float[] count(String text) {
        float[] vector = {0.01f, 0, 0, 0};
        for (char c : text.toCharArray()) {
            if (c >= 'a' && c <= 'd') {
                vector[c - 'a']++;
            }
        }
        return vector;
    }

    private static float[] unit(float... vector) {
        double length = 0;
        for (float value : vector) {
            length += value * value;
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] /= (float) Math.sqrt(length);
        }
        return vector;
    }

    private static Embedder embedder() {
        return EmbeddingModelEmbedder.of(LETTERS, "letters", 20, text -> text.split("\\s+").length, "c ", "d ");
    }

    @Test
    void embed_textAndSegments_areAQuestionAndPassages() {
        ArkestraEmbeddingModel model = ArkestraEmbeddingModel.of(embedder());

        assertArrayEquals(unit(1.01f, 0, 1, 0), model.embed("a").content().vector(), 1e-5f);
        Response<List<Embedding>> passages = model.embedAll(List.of(TextSegment.from("a"), TextSegment.from("b")));
        assertArrayEquals(unit(1.01f, 0, 0, 1), passages.content().get(0).vector(), 1e-5f);
        assertArrayEquals(unit(0.01f, 1, 0, 1), passages.content().get(1).vector(), 1e-5f);
        assertEquals(4, passages.tokenUsage().inputTokenCount());
        assertArrayEquals(
                unit(1.01f, 0, 1, 0),
                model.embed(EmbeddingRequest.builder()
                                .input("a")
                                .inputType(EmbeddingInputType.QUERY)
                                .build())
                        .embeddings()
                        .get(0)
                        .vector(),
                1e-5f);
        assertEquals(4, model.dimension());
        assertEquals(embedder().info().id(), model.modelName());
    }

    @Test
    void embed_tooLong_isAnInvalidRequest() {
        RuntimeException failure = assertThrows(
                InvalidRequestException.class,
                () -> ArkestraEmbeddingModel.of(embedder()).embed("a ".repeat(30)));

        assertInstanceOf(EmbeddingException.class, failure.getCause());
    }

    @Test
    void retriever_onArkestrasEmbedder_findsWhatWasIngested() {
        ArkestraEmbeddingModel model = ArkestraEmbeddingModel.of(embedder());
        InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
        EmbeddingStoreIngestor.builder()
                .embeddingModel(model)
                .embeddingStore(store)
                .build()
                .ingest(List.of(
                        dev.langchain4j.data.document.Document.from("aaaa"),
                        dev.langchain4j.data.document.Document.from("bbbb")));

        List<Content> found = EmbeddingStoreContentRetriever.builder()
                .embeddingModel(model)
                .embeddingStore(store)
                .maxResults(1)
                .build()
                .retrieve(Query.from("bb"));

        assertEquals("bbbb", found.get(0).textSegment().text());
    }

    @Test
    void embedder_overAModelThatTakesAnInputType_tellsItWhichTextsAreQuestions() {
        Embedder outer = EmbeddingModelEmbedder.of(
                ArkestraEmbeddingModel.of(embedder()), "outer", 20, text -> text.split("\\s+").length, "", "");

        assertArrayEquals(
                unit(1.01f, 0, 1, 0),
                outer.embed(List.of("a"), EmbeddingRole.QUERY, Cancellation.none())
                        .get(0),
                1e-5f);
        assertArrayEquals(
                unit(1.01f, 0, 0, 1),
                outer.embed(List.of("a"), EmbeddingRole.PASSAGE, Cancellation.none())
                        .get(0),
                1e-5f);
    }

    @Test
    void scoreAll_texts_haveTheScoresOfTheReranker() {
        ScoringModel counting = (segments, query) -> Response.from(segments.stream()
                .map(segment -> (double) (segment.text().split(query, -1).length - 1))
                .toList());
        ArkestraScoringModel model =
                ArkestraScoringModel.of(ScoringModelReranker.of("count", counting, 2, 50, Clock.systemUTC()));

        assertEquals(
                List.of(0.0, 2.0, 1.0),
                model.scoreAll(
                                List.of(TextSegment.from("dog"), TextSegment.from("cat cat"), TextSegment.from("cat")),
                                "cat")
                        .content());
        assertEquals(List.of(), model.scoreAll(List.of(), "cat").content());
    }

    @Test
    void scoreAll_rerankerFails_isLangChain4jsExceptionWithOursAsCause() {
        ScoringModel broken = (segments, query) -> {
            throw new IllegalStateException("broken");
        };
        ArkestraScoringModel model =
                ArkestraScoringModel.of(ScoringModelReranker.of("broken", broken, Clock.systemUTC()));

        RuntimeException failure =
                assertThrows(LangChain4jException.class, () -> model.scoreAll(List.of(TextSegment.from("dog")), "cat"));

        assertInstanceOf(EmbeddingException.class, failure.getCause());
    }
}
