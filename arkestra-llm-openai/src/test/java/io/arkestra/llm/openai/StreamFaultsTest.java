package io.arkestra.llm.openai;

import static io.arkestra.llm.openai.OpenAiCalls.LONG;
import static io.arkestra.llm.openai.OpenAiCalls.ask;
import static io.arkestra.llm.openai.OpenAiCalls.client;
import static io.arkestra.llm.openai.OpenAiCalls.failure;
import static io.arkestra.llm.openai.OpenAiCalls.finish;
import static io.arkestra.llm.openai.OpenAiCalls.request;
import static io.arkestra.llm.openai.OpenAiCalls.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.arkestra.common.Cancellation;
import io.arkestra.common.CancelledException;
import io.arkestra.common.Json;
import io.arkestra.llm.ContextOverflow;
import io.arkestra.llm.Deadlines;
import io.arkestra.llm.FinishReason;
import io.arkestra.llm.LlmException;
import io.arkestra.llm.LlmException.Reason;
import io.arkestra.llm.LlmListener;
import io.arkestra.llm.LlmResponse;
import io.arkestra.llm.LlmTimeout;
import io.arkestra.testkit.FakeAnswer;
import io.arkestra.testkit.FakeLlmServer;
import io.arkestra.testkit.FakeReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams as servers really send them, and calls that end early. */
class StreamFaultsTest {
    private final FakeLlmServer server = FakeLlmServer.llamaServer();
    private final OpenAiClient client = client(server).build();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void generate_errorEvent_endsTheStream() {
        server.next(
                FakeReply.events()
                        .event(text("One, "))
                        .event(
                                "{\"error\":{\"code\":500,\"message\":\"the output does not match the format\",\"type\":\"server_error\"}}"));
        LlmException failure = failure(client);
        assertEquals(Reason.SERVER_ERROR, failure.reason());
        assertTrue(failure.getMessage().endsWith("the output does not match the format"), failure.getMessage());
    }

    @Test
    void generate_errorEventWithACode_hasTheReasonOfThatStatus() {
        server.next(FakeReply.events().event("{\"error\":{\"code\":429,\"message\":\"slow down\"}}"));
        assertEquals(Reason.OVERLOADED, failure(client).reason());
        server.next(FakeReply.events()
                .event("{\"error\":{\"code\":400,\"type\":\"exceed_context_size_error\",\"message\":\"no room\"}}"));
        assertTrue(failure(client) instanceof ContextOverflow);
    }

    @Test
    void generate_eventNamedError_endsTheStream() {
        server.next(FakeReply.events().write("event: error\ndata: {\"message\":\"it broke\"}\n\n"));
        assertTrue(failure(client).getMessage().endsWith("it broke"));
    }

    @Test
    void generate_noEndMarkAfterTheReason_isComplete() {
        server.next(FakeReply.events().event(text("Fine.")).event(finish("stop")));
        assertEquals("Fine.", ask(client).text());
    }

    @Test
    void generate_hangsAfterTheReason_isComplete() {
        server.next(
                FakeReply.events().event(text("Fine.")).event(finish("length")).hang());
        LlmResponse response = ask(client);
        assertEquals("Fine.", response.text());
        assertEquals(FinishReason.LENGTH, response.finish());
    }

    @Test
    void generate_cutAfterTheReason_isComplete() {
        server.next(
                FakeReply.events().event(text("Fine.")).event(finish("stop")).cut());
        assertEquals("Fine.", ask(client).text());
    }

    @Test
    void generate_endMarkWithoutAReason_isComplete() {
        server.next(FakeReply.events().event(text("Fine.")).done());
        assertEquals(FinishReason.STOP, ask(client).finish());
    }

    @Test
    void generate_endWithoutAReason_isUnavailable() {
        server.next(FakeReply.events().event(text("One, ")));
        assertEquals(Reason.UNAVAILABLE, failure(client).reason());
        server.next(FakeReply.events());
        assertEquals(Reason.UNAVAILABLE, failure(client).reason());
    }

    @Test
    void generate_endMarkAlone_isAServerError() {
        server.next(FakeReply.events().done());
        assertEquals(Reason.SERVER_ERROR, failure(client).reason());
    }

    @Test
    void generate_malformedEvent_isAServerError() {
        server.next(
                FakeReply.events().event(text("One, ")).event("{\"choices\":[{").done());
        LlmException failure = failure(client);
        assertEquals(Reason.SERVER_ERROR, failure.reason());
        assertTrue(failure.getMessage().contains("no JSON"), failure.getMessage());
    }

    @Test
    void generate_commentsCarriageReturnsMarkAndDataOverLines_areRead() {
        server.next(FakeReply.events()
                .write("\uFEFF")
                .lineEnd("\r\n")
                .comment("ping")
                .chunkBytes(1)
                .event("{\"choices\":\n[{\"delta\":{\"content\":\n\"Привет, 😀\"}}]}")
                .comment("ping")
                .event(finish("stop"))
                .done());
        assertEquals("Привет, 😀", ask(client).text());
    }

