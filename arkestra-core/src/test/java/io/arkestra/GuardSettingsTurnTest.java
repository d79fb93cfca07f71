package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Json;
import io.arkestra.common.SessionId;
import io.arkestra.common.UserId;
import io.arkestra.llm.LlmMessage;
import io.arkestra.policy.Decision;
import io.arkestra.testkit.ManualClock;
import io.arkestra.tool.Prepared;
import io.arkestra.tool.Tool;
import io.arkestra.tool.ToolCall;
import io.arkestra.tool.ToolContext;
import io.arkestra.tool.ToolResult;
import io.arkestra.tool.ToolSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code guard.yaml} and {@code guard.enabled} say holds in turns and data sets. */
@Timeout(120)
class GuardSettingsTurnTest {
    private static final UserId ANN = UserId.of("ann");

    private final ManualClock clock = ManualClock.at("2026-03-02T09:00:00Z");

    @TempDir
    Path home;

    private Arkestra engine(String actions, RecordingLlm senior) throws IOException {
        Files.writeString(home.resolve("guard.yaml"), "actions: {" + actions + "}\n");
        Files.writeString(home.resolve("arkestra.yaml"), "guard: {file: guard.yaml}\n");
        return builder(senior).build();
    }

    private ArkestraBuilder builder(RecordingLlm senior) {
        return Arkestra.builder()
                .home(home)
                .clock(clock)
                .senior(Llm.client(senior))
                .memory(memory -> memory.exportTo(Path.of("sets")));
    }

    private static RecordingLlm saying(String text) {
        return RecordingLlm.writing((request, cancel) -> "{\"text\":\"" + text + "\"}");
    }

    private void exported(Arkestra engine) {
        engine.session(ANN, SessionId.of("s")).ask("Is bob@example.org the address for the fjord trip?");
        engine.people().dataSetConsent().give(ANN);
        clock.advance(Duration.ofHours(12));
        engine.sleep();
    }

    @Test
    void sleep_guardIsOff_writesNoDataSet() throws Exception {
        Files.writeString(home.resolve("arkestra.yaml"), "guard: {enabled: false}\n");
        try (Arkestra engine = builder(saying("Yes.")).build()) {
            exported(engine);
        }
        if (Files.exists(home.resolve("sets"))) {
            try (Stream<Path> files = Files.list(home.resolve("sets"))) {
                assertEquals(List.of(), files.toList());
            }
        }
    }

    @Test
    void sleep_modelsElsewhereMayHavePersonalData_masksItInDataSets() throws Exception {
        try (Arkestra engine = engine("toRemoteModel: {PII: allow}", saying("Yes."))) {
            exported(engine);
        }
        String lines = Files.readString(home.resolve("sets/senior-train.jsonl"))
                + Files.readString(home.resolve("sets/senior-validation.jsonl"));
        assertTrue(lines.contains("fjord"), lines);
        assertFalse(lines.contains("bob@example.org"), lines);
    }

    @Test
    void call_typeThatNoToolMayHave_isMaskedBeforePolicyAndTool() throws Exception {
        RecordingLlm senior = RecordingLlm.writing(
                (request, cancel) -> request.lastMessage().orElseThrow().role() == LlmMessage.Role.TOOL
                        ? "{\"text\":\"Sent.\"}"
                        : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"mail.send\",\"arguments\":{\"to\":\"bob@example.org\"}}]}");
        Json masked = Json.parse("{\"to\":\"***\"}");
        List<Json> judged = new CopyOnWriteArrayList<>();
        Mail mail = new Mail();
        Files.writeString(home.resolve("guard.yaml"), "actions: {toTool: {EMAIL: mask}}\n");
        Files.writeString(home.resolve("arkestra.yaml"), "guard: {file: guard.yaml}\n");
        try (Arkestra engine = builder(senior)
                .tools(tools -> tools.add(mail))
                .policy(policy -> policy.add((action, scope) -> {
                    if (action.name().equals("mail.send")) {
                        judged.add(action.arguments());
                    }
                    return Decision.allow("test", "for a test");
                }))
                .build()) {
            engine.session(ANN).ask("Send it, please");
        }
        assertTrue(judged.contains(masked), judged.toString());
        assertFalse(judged.toString().contains("bob"), judged.toString());
        assertEquals(List.of(masked), mail.calls);
    }

    /** Keeps what it was told. */
    private static final class Mail implements Tool {
        private final List<Json> calls = new CopyOnWriteArrayList<>();

        @Override
        public ToolSpec spec() {
            return ToolSpec.builder("mail.send")
                    .description("Sends a mail")
                    .arguments("{\"type\":\"object\",\"properties\":{\"to\":{\"type\":\"string\"}}}")
                    .build();
        }

        @Override
        public ToolResult call(ToolCall call, Prepared prepared, ToolContext context) {
            calls.add(call.arguments());
            return ToolResult.text("sent");
        }
    }

    @Test
    void ask_othersTakePart_masksWhatTheUserAloneMayRead() {
        try (Arkestra engine = builder(saying("It is bob@example.org")).build()) {
            Session session = engine.session(ANN);

            assertEquals(
                    "It is bob@example.org", session.ask("What is the address?").text());
            assertEquals(
                    "It is ***",
                    session.turn("What is the address?")
                            .participants("Ben")
                            .start()
                            .await()
                            .reply()
                            .text());
        }
    }

    @Test
    void ask_messageWithAMaskedTypeThatIsNoSecret_isNotToldOfPasswords() throws Exception {
        try (Arkestra engine = engine("fromUser: {EMAIL: mask}", saying("Fine."))) {
            assertEquals(
                    "Fine.", engine.session(ANN).ask("Is it bob@example.org?").text());
        }
    }
}
