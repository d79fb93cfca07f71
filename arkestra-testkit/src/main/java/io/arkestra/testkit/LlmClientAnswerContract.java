package io.arkestra.testkit;

import static io.arkestra.testkit.RunningCall.need;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.OutputQuality;
import io.arkestra.llm.Reasoning;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** How an answer comes: part of {@link LlmClientContract}. */
interface LlmClientAnswerContract extends LlmClientSubject {
    /** Two, three and four bytes in UTF-8, a pair of surrogates, a family of joined emoji, combining marks. */
    String UNICODE = "Привет, мир! 😀 👩‍👩‍👧 naïve e\u0301 漢字 \uD83D\uDE80 конец";

    @Test
    default void generate_text_piecesAddUpToTheResponse() throws Exception {
        try (LlmClient client = need(answering("Fine, thank you. And you?"), "answering a text")) {
            RunningCall call = RunningCall.start(client, request().build());
            LlmResponse response = call.response();
            assertEquals("Fine, thank you. And you?", response.text());
            assertEquals(response.text(), call.heard.text());
            assertEquals("", response.thinking());
            assertEquals(List.of(), response.toolCalls());
            assertEquals(FinishReason.STOP, response.finish());
            assertEquals(OutputQuality.RAW, response.quality());
            assertEquals(List.of(), response.repairs());
            assertFalse(response.model().isBlank(), "the response names no model");
            call.assertNothingHeardLate();
        }
    }

    @Test
    default void generate_withoutAListener_isTheSame() {
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            assertEquals(
                    "Fine.",
                    client.generate(request().build(), LlmListener.none(), Cancellation.none())
                            .text());
        }
    }

    @Test
    default void generate_twiceOnOneClient_answersTwice() {
        try (LlmClient client = need(answering("Fine."), "answering a text")) {
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        "Fine.",
                        client.generate(request().build(), LlmListener.none(), Cancellation.none())
                                .text());
            }
        }
    }

    @Test
    default void generate_unicode_arrivesWhole() throws Exception {
        try (LlmClient client = need(answering(UNICODE), "answering Unicode")) {
            RunningCall call = RunningCall.start(client, request().build());
            assertEquals(UNICODE, call.response().text());
            assertEquals(UNICODE, call.heard.text());
        }
    }

    @Test
    default void generate_streaming_isHeardWhileItIsGenerated() throws Exception {
        Semaphore permits = new Semaphore(0);
        List<String> pieces = List.of("One, ", "two, ", "three.");
        try (LlmClient client = need(answeringSlowly(pieces, permits), "answering piece by piece")) {
            assumeTrue(client.capabilities().streaming(), "the client does not claim to stream");
            RunningCall call = RunningCall.start(client, request().build());
            permits.release();
            call.awaitText();
            assertFalse(call.isDone(), "returned before the answer was complete");
            assertEquals("One, ", call.heard.text());
            permits.release(pieces.size());
            assertEquals("One, two, three.", call.response().text());
            assertEquals("One, two, three.", call.heard.text());
            call.assertNothingHeardLate();
        }
    }

    @Test
    default void generate_withoutStreaming_isHeardOnce() throws Exception {
        try (LlmClient client = need(answering("One, two, three."), "answering a text")) {
            assumeTrue(!client.capabilities().streaming(), "the client streams");
            RunningCall call = RunningCall.start(client, request().build());
            call.response();
            assertEquals(List.of("One, two, three."), call.heard.pieces());
        }
    }

    @Test
    default void generate_usage_isTheBackendsCountWhereClaimed() throws Exception {
        try (LlmClient client = need(answering("Fine, thank you."), "answering a text")) {
            LlmResponse response = RunningCall.start(client, request().build()).response();
            assumeTrue(client.capabilities().usage(), "the client does not claim to count");
            assertFalse(response.usage().estimated(), "claimed to count, and estimated");
            assertTrue(response.usage().promptTokens() > 0, "no tokens of the prompt");
            assertTrue(response.usage().completionTokens() > 0, "no tokens of the answer");
            assertTrue(
                    response.usage().cachedTokens() <= response.usage().promptTokens(),
                    "more cached than the prompt has");
        }
    }

    @Test
    default void generate_timings_holdFirstTokenAndTotal() throws Exception {
        try (LlmClient client = need(answering("Fine, thank you."), "answering a text")) {
            LlmResponse response = RunningCall.start(client, request().build()).response();
            assertTrue(response.timings().total().isPresent(), "no total time");
            if (client.capabilities().streaming()) {
                assertTrue(response.timings().firstToken().isPresent(), "no time of the first token");
                assertTrue(
                        response.timings()
                                        .firstToken()
                                        .get()
                                        .compareTo(response.timings().total().get())
                                <= 0,
                        "the first token came after the end");
            }
        }
    }

    @Test
    default void generate_thinking_isNoPartOfTheText() throws Exception {
        try (LlmClient client = need(thinking("Hm, let me see.", "Four."), "thinking before it answers")) {
            assumeTrue(client.capabilities().reasoning(), "the client does not claim to pass thinking on");
            RunningCall call = RunningCall.start(
                    client, request().reasoning(Reasoning.HIGH).build());
            LlmResponse response = call.response();
            assertEquals("Four.", response.text());
            assertEquals("Four.", call.heard.text());
            assertEquals("Hm, let me see.", response.thinking());
            assertEquals("Hm, let me see.", call.heard.thinking());
        }
    }

    @Test
    default void generate_fourAtATime_doNotMix() throws Exception {
        try (LlmClient client = need(answering(UNICODE), "answering a text")) {
            List<RunningCall> calls = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                calls.add(RunningCall.start(client, request().build()));
            }
            for (RunningCall call : calls) {
                assertEquals(UNICODE, call.response().text());
                assertEquals(UNICODE, call.heard.text());
                call.assertNothingHeardLate();
            }
        }
    }
}
