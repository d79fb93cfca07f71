package io.arkestra.benchmarks.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

@Timeout(120)
class SimulationTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private Json figures(String... args) {
        Json report = Simulation.run(new PrintStream(printed, true, StandardCharsets.UTF_8), args);
        return report.at("/systems/arkestra").orElseThrow();
    }

    @Test
    void bandit_inAtLeast18Of20Worlds_givesTheBestArm70PercentInTheEnd() throws Exception {
        Path json = directory.resolve("bandit.json");
        Json figures = figures("bandit", "--json", json.toString());
        assertTrue(figures.integer("seedsAtGoal").orElseThrow() >= 18, figures::toString);
        assertEquals(20, figures.list("bestShare").size());
        assertEquals(
                figures,
                Json.parse(Files.readString(json)).at("/systems/arkestra").orElseThrow());
        assertTrue(printed.toString(StandardCharsets.UTF_8).contains("worlds"), printed::toString);
        for (String name : List.of("bandit-choices.svg", "bandit-worlds.svg")) {
            assertDrawn(directory.resolve(name));
        }
        assertTrue(Files.readString(directory.resolve("bandit-choices.svg")).contains("praised 0.7"));
        assertTrue(Files.readString(directory.resolve("bandit-worlds.svg")).contains("goal: 70 %"));
    }

    @Test
    void bandit_runTwice_givesTheSame() {
        Json first = figures("bandit", "--svg", directory.toString());
        assertEquals(first, figures("bandit", "--svg", directory.toString()));
    }

    @Test
    void neuro_afterSevenHalfLives_isWithinOnePercentAndNeverBeyondItsLimits() throws Exception {
        Path pictures = directory.resolve("pictures");
        Json figures = figures("neuro", "--svg", pictures.toString());
        assertTrue(figures.decimal("worstRest").orElseThrow().doubleValue() <= 0.01, figures::toString);
        assertEquals(10, figures.get("restAfterHalfLives").orElseThrow().size());
        assertEquals(0, figures.integer("outOfRange").orElseThrow());
        assertEquals(0, figures.integer("beyondTurn").orElseThrow());
        assertDrawn(pictures.resolve("neuro-levels.svg"));
        assertDrawn(pictures.resolve("neuro-preset.svg"));
        assertTrue(Files.readString(pictures.resolve("neuro-levels.svg")).contains("half-life 6h:"));
    }

    /** Well-formed, with labels of both axes and something drawn. */
    private static void assertDrawn(Path file) throws Exception {
        Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        assertTrue(svg.getElementsByTagName("text").getLength() >= 14, () -> file + " has no labels");
        int shapes = svg.getElementsByTagName("polyline").getLength()
                + svg.getElementsByTagName("rect").getLength();
        assertTrue(shapes >= 4, () -> file + " has only " + shapes + " shapes");
    }

    @Test
    void option_thatDoesNotExist_isNamed() {
        EvaluationException failure = assertThrows(EvaluationException.class, () -> figures("bandit", "--seed", "7"));
        assertTrue(String.valueOf(failure.getMessage()).startsWith("There is no option '--seed'"));
    }
}
