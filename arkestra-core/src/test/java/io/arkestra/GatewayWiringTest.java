package io.arkestra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.ConfigException;
import io.arkestra.common.Json;
import io.arkestra.common.UserId;
import io.arkestra.event.Events;
import io.arkestra.llm.LlmCapabilities;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmHealth;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.TokenCount;
import io.arkestra.policy.Decision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayWiringTest {
    private static final UserId ALICE = UserId.of("alice");

    /** The same model elsewhere. */
    private record Remote(RecordingLlm model) implements LlmClient {
        @Override
        public LlmCapabilities capabilities() {
            return model.capabilities().toBuilder().local(false).build();
        }

        @Override
        public String host() {
            return "models.example.org";
        }

        @Override
        public LlmHealth probe() {
            return model.probe();
        }

        @Override
        public LlmResponse generate(LlmRequest request, LlmListener listener, Cancellation cancel) {
            return model.generate(request, listener, cancel);
        }

        @Override
        public TokenCount countTokens(LlmRequest request) {
            throw new AssertionError("to count elsewhere is to send the prompt");
        }

        @Override
        public void close() {
            model.close();
        }
    }

    private static RecordingLlm saying(String text) {
        return RecordingLlm.writing((request, cancel) -> "{\"text\":\"" + text + "\"}");
    }

    @Test
    void senior_thatIsNotThere_isReplacedByTheNextOne() {
        RecordingLlm missing = RecordingLlm.writing((request, cancel) -> {
            throw new LlmException(LlmException.Reason.NOT_FOUND, "no such model");
        });
        List<Events.ModelCalled> calls = new CopyOnWriteArrayList<>();
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(missing), Llm.client(saying("From the second")))
                .build()) {
            engine.events().subscribe(java.util.Set.of(), io.arkestra.event.Delivery.sync(), event -> {
                if (event instanceof Events.ModelCalled call) {
                    calls.add(call);
                }
            });
            Reply reply = engine.session(ALICE).ask("what?");

            assertEquals("From the second", reply.text());
            assertEquals(
                    List.of("llm.not-found", "STOP"),
                    calls.stream().map(Events.ModelCalled::finish).toList());
            assertTrue(calls.stream().allMatch(call -> call.turn().isPresent()));
        }
    }

    @Test
    void senior_elsewhere_isNotAskedUntilEgressIsSwitchedOn() {
        RecordingLlm model = saying("From elsewhere");
        try (Arkestra engine =
                Arkestra.builder().senior(Llm.client(new Remote(model))).build()) {
            Reply reply = engine.session(ALICE).ask("what?");

            assertTrue(reply.text().contains("llm.egress"), reply.text());
            assertEquals(0, model.requests().size());
        }
    }

    @Test
    void senior_elsewhereWithEgress_seesMaskedTextsOnly() {
        RecordingLlm model = saying("From elsewhere");
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(new Remote(model)))
                .llmEgress(true)
                .build()) {
            assertTrue(engine.describe().contains("egress    on"), engine.describe());
            Session session = engine.session(ALICE);
            session.env("contact", "bob@example.org");
            session.env("wifi password", "Tr0ub4dor&3x");
            Reply reply = session.turn("my address is alice@example.org")
                    .adapt("for carol@example.org")
                    .start()
                    .await()
                    .reply();

            assertEquals("From elsewhere", reply.text());
            model.requests()
                    .get(0)
                    .messages()
                    .forEach(message -> assertFalse(
                            message.rendered().matches("(?s).*(@example.org|Tr0ub4dor).*"), message.rendered()));
        }
    }

    @Test
    void senior_elsewhere_isNamedToThePolicyWithProviderModelHostAndRole() {
        RecordingLlm model = saying("From elsewhere");
        List<Json> asked = new CopyOnWriteArrayList<>();
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(new Remote(model)).with("model", "large"))
                .llmEgress(true)
                .policy(policy -> policy.add((action, scope) -> {
                    if (action.kind().equals("llm.egress")) {
                        asked.add(action.arguments());
                    }
                    return Decision.abstain();
                }))
                .build()) {
            engine.session(ALICE).ask("what?");

            assertEquals(
                    Json.parse("{\"backend\":\"instance\",\"provider\":\"instance\",\"model\":\"large\","
                            + "\"host\":\"models.example.org\",\"role\":\"senior\"}"),
                    asked.get(0));
        }
    }

    @Test
    void senior_elsewhereThatAPolicyForbids_isNotAsked() {
        RecordingLlm model = saying("From elsewhere");
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(new Remote(model)))
                .llmEgress(true)
                .policy(policy -> policy.add((action, scope) ->
                        action.kind().equals("llm.egress") ? Decision.deny("test", "not today") : Decision.abstain()))
                .build()) {
            Reply reply = engine.session(ALICE).ask("what?");

            assertTrue(reply.text().contains("not today"), reply.text());
            assertEquals(0, model.requests().size());
        }
    }

    @Test
    void turn_overTheTokensOfTheDay_endsOverBudgetAlsoAfterARestart(@TempDir Path home) throws IOException {
        Files.writeString(home.resolve("arkestra.yaml"), "budget: {userTokensPerDay: 1}\n");
        for (int start = 0; start < 2; start++) {
            RecordingLlm model = saying("never");
            try (Arkestra engine =
                    Arkestra.builder().home(home).senior(Llm.client(model)).build()) {
                assertEquals(
                        Outcome.Kind.OVER_BUDGET,
                        engine.session(ALICE).ask("what?").outcome());
                assertEquals(0, model.requests().size());
            }
        }
    }

    @Test
    void build_settingOfABackendThatIsNoNumber_namesTheKey() {
        ConfigException failure = assertThrows(
                ConfigException.class,
                () -> Arkestra.builder()
                        .senior(Llm.client(saying("x")).with(Llm.TIER, "best"))
                        .build());

        assertTrue(String.valueOf(failure.getMessage()).contains("llm.senior.tier"), failure.getMessage());
    }

    @Test
    void toolCall_ofAMendedAnswer_canBeDeniedByAPolicyThatSeesTheQuality() {
        RecordingLlm senior = RecordingLlm.writing(
                (request, cancel) -> request.messages().size() > 2
                        ? "{\"text\":\"done\"}"
                        : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.create\",\"arguments\":{\"text\":\"mended\",}}],}");
        List<Optional<OutputQuality>> seen = new CopyOnWriteArrayList<>();
        try (Arkestra engine = Arkestra.builder()
                .senior(Llm.client(senior))
                .policy(policy -> policy.add((action, scope) -> {
                    if (action.name().equals("note.create")) {
                        seen.add(action.quality());
                    }
                    return action.quality()
                            .filter(OutputQuality.REPAIRED::equals)
                            .map(quality -> Decision.deny("test", "the answer was mended"))
                            .orElse(Decision.abstain());
                }))
                .build()) {
            Reply reply = engine.session(ALICE).ask("note something");

            assertEquals("denied", reply.toolUses().get(0).status());
            assertEquals(List.of(Optional.empty(), Optional.of(OutputQuality.REPAIRED)), seen);
        }
    }

    @Test
    void senior_damagedEnvelope_isMended() {
        RecordingLlm senior = RecordingLlm.writing(
                (request, cancel) -> request.messages().size() > 2
                        ? "{\"text\":\"done\"}"
                        : "{\"text\":\"\",\"tool_calls\":[{\"name\":\"note.create\",\"arguments\":{\"text\":\"mended\",}}],}");
        try (Arkestra engine = Arkestra.builder().senior(Llm.client(senior)).build()) {
            Reply reply = engine.session(ALICE).ask("note something");

            assertEquals(1, reply.toolUses().size());
        }
    }
}
