package io.arkestra.benchmarks.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.benchmarks.llm.PromptComparison.Count;
import io.arkestra.benchmarks.llm.PromptComparison.Tools;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromptComparisonTest {
    private final Map<String, Count> counts = PromptComparison.compare(Tools.HELD_STILL);

    @Test
    void compare_ofOurLayout_evaluatesLessThanAQuarterOfWhatIsSent() {
        Count ours = counts.get("Arkestra");
        assertTrue(ours.evaluated() * 4 < ours.sent(), ours.toString());
        assertTrue(ours.afterAnswers() < ours.evaluated(), ours.toString());
    }

    @Test
    void compare_whileToolsAreChosenByTheMessage_evaluatesLessThanAFifthOfWhatIsSent() {
        Map<String, Count> chosen = PromptComparison.compare(Tools.CHOSEN);
        Count ours = chosen.get("Arkestra");
        assertTrue(ours.evaluated() * 5 < ours.sent(), ours.toString());
        assertTrue(ours.sent() > counts.get("Arkestra").sent(), "more tools are described: " + ours);
    }

    @Test
    void compare_withOtherLayouts_evaluatesLeastInOurs() {
        assertEquals(5, counts.size());
        Count ours = counts.get("Arkestra");
        counts.forEach((layout, count) -> {
            if (!layout.equals("Arkestra")) {
                assertTrue(ours.evaluated() < count.evaluated(), layout + " " + count + ", ours " + ours);
                assertTrue(ours.afterAnswers() < count.afterAnswers(), layout + " " + count + ", ours " + ours);
            }
            if (layout.startsWith("what changes")) {
                assertTrue(ours.evaluated() * 3 < count.evaluated(), layout + " " + count + ", ours " + ours);
            }
        });
    }
}