    @Test
    void generate_pairOfSurrogatesOverTwoEvents_isJoined() {
        List<String> heard = new ArrayList<>();
        server.next(FakeReply.events()
                .event(text("a\\ud83d"))
                .event(text("\\ude00b"))
                .event(finish("stop"))
                .done());
        LlmListener listener = new LlmListener() {
            @Override
            public void onText(String delta) {
                heard.add(delta);
            }
        };
        assertEquals(
                "a😀b",
                client.generate(request().build(), listener, Cancellation.none())
                        .text());
        assertEquals(List.of("a\ud83d", "\ude00b"), heard);
    }

    @Test
    void generate_wholeAnswerThoughAStreamWasAskedFor_isRead() {
        server.next(FakeReply.json(
                200, Json.parse("{\"choices\":[{\"message\":{\"content\":\"Fine.\"},\"finish_reason\":\"stop\"}]}")));
        assertEquals("Fine.", ask(client).text());
    }

    @Test
    void generate_pingsWithoutPieces_doNotCountAsTokens() {
        FakeReply reply = FakeReply.events().event(text("One, "));
        for (int i = 0; i < 3; i++) {
            reply.comment("ping");
        }
        server.next(reply.hang());
        LlmTimeout timeout = assertThrows(
                LlmTimeout.class,
                () -> ask(
                        client,
                        request()
                                .deadlines(Deadlines.standard()
                                        .firstToken(LONG)
                                        .total(LONG)
                                        .idle(Duration.ofMillis(200)))
                                .build()));
        assertEquals(LlmTimeout.Phase.IDLE, timeout.phase());
    }

    @Test
    void generate_hangingAfterTheHeaders_isATimeoutOfTheFirstToken() throws Exception {
        server.next(FakeReply.events().hang());
        LlmTimeout timeout = assertThrows(
                LlmTimeout.class,
                () -> ask(
                        client,
                        request()
                                .deadlines(Deadlines.standard().total(LONG).firstToken(Duration.ofMillis(200)))
                                .build()));
        assertEquals(LlmTimeout.Phase.FIRST_TOKEN, timeout.phase());
        assertTrue(server.awaitDisconnect(LONG));
    }

    @Test
    void generate_nobodyAcceptsConnections_isATimeoutOfTheConnection() throws Exception {
        // A listener whose queue is full drops what comes; how full is the system's business, so fill it until it
        // drops.
        try (java.net.ServerSocket full = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            List<java.net.Socket> waiting = new ArrayList<>();
            try {
                boolean accepted = true;
                while (accepted && waiting.size() < 50) {
                    java.net.Socket socket = new java.net.Socket();
                    waiting.add(socket);
                    try {
                        socket.connect(full.getLocalSocketAddress(), 300);
                    } catch (java.net.SocketTimeoutException e) {
                        accepted = false;
                    }
                }
                org.junit.jupiter.api.Assumptions.assumeTrue(!accepted, "this system never drops connections");
                try (OpenAiClient stuck = OpenAiClient.builder()
                        .model("m")
                        .baseUrl(java.net.URI.create("http://127.0.0.1:" + full.getLocalPort()))
                        .build()) {
                    LlmTimeout timeout = assertThrows(
                            LlmTimeout.class,
                            () -> ask(
                                    stuck,
                                    request()
                                            .deadlines(Deadlines.standard()
                                                    .total(LONG)
                                                    .connect(Duration.ofMillis(300)))
                                            .build()));
                    assertEquals(LlmTimeout.Phase.CONNECT, timeout.phase());
                }
            } finally {
                for (java.net.Socket socket : waiting) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void generate_threadInterrupted_endsAsCancelledAndStaysInterrupted() throws Exception {
        server.next(FakeReply.events().event(text("One, ")).hang());
        CountDownLatch heard = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            LlmListener listener = new LlmListener() {
                @Override
                public void onText(String delta) {
                    heard.countDown();
                }
            };
            try {
                client.generate(request().build(), listener, Cancellation.none());
                interrupted.complete(false);
            } catch (CancelledException e) {
                interrupted.complete(Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        assertTrue(heard.await(60, TimeUnit.SECONDS));
        thread.interrupt();
        assertTrue(interrupted.get(60, TimeUnit.SECONDS));
        assertTrue(server.awaitDisconnect(LONG));
    }

    @Test
    void generate_listenerThrows_closesTheConnection() throws Exception {
        server.next(FakeReply.events().event(text("One, ")).hang());
        LlmListener listener = new LlmListener() {
            @Override
            public void onText(String delta) {
                throw new IllegalStateException("a listener that throws");
            }
        };
        assertThrows(
                IllegalStateException.class, () -> client.generate(request().build(), listener, Cancellation.none()));
        assertTrue(server.awaitDisconnect(LONG));
        server.answers(FakeAnswer.of("Fine."));
        assertEquals("Fine.", ask(client).text());
    }
}
