package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From real turns to data sets: what is in them, of whom, and that it goes again. */
@Timeout(120)
class DataSetTurnTest {
    private static final UserId ANN = UserId.of("ann");
    private static final UserId BEN = UserId.of("ben");

    private final ManualClock clock = ManualClock.at("2026-03-02T09:00:00Z");

    @TempDir
    Path dir;

    private Arkestra engine() {
        RecordingLlm senior = RecordingLlm.writing((request, cancel) -> {
            LlmMessage last = request.lastMessage().orElseThrow();
            if (last.role() == LlmMessage.Role.TOOL) {
                return "{\"text\":\"Noted down.\"}";
            }
            return last.text().contains("note")
                    ? "{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.create\",\"arguments\":{\"text\":\"buy tea\"}}]}"
                    : "{\"text\":\"An answer to " + last.text().length() + " characters, ask ann@example.org\"}";
        });
        return Arkestra.builder()
                .clock(clock)
                .senior(Llm.client(senior))
                .memory(m -> m.exportTo(dir))
                .build();
    }

    private String lines(String kind) throws Exception {
        StringBuilder all = new StringBuilder();
        for (String side : List.of("-train.jsonl", "-validation.jsonl")) {
            all.append(Files.readString(dir.resolve(kind + side)));
        }
        return all.toString();
    }

    private static List<Json> messages(String lines) {
        return lines.lines()
                .flatMap(line -> Json.parse(line).list("messages").stream())
                .toList();
    }

    @Test
    void sleep_turnsOfThoseWhoConsented_becomeMaskedExamples() throws Exception {
        try (Arkestra engine = engine()) {
            Session session = engine.session(ANN, SessionId.of("talk"));
            session.ask("Write to ann@example.org that fjords are deep");
            Reply bad = session.ask("What about the lagoons?");
            session.feedback(bad.turn(), Feedback.down());
            session.ask("Make a note to buy tea");
            engine.session(BEN).ask("What about the atolls?");
            engine.people().dataSetConsent().give(ANN);
            clock.advance(Duration.ofHours(12));

            engine.sleep();

            String senior = lines("senior");
            assertFalse(
                    senior.contains("@example.org") || senior.contains("lagoons") || senior.contains("atolls"), senior);
            List<Json> messages = messages(senior);
            assertTrue(messages.stream()
                    .anyMatch(message -> message.text("content").equals("Write to *** that fjords are deep")));
            Json call = messages.stream()
                    .flatMap(message -> message.list("tool_calls").stream())
                    .findFirst()
                    .orElseThrow();
            assertEquals("note_create", call.get("function").orElseThrow().text("name"));
            assertTrue(senior.contains("\"parameters\""), senior);
            List<Json> junior = lines("junior").lines().map(Json::parse).toList();
            assertEquals(2, junior.size(), junior.toString());
            for (Json line : junior) {
                JuniorReport report = JuniorReport.from(Json.parse(line.text("output")));
                assertFalse(report.intent().word().isBlank());
                assertTrue(line.text("input").startsWith("{\"now\":"), line.text("input"));
            }

            engine.people().dataSetConsent().withdraw(ANN);

            assertEquals("", lines("senior") + lines("junior"));
        }
    }

    @Test
    void forget_personInADataSet_leavesNothingOfThem() throws Exception {
        try (Arkestra engine = engine()) {
            engine.session(ANN, SessionId.of("a")).ask("What about the fjords?");
            engine.session(BEN, SessionId.of("b")).ask("What about the lagoons?");
            engine.people().dataSetConsent().give(ANN);
            engine.people().dataSetConsent().give(BEN);
            clock.advance(Duration.ofHours(12));
            engine.sleep();
            assertTrue(lines("senior").contains("fjords"));

            engine.people().forget(ANN);

            assertFalse(engine.people().dataSetConsent().isGiven(ANN));
            try (Stream<Path> files = Files.list(dir)) {
                for (Path file : files.toList()) {
                    assertFalse(Files.readString(file).contains("fjords"), file.toString());
                }
            }
            assertTrue(lines("senior").contains("lagoons"));
        }
    }
}
