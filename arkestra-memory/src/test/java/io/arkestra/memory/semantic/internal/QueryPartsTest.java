package io.arkestra.memory.semantic.internal;

import static io.arkestra.memory.semantic.internal.Talk.ANN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.memory.Message;
import io.arkestra.memory.semantic.internal.SemanticIndex.Space;
import io.arkestra.vector.VectorFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Long queries. */
class QueryPartsTest {
    private final WordEmbedder embedder = new WordEmbedder("words", 64, 32);

    @Test
    void ends_pairsOfSurrogatesAtBothCuts_areNotTornApart() {
        String query = "x" + "\uD83D\uDE00".repeat(QueryParts.MOST_CHARACTERS) + "y";

        String ends = QueryParts.ends(query);

        assertTrue(ends.length() <= QueryParts.MOST_CHARACTERS + 1);
        assertFalse(ends.codePoints().anyMatch(point -> point >= 0xD800 && point <= 0xDFFF), ends);
        assertEquals("short", QueryParts.ends("short"));
    }

    @Test
    void search_veryLongQuery_embedsItsBeginningAndItsEndAndSaysSo() {
        try (Talk talk = Talk.with(embedder)) {
            Message car = talk.say(ANN, "s1", "My new car is blue");
            talk.index.complete();
            String query = "first " + "and so on ".repeat(12_000) + " automobile";
            List<String> notes = new ArrayList<>();

            DenseSearch found = talk.index
                    .search(ANN, Space.CONVERSATION, query, 5, VectorFilter.all(), notes)
                    .orElseThrow();
            talk.index.search(ANN, Space.CONVERSATION, query, 5, VectorFilter.all(), notes);

            assertEquals(Set.of("m:" + car.id()), found.scores().keySet());
            assertEquals(
                    QueryParts.MOST,
                    embedder.queried().size(),
                    embedder.queried().toString());
            assertTrue(
                    embedder.queried().get(0).startsWith("first "),
                    embedder.queried().toString());
            assertTrue(embedder.queried().get(QueryParts.MOST - 1).endsWith(" automobile"));
            assertEquals(
                    List.of("The query is very long: only its beginning and its end were searched by meaning."), notes);
        }
    }

    @Test
    void search_queryOfAFewParts_isEmbeddedWhole() {
        try (Talk talk = Talk.with(embedder)) {
            talk.say(ANN, "s1", "My new car is blue");
            talk.index.complete();
            List<String> notes = new ArrayList<>();

            talk.index.search(ANN, Space.CONVERSATION, "what about it ".repeat(20), 5, VectorFilter.all(), notes);

            assertEquals(3, embedder.queried().size(), embedder.queried().toString());
            assertEquals(List.of(), notes);
        }
    }
}
