package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.memory.SleepOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reports as people read them. */
class ReportTextTest {
    @Test
    void sleepReport_oneAndSeveral_areSaidRight() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("summaries", 1L);
        counts.put("facts", 2L);
        counts.put("expired", 3L);
        SleepOutcome outcome = SleepOutcome.of(true, counts, List.of());

        String text = SleepReport.of(22, 0, 0, Duration.ofMillis(7), outcome).toString();

        assertEquals(
                "Slept for 7 ms: 1 summary written, 2 facts learned, 3 memories forgotten as never used, 22 records"
                        + " whose time was up (explanations of answers, tool calls, past deliveries) removed",
                text);
    }

    @Test
    void sleepReport_nothingDone_saysSo() {
        SleepOutcome nothing = SleepOutcome.of(true, Map.of(), List.of());
        assertEquals(
                "Slept for 7 ms: there was nothing to do",
                SleepReport.of(0, 0, 0, Duration.ofMillis(7), nothing).toString());
    }

    @Test
    void explanation_passages_areLinesWithIdScoreAndParts() {
        Json passage =
                Json.parse("{\"id\":\"m1\",\"score\":0.8,\"parts\":{\"stale\":0,\"window\":-0.3,\"sharp\":0.5}}");
        Json detail = Json.object()
                .put("passages", Json.array(passage, passage))
                .put("notes", Json.emptyArray())
                .put("word", "x")
                .build();
        String text = new Explanation(
                        TurnId.of("t"),
                        Instant.EPOCH,
                        "COMPLETED",
                        List.of(new Explanation.Step("recall", "2 passages", detail, Duration.ofMillis(1))))
                .toString();

        List<String> lines = text.lines().toList();
        assertEquals("  recall    2 passages (1.0 ms)", lines.get(1));
        assertEquals(" ".repeat(12) + "[m1] score 0.8: sharp 0.5, window -0.3", lines.get(2));
        assertEquals(" ".repeat(12) + "word: x", lines.get(4));
        assertEquals(5, lines.size(), "what is empty is left out");
        assertFalse(text.contains("{"), text);
        assertTrue(text.startsWith("Turn t, "), text);
    }
}
