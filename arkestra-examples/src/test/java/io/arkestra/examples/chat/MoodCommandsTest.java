package io.arkestra.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.Arkestra;
import io.arkestra.Llm;
import io.arkestra.Reply;
import io.arkestra.common.Json;
import io.arkestra.common.Scope;
import io.arkestra.common.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MoodCommandsTest {
    private static final UserId ANN = UserId.of("ann");

    @Test
    void neuro_afterPraise_showsBarsAndWhatTheyChange() {
        Clock still = Clock.fixed(Instant.parse("2026-05-05T09:00:00Z"), ZoneOffset.UTC);
        try (Arkestra arkestra = Arkestra.builder().clock(still).build()) {
            Commands commands = new Commands(arkestra, Scope.of(ANN), line -> {});
            CommandReply calm = commands.run("/neuro");
            assertTrue(calm.text().contains("Answers are made as ever."), calm.text());
            assertEquals(
                    10,
                    calm.text()
                            .lines()
                            .filter(line -> line.matches("[a-z]+ +[#.|]{30} .*"))
                            .count());
            arkestra.session(ANN).ask("Thank you, that was great!");
            CommandReply moved = commands.run("/neuro");
            assertTrue(moved.text().matches("(?s).*endorphin +[#.|]{30} 0\\.48 \\(\\+0\\.08\\).*"), moved.text());
            assertTrue(moved.text().contains("humour 0.65: endorphin +0.07, cortisol +0.07"), moved.text());
            assertTrue(moved.text().contains("Moved lately:"), moved.text());
            assertTrue(moved.fields().get("levels").orElseThrow().has("endorphin"));
            commands.run("/neuro reset");
            assertTrue(commands.run("/neuro").text().contains("Answers are made as ever."));
        }
    }

    @Test
    void learned_afterFeedback_tellsTheArmAndForgetsItOnRequest(@TempDir Path directory) throws IOException {
        Path script = Files.writeString(directory.resolve("script.jsonl"), "{\"match\":\"cat\",\"text\":\"Hello.\"}\n");
        try (Arkestra arkestra = Arkestra.builder().senior(Llm.script(script)).build()) {
            Commands commands = new Commands(arkestra, Scope.of(ANN), line -> {});
            assertTrue(commands.run("/learned").text().startsWith("Nothing yet"));
            Reply reply = arkestra.session(ANN).ask("I have a cat");
            commands.last(reply.turn());
            commands.run("/up");
            CommandReply learned = commands.run("/learned");
            Json arm = learned.fields().list("arms").get(0);
            assertEquals(1, arm.integer("good").orElseThrow());
            assertTrue(learned.text().contains("feedback good"), learned.text());
            commands.run("/learned reset");
            assertTrue(commands.run("/learned").text().startsWith("Nothing yet"));
        }
    }

    @Test
    void command_withAnUnknownArgument_isRefused() {
        try (Arkestra arkestra = Arkestra.builder().build()) {
            Commands commands = new Commands(arkestra, Scope.of(ANN), line -> {});
            assertTrue(commands.run("/neuro up").fields().has("error"));
            assertTrue(commands.run("/learned all").fields().has("error"));
            assertFalse(commands.run("/neuro").fields().has("error"));
        }
    }
}
