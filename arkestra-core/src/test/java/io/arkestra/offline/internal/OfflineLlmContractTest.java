package io.arkestra.offline.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancellationSource;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.OutputSpec;
import io.arkestra.llm.Sampling;
import io.arkestra.persona.internal.JuniorReport;
import io.arkestra.persona.internal.SeniorReply;
import io.arkestra.schema.internal.SchemaValidator;
import io.arkestra.testkit.LlmClientContract;
import io.arkestra.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The offline rules keep to the contract of language models. They say a given text when it is what a tool has answered, and cannot be made
 * to hang or to break.
 */
class OfflineLlmContractTest implements LlmClientContract {
    private final OfflineLlm rules = new OfflineLlm(ManualClock.at("2026-03-01T09:00:00Z"));
    private String toolResult = "";

    @Override
    public Optional<LlmClient> answering(String text) {
        toolResult = text;
        return Optional.of(rules);
    }

    /** Their documents are their own kinds alone. */
    @Override
    public Optional<LlmClient> structured(Json schema, String text) {
        return Optional.empty();
    }

    @Override
    public LlmRequest.Builder request() {
        return LlmRequest.builder("senior")
                .message(LlmMessage.system("You answer briefly."))
                .message(LlmMessage.user("Look"))
                .message(LlmMessage.assistant(""))
                .message(LlmMessage.tool("call-1", toolResult))
                .sampling(Sampling.maxTokens(64))
                .deadline(Duration.ofSeconds(120));
    }

    private static LlmRequest.Builder plain(String role, String message) {
        return LlmRequest.builder(role).message(LlmMessage.user(message));
    }

    private LlmResponse answer(LlmRequest request) {
        return rules.generate(request, LlmListener.none(), Cancellation.none());
    }

    private LlmException refusal(LlmRequest request) {
        List<String> heard = new ArrayList<>();
        LlmListener listener = new LlmListener() {
            @Override
            public void onText(String text) {
                heard.add(text);
            }
        };
        LlmException refused =
                assertThrows(LlmException.class, () -> rules.generate(request, listener, Cancellation.none()));
        assertEquals(List.of(), heard);
        return refused;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "How are you?            | running fine",
                "Как дела?               | работает",
                "What time is it?        | 9:00",
                "What colour is my bike? | nothing",
                "Note: milk              | only answer in words",
                "Remember that I am tall | only answer in words",
                "Запомни, что я высокий  | только отвечать словами"
            })
    void generate_plainPrompt_answersInWordsOfItsLanguageAndClaimsNoDeed(String message, String part) {
        LlmResponse response = answer(plain("senior", message).build());
        assertTrue(response.text().contains(part), response.text());
        assertFalse(response.text().contains("{"), response.text());
        assertEquals(OutputQuality.RAW, response.quality());
        assertEquals(response.text(), answer(plain("senior", message).build()).text());
    }

    @Test
    void generate_ownDocuments_areValidWithoutAnyBlock() {
        SchemaValidator schemas = SchemaValidator.create();
        LlmResponse report = answer(plain("junior", "Note: milk")
                .output(OutputSpec.json("junior_report", JuniorReport.SCHEMA))
                .build());
        LlmResponse reply = answer(plain("senior", "Note: milk")
                .output(OutputSpec.json("senior_reply", SeniorReply.SCHEMA))
                .build());
        assertEquals(OutputQuality.CONSTRAINED, report.quality());
        assertEquals(Optional.of(Json.parse(reply.text())), reply.json());
        assertEquals(
                "note", JuniorReport.from(report.json().orElseThrow()).intent().word());
        assertEquals(
                "note.create",
                reply.json().orElseThrow().list("tool_calls").get(0).text("name"));
        assertEquals(
                List.of(),
                schemas.compile(JuniorReport.SCHEMA).validate(report.json().orElseThrow()));
        assertEquals(
                List.of(),
                schemas.compile(SeniorReply.SCHEMA).validate(reply.json().orElseThrow()));
    }

    @Test
    void generate_whatItDoesNotClaim_isRefusedAndHeardOfNothing() {
        UnaryOperator<LlmRequest.Builder> foreign = request -> request.output(OutputSpec.json("greeting", SCHEMA));
        for (LlmRequest request : List.of(
                plain("critic", "Is it good?").build(),
                foreign.apply(plain("senior", "Hello")).build(),
                foreign.apply(plain("junior", "Hello")).build(),
                plain("senior", "Hello")
                        .output(OutputSpec.json("junior_report", JuniorReport.SCHEMA))
                        .build())) {
            assertEquals(LlmException.Reason.UNSUPPORTED, refusal(request).reason(), request::toString);
        }
        assertTrue(refusal(foreign.apply(plain("senior", "Hello")).build())
                .getMessage()
                .contains("greeting"));
        assertEquals(
                LlmException.Reason.INVALID_REQUEST,
                refusal(LlmRequest.builder("senior")
                                .message(LlmMessage.system("Be brief."))
                                .build())
                        .reason());
    }

    @Test
    void generate_cancelledOrClosed_isNotAnsweredInAnyRole() {
        CancellationSource cancel = new CancellationSource();
        cancel.cancel("changed my mind");
        assertThrows(
                CancelledException.class,
                () -> rules.generate(plain("junior", "Hello").build(), LlmListener.none(), cancel));
        rules.close();
        assertEquals(
                LlmException.Reason.UNAVAILABLE,
                refusal(plain("junior", "Hello").build()).reason());
    }
}
