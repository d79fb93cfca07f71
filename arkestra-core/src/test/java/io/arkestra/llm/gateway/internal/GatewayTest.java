package io.arkestra.llm.gateway.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.Json;
import io.arkestra.common.TurnId;
import io.arkestra.event.Events;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmToolCall;
import io.arkestra.llm.MalformedOutput;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Sampling;
import io.arkestra.llm.TokenCount;
import io.arkestra.llm.Usage;
import io.arkestra.policy.Decision;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GatewayTest {
    private static final EnumSet<Reason> FALL_BACK = EnumSet.of(
            Reason.UNAVAILABLE,
            Reason.OVERLOADED,
            Reason.TIMEOUT,
            Reason.CRASHED,
            Reason.SERVER_ERROR,
            Reason.NOT_FOUND,
            Reason.AUTHENTICATION,
            Reason.CONTEXT_OVERFLOW,
            Reason.UNSUPPORTED,
            Reason.OVER_BUDGET,
            Reason.DENIED);

    private final GatewayFixture fixture = new GatewayFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void generate_firstBackendFails_fallsBackOnFailuresThatAnotherMayNotHave(Reason reason) {
        PlannedLlm first = new PlannedLlm("a", PlannedLlm.fails(reason));
        PlannedLlm second = new PlannedLlm("b", PlannedLlm.says("yes")).can(able -> able.contextTokens(16_384));
        Gateway gateway = fixture.gateway(first, second);

        if (FALL_BACK.contains(reason)) {
            assertEquals("yes", ask(gateway, GatewayFixture.text("hi")).text());
        } else {
            assertEquals(reason, failure(gateway, GatewayFixture.text("hi")).reason());
            assertEquals(0, second.requests.size());
        }
    }

    @Test
    void generate_contextOverflow_goesOnlyToALargerContext() {
        PlannedLlm first = new PlannedLlm("a", PlannedLlm.fails(Reason.CONTEXT_OVERFLOW));
        PlannedLlm same = new PlannedLlm("b", PlannedLlm.says("same"));
        PlannedLlm larger = new PlannedLlm("c", PlannedLlm.says("larger")).can(able -> able.contextTokens(16_384));

        assertEquals(
                "larger",
                ask(fixture.gateway(first, same, larger), GatewayFixture.text("hi"))
                        .text());
        assertEquals(0, same.requests.size());
    }

    @Test
    void generate_schemaThatTheBackendReadsToo_isAPartOfWhatItsTokensAreMeasuredBy() {
        Json schema = Json.object()
                .put("type", "object")
                .put("description", "word ".repeat(2_000))
                .build();
        LlmRequest request = GatewayFixture.text("word ".repeat(2_000)).toBuilder()
                .output(OutputSpec.json("n", schema))
                .build();
        long read = Gateway.estimate(request)
                + TokenCount.estimate(schema.toString()).tokens();
        Gateway gateway = fixture.gateway(new PlannedLlm(
                "a",
                (asked, listener, cancel) -> LlmResponse.builder("a")
                        .text("{}")
                        .usage(Usage.of(read, 5, false))
                        .build()));

        ask(gateway, request);
        assertEquals(1, gateway.tokensPerGuessed(), 0.01);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void generate_failureAfterTheFirstToken_isNeverFollowedByAnotherAnswer(Reason reason) {
        PlannedLlm first = new PlannedLlm("a", PlannedLlm.breaksAfter("I th", reason));
        PlannedLlm second = new PlannedLlm("b", PlannedLlm.says("yes")).can(able -> able.contextTokens(16_384));
        StringBuilder heard = new StringBuilder();

        LlmException failure = assertThrows(
                LlmException.class,
                () -> fixture.gateway(first, second)
                        .generate(GatewayFixture.document("hi"), hearing(heard), Cancellation.none()));

        assertEquals(reason, failure.reason());
        assertEquals("I th", heard.toString());
        assertEquals(1, first.requests.size());
        assertEquals(0, second.requests.size());
    }

    @Test
    void generate_backendThatSpeaksAfterItsCall_isNotHeard() {
        LlmListener[] kept = new LlmListener[1];
        PlannedLlm first = new PlannedLlm("a", (request, listener, cancel) -> {
            kept[0] = listener;
            throw new LlmException(Reason.CRASHED, "x");
        });
        StringBuilder heard = new StringBuilder();

        fixture.gateway(first, new PlannedLlm("b", PlannedLlm.says("yes")))
                .generate(GatewayFixture.text("hi"), hearing(heard), Cancellation.none());
        kept[0].onText("late");

        assertEquals("yes", heard.toString());
    }

    @Test
    void generate_brokenClient_isNotAskedTwiceAndFallsBack() {
        PlannedLlm broken = new PlannedLlm("a", (request, listener, cancel) -> {
            throw new IllegalStateException("bug");
        });

        assertEquals(
                "yes",
                ask(fixture.gateway(broken, new PlannedLlm("b", PlannedLlm.says("yes"))), GatewayFixture.text("hi"))
                        .text());
        assertEquals(1, broken.requests.size());
    }

    @Test
    void generate_promptTooLongForTheFirst_goesToTheOneWithRoom() {
        PlannedLlm small = new PlannedLlm("a", PlannedLlm.says("small")).can(able -> able.contextTokens(1_100));
        PlannedLlm large = new PlannedLlm("b", PlannedLlm.says("large"));

        assertEquals(
                "large",
                ask(fixture.gateway(small, large), GatewayFixture.text("word ".repeat(200)))
                        .text());
        assertEquals(
                "small",
                ask(fixture.gateway(small, large), GatewayFixture.text("word")).text());
    }

    @Test
    void generate_damagedDocument_isMendedAndSaysHow() {
        PlannedLlm client = new PlannedLlm("a", PlannedLlm.says("```json\n{\"n\": \"3\",}\n```"));

        LlmResponse response = ask(fixture.gateway(client), GatewayFixture.document("hi"));

        assertEquals(Optional.of(Json.parse("{\"n\":3}")), response.json());
        assertEquals(OutputQuality.REPAIRED, response.quality());
        assertEquals(List.of("fence", "trailing-commas", "coerced-to-number"), response.repairs());
    }

    @Test
    void generate_answerThatCannotBeMended_isAskedForAgainWithTheReason() {
        PlannedLlm client = new PlannedLlm("a", PlannedLlm.says("three"), PlannedLlm.says("{\"n\":3}"));

        LlmResponse response = ask(fixture.gateway(client), GatewayFixture.document("hi"));

        assertEquals(Optional.of(Json.parse("{\"n\":3}")), response.json());
        assertEquals(30, response.usage().totalTokens());
        List<LlmMessage> again = client.requests.get(1).messages();
        assertEquals("three", again.get(1).text());
        assertTrue(
                again.get(2).text().contains("holds no JSON object"),
                again.get(2).text());
    }

    @Test
    void generate_malformedTwice_escalatesOnceInATurn() {
        PlannedLlm cheap = new PlannedLlm("a", PlannedLlm.says("three"));
        PlannedLlm strong = new PlannedLlm("b", PlannedLlm.says("{\"n\":3}"));
        Gateway gateway = fixture.gateway(cheap, strong);
        LlmRequest request =
                GatewayFixture.document("hi").toBuilder().turn(TurnId.of("t1")).build();

        assertEquals(Optional.of(Json.parse("{\"n\":3}")), ask(gateway, request).json());
        assertEquals(
                "malformed-output",
                fixture.events(Events.ModelEscalated.class).get(0).reason());

        assertTrue(failure(gateway, request) instanceof MalformedOutput);
        assertEquals(1, strong.requests.size());
        assertEquals(1, fixture.events(Events.ModelEscalated.class).size());
    }

    @Test
    void generate_documentCutByLength_isRetriedWithTwiceTheRoomThenEscalated() {
        PlannedLlm cheap = new PlannedLlm("a", PlannedLlm.says("{\"n\": 1", FinishReason.LENGTH));
        PlannedLlm strong = new PlannedLlm("b", PlannedLlm.says("{\"n\":3}"));
        LlmRequest request = GatewayFixture.document("hi").toBuilder()
                .sampling(Sampling.maxTokens(100).temperature(0.3).seed(7))
                .build();

        ask(fixture.gateway(cheap, strong), request);

        assertEquals(
                List.of(
                        request.sampling(),
                        Sampling.maxTokens(200).temperature(0.3).seed(7)),
                cheap.requests.stream().map(LlmRequest::sampling).toList());
        assertEquals(
                "length", fixture.events(Events.ModelEscalated.class).get(0).reason());
    }

    @Test
    void generate_malformedWhileSomebodyListens_isNotAskedForAgain() {
        PlannedLlm client = new PlannedLlm("a", PlannedLlm.says("just words"));
        StringBuilder heard = new StringBuilder();

        LlmResponse response =
                fixture.gateway(client).generate(GatewayFixture.document("hi"), hearing(heard), Cancellation.none());

        assertEquals("just words", heard.toString());
        assertTrue(response.json().isEmpty());
        assertEquals(1, client.requests.size());
    }

    @Test
    void generate_wishForABetterModel_isFulfilledAndNotPassedOn() {
        PlannedLlm cheap = new PlannedLlm("a", PlannedLlm.says("cheap"));
        PlannedLlm strong = new PlannedLlm("b", PlannedLlm.says("strong"));
        LlmRequest request = GatewayFixture.text("hi").toBuilder()
                .extensions(Json.object()
                        .put(Gateway.ESCALATE, "low-confidence")
                        .put("other", 1)
                        .build())
                .build();

        assertEquals("strong", ask(fixture.gateway(cheap, strong), request).text());
        assertEquals(
                "low-confidence",
                fixture.events(Events.ModelEscalated.class).get(0).reason());
        assertEquals(Json.parse("{\"other\":1}"), strong.requests.get(0).extensions());
    }

    @Test
    void generate_remoteBackendWithoutEgress_isDeniedAndSeesNothing() {
        PlannedLlm remote = new PlannedLlm("a", PlannedLlm.says("yes")).can(able -> able.local(false));

        LlmException denied = failure(fixture.gateway(remote), GatewayFixture.text("hi"));

        assertEquals(Reason.DENIED, denied.reason());
        assertTrue(String.valueOf(denied.getMessage()).contains("llm.egress"), denied.getMessage());
        assertEquals(0, remote.requests.size());
    }

    @ParameterizedTest
    @EnumSource(Decision.Effect.class)
    void generate_remoteBackend_isAskedOnlyWhenThePolicyAllows(Decision.Effect effect) {
        fixture.egress((action, scope) -> switch (effect) {
            case ALLOW -> Decision.allow("r", action.kind() + " " + action.name());
            case ASK -> Decision.ask("r", "ask");
            case DENY -> Decision.deny("r", "no");
            case ABSTAIN -> Decision.abstain();
        });
        PlannedLlm remote = new PlannedLlm("a", PlannedLlm.says("yes")).can(able -> able.local(false));
        Gateway gateway = fixture.gateway(remote);

        if (effect == Decision.Effect.ALLOW) {
            assertEquals("yes", ask(gateway, GatewayFixture.text("hi")).text());
        } else {
            assertEquals(
                    Reason.DENIED, failure(gateway, GatewayFixture.text("hi")).reason());
            assertEquals(0, remote.requests.size());
        }
    }

    @Test
    void generate_remoteBackend_getsMaskedMessagesDataAndToolCalls() {
        fixture.egress((action, scope) -> Decision.allow("r", "r"));
        PlannedLlm remote = new PlannedLlm("a", PlannedLlm.says("yes")).can(able -> able.local(false));
        String mail = "alice@example.org";
        LlmRequest request = LlmRequest.builder("senior")
                .message(LlmMessage.system("Write to " + mail))
                .message(LlmMessage.user("I am " + mail)
                        .withData(
                                "recall",
                                Json.object()
                                        .put("who", Json.strings(List.of(mail)))
                                        .build()))
                .message(LlmMessage.assistant(mail, List.of(LlmToolCall.of("1", "mail", "{\"to\":\"" + mail + "\"}"))))
                .message(LlmMessage.tool("1", "sent to " + mail))
                .build();

        ask(fixture.gateway(remote), request);

        LlmRequest sent = remote.requests.get(0);
        for (LlmMessage message : sent.messages()) {
            assertFalse(message.rendered().contains(mail), message.rendered());
            message.toolCalls().forEach(call -> assertFalse(call.arguments().contains(mail), call.arguments()));
        }
        assertEquals(4, sent.messages().size());
        assertTrue(sent.messages().get(1).data("recall").isPresent());
    }

    @Test
    void generate_remoteBackendAndSecretsUnderKeys_getsNoneOfThem() {
        fixture.egress((action, scope) -> Decision.allow("r", "r"));
        PlannedLlm remote = new PlannedLlm("a", PlannedLlm.says("yes")).can(able -> able.local(false));
        String secret = "Tr0ub4dor&3x";
        String arguments = "{\"password\":\"" + secret + "\",\"passwords\":[\"" + secret + "\"]}";
        LlmRequest request = LlmRequest.builder("senior")
                .message(LlmMessage.user("hi")
                        .withData(
                                "env",
                                Json.object().put("wifi password", secret).build()))
                .message(LlmMessage.assistant("", List.of(LlmToolCall.of("1", "wifi", arguments))))
                .message(LlmMessage.tool("1", arguments))
                .build();

        ask(fixture.gateway(remote), request);

        for (LlmMessage message : remote.requests.get(0).messages()) {
            assertFalse(message.rendered().contains(secret), message.rendered());
            message.toolCalls().forEach(call -> assertFalse(call.arguments().contains(secret), call.arguments()));
        }
    }

    @Test
    void generate_localBackend_getsTheTextAsItIs() {
        PlannedLlm local = new PlannedLlm("a", PlannedLlm.says("yes"));

        ask(fixture.gateway(local), GatewayFixture.text("alice@example.org"));

        assertEquals(
                "alice@example.org", local.requests.get(0).messages().get(0).text());
    }

    @Test
    void generate_overTheUsersTokensOfADay_isRefusedBeforeAnythingIsSent() {
        PlannedLlm client = new PlannedLlm("a", PlannedLlm.says("yes"));
        Gateway gateway = fixture.userTokensPerDay(1_100).gateway(client);
        LlmRequest request = GatewayFixture.text("hi").toBuilder()
                .sampling(Sampling.maxTokens(1_000))
                .build();

        for (int i = 0; i < 7; i++) {
            ask(gateway, request); // each reserves more than 1,000 and takes 15
        }
        assertEquals(Reason.OVER_BUDGET, failure(gateway, request).reason());
        assertEquals(7, client.requests.size());
    }

    @Test
    void generate_everyCall_isTold() {
        PlannedLlm first = new PlannedLlm("a", PlannedLlm.fails(Reason.UNAVAILABLE));

        ask(fixture.gateway(first, new PlannedLlm("b", PlannedLlm.says("yes"))), GatewayFixture.text("secret"));

        List<Events.ModelCalled> calls = fixture.events(Events.ModelCalled.class);
        assertEquals(
                List.of("b0", "b1"),
                calls.stream().map(Events.ModelCalled::backend).toList());
        assertEquals(
                List.of("llm.unavailable", "STOP"),
                calls.stream().map(Events.ModelCalled::finish).toList());
        assertEquals(
                List.of(2, 0), calls.stream().map(Events.ModelCalled::retries).toList());
        assertFalse(calls.toString().contains("secret"));
    }

    @Test
    void generate_backendThatFailsAllTheTime_isLeftAloneForAWhile() {
        PlannedLlm first = new PlannedLlm("a", PlannedLlm.fails(Reason.AUTHENTICATION));
        Gateway gateway = fixture.gateway(first, new PlannedLlm("b", PlannedLlm.says("yes")));

        for (int i = 0; i < 10; i++) {
            ask(gateway, GatewayFixture.text("hi"));
        }

        assertEquals(CircuitBreaker.LEAST_CALLS, first.requests.size());
    }

    private static LlmResponse ask(Gateway gateway, LlmRequest request) {
        return gateway.generate(request, LlmListener.none(), Cancellation.none());
    }

    private static LlmException failure(Gateway gateway, LlmRequest request) {
        return assertThrows(LlmException.class, () -> ask(gateway, request));
    }

    private static LlmListener hearing(StringBuilder heard) {
        return new LlmListener() {
            @Override
            public void onText(String delta) {
                heard.append(delta);
            }
        };
    }
}
