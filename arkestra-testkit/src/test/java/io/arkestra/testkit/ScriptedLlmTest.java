package io.arkestra.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmMessage;
import io.arkestra.llm.LlmRequest;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.Usage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ScriptedLlmTest {
    private final ScriptedLlm model = new ScriptedLlm();

    private LlmResponse ask(String role, String text) {
        LlmRequest request =
                LlmRequest.builder(role).message(LlmMessage.user(text)).build();
        return model.generate(request, LlmListener.none(), Cancellation.none());
    }

    @Test
    void generate_severalExpectations_answersInTheirOrder() {
        model.expect().answers("one");
        model.expect().answers("two");
        assertEquals("one", ask("senior", "?").text());
        assertEquals("two", ask("senior", "?").text());
        model.verify();
    }

    @Test
    void generate_rolesAndConditions_pickTheFirstThatFits() {
        model.expect().role("senior").answers("from the senior");
        model.expect()
                .when(call -> call.lastMessage().orElseThrow().text().contains("tea"))
                .answers("with milk");
        model.expect().role("junior").answers("from the junior").times(2);
        assertEquals("from the junior", ask("junior", "coffee?").text());
        assertEquals("with milk", ask("junior", "tea?").text());
        assertEquals("from the senior", ask("senior", "tea?").text());
        assertEquals("from the junior", ask("junior", "tea?").text());
        model.verify();
        assertEquals(
                List.of("junior", "junior", "senior", "junior"),
                model.requests().stream().map(LlmRequest::role).toList());
    }

    @Test
    void verify_expectationNotMet_saysWhich() {
        model.expect().answers("one");
        model.expect().role("junior").answers("two");
        ask("senior", "?");
        AssertionError error = assertThrows(AssertionError.class, model::verify);
        assertTrue(
                error.getMessage().contains("expectation 2 (any call as junior) was met 0 times"), error::getMessage);
    }

    @Test
    void verify_callNotExpected_saysWhich() {
        assertEquals(
                LlmException.Reason.INVALID_REQUEST,
                assertThrows(LlmException.class, () -> ask("senior", "?")).reason());
        AssertionError error = assertThrows(AssertionError.class, model::verify);
        assertTrue(error.getMessage().contains("call 1 as senior was not expected"), error::getMessage);
    }

    @Test
    void generate_failure_isThrownAsItIs() {
        LlmException failure = new LlmException(LlmException.Reason.OVERLOADED, "later", null, Duration.ofSeconds(3));
        model.expect().fails(failure);
        assertSame(failure, assertThrows(LlmException.class, () -> ask("senior", "?")));
    }

    @Test
    void generate_latch_waitsForIt() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        model.expect().after(latch).answers("now").finishes(FinishReason.LENGTH).usage(Usage.of(7, 3, false));
        RunningCall call = RunningCall.start(
                model,
                LlmRequest.builder("senior").message(LlmMessage.user("?")).build());
        assertTrue(model.awaitRequests(1, RunningCall.LONG));
        assertFalse(call.isDone());
        latch.countDown();
        LlmResponse response = call.response();
        assertEquals("now", response.text());
        assertEquals(FinishReason.LENGTH, response.finish());
        assertEquals(Usage.of(7, 3, false), response.usage());
    }
}
