package io.arkestra.examples.conversation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Thirty turns in English and Russian through the whole pipeline, with scripted models and with the rules alone: what was said and what
 * each stage decided is as it was written down. {@code -Darkestra.rewrite=true} writes it down anew.
 */
@Timeout(180)
class ConversationGoldenTest {
    private static final Path RESOURCES = Path.of("src/test/resources/io/arkestra/examples/conversation");

    @TempDir
    Path directory;

    private interface Opener {
        Arkestra open(Path home, ManualClock clock) throws IOException;
    }

    private String talk(String home, Opener opener, Transcript.Way way) throws IOException {
        ManualClock clock = Transcript.clock();
        try (Arkestra engine = opener.open(directory.resolve(home), clock)) {
            return Transcript.of(engine, clock, way);
        }
    }

    private static void assertAsWritten(String file, String transcript) throws IOException {
        if (Boolean.getBoolean("arkestra.rewrite")) {
            Files.writeString(RESOURCES.resolve(file), transcript);
        }
        assertEquals(
                Files.readString(RESOURCES.resolve(file)),
                transcript,
                "Rewrite " + file + " with -Darkestra.rewrite=true");
    }

    @Test
    void conversation_hasThirtyTurnsInTwoLanguages() throws IOException {
        long turns = Transcript.lines().stream()
                .filter(line -> !line.startsWith("+"))
                .count();
        long russian = Transcript.lines().stream()
                .filter(line -> line.matches(".*[а-яё].*"))
                .count();
        assertEquals(30, turns);
        assertTrue(russian >= 10 && russian <= 20, russian + " turns are in Russian");
    }

    @ParameterizedTest
    @EnumSource(Transcript.Way.class)
    void conversation_withScriptedModels_isAsWrittenDown(Transcript.Way way) throws IOException {
        assertAsWritten(
                "scripted.golden.txt",
                talk("scripted", (home, clock) -> Transcript.scripted(home, directory, clock), way));
    }

    @ParameterizedTest
    @EnumSource(Transcript.Way.class)
    void conversation_withTheRulesAlone_isAsWrittenDown(Transcript.Way way) throws IOException {
        assertAsWritten("offline.golden.txt", talk("offline", Transcript::offline, way));
    }

    @Test
    void everyStage_isInTheExplanationOfEveryTurn() throws IOException {
        String transcript =
                talk("stages", (home, clock) -> Transcript.scripted(home, directory, clock), Transcript.Way.BLOCKING);
        for (String turn : transcript.split("(?m)^(?=\\d+ > )")) {
            if (turn.isBlank()) {
                continue;
            }
            String missing = Stream.of("perceive", "dispatch", "feel", "recall", "select", "compose", "remember")
                    .filter(stage -> !turn.contains(" " + stage + ": "))
                    .collect(Collectors.joining(", "));
            assertEquals("", missing, turn);
        }
    }
}
