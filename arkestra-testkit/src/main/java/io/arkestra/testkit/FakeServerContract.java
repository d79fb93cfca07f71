package io.arkestra.testkit;

import io.arkestra.common.Json;
import io.arkestra.llm.LlmClient;
import io.arkestra.llm.LlmToolCall;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract for a client of a server that {@link FakeLlmServer} can play, over HTTP on this machine: the test says which server and how a
 * client of it is opened.
 */
public abstract class FakeServerContract implements LlmClientContract {
    private final List<FakeLlmServer> servers = new ArrayList<>();

    /** Another server. */
    protected abstract FakeLlmServer server();

    /** A client of the server at this address. */
    protected abstract LlmClient client(URI address);

    /** Pieces of an answer, cut where no character of the text ends, in parts that cut its bytes as well. */
    private static FakeAnswer cut(String text) {
        List<String> pieces = new ArrayList<>();
        for (int i = 0; i < text.length(); i += 5) {
            int end = Math.min(text.length(), i + 5);
            // The JSON type of the fixture refuses half a pair of surrogates.
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
                pieces.add(text.substring(i, end));
                i++;
            } else {
                pieces.add(text.substring(i, end));
            }
        }
        return FakeAnswer.of(pieces).chunkBytes(7);
    }

    private Optional<LlmClient> open(FakeAnswer answer) {
        FakeLlmServer server = server().answers(answer);
        servers.add(server);
        return Optional.of(client(server.uri()));
    }

    /** A client whose calls for an answer get this reply. */
    protected final Optional<LlmClient> open(FakeReply reply) {
        FakeLlmServer server = server().replies(reply);
        servers.add(server);
        return Optional.of(client(server.uri()));
    }

    private FakeLlmServer last() {
        return servers.get(servers.size() - 1);
    }

    @AfterEach
    final void closeServers() {
        servers.forEach(FakeLlmServer::close);
    }

    @Override
    public Optional<LlmClient> answering(String text) {
        return open(cut(text));
    }

    @Override
    public Optional<LlmClient> answeringSlowly(List<String> pieces, Semaphore permits) {
        return open(FakeAnswer.of(pieces).pacedBy(permits));
    }

    @Override
    public Optional<LlmClient> hangingBeforeFirstToken() {
        return open(FakeReply.status(200).hangBeforeHeaders());
    }

    @Override
    public Optional<LlmClient> hangingAfter(String piece) {
        return open(FakeAnswer.of(piece).hangs());
    }

    @Override
    public Optional<LlmClient> breakingAfter(String piece) {
        return open(FakeAnswer.of(piece).cuts());
    }

    @Override
    public Optional<LlmClient> overflowing() {
        return open(FakeReply.json(400, Json.parse("""
                        {"error": {"message": "This model's maximum context length is 8192 tokens. However, your messages\
                         resulted in 9000 tokens.", "type": "invalid_request_error", "code": "context_length_exceeded"}}""")));
    }

    @Override
    public Optional<LlmClient> away() {
        FakeLlmServer gone = server();
        URI nowhere = gone.uri();
        gone.close();
        servers.add(gone);
        return Optional.of(client(nowhere));
    }

    @Override
    public Optional<LlmClient> thinking(String thoughts, String text) {
        return open(cut(text).thinks(thoughts));
    }

    @Override
    public Optional<LlmClient> callingTools(List<LlmToolCall> calls) {
        return open(FakeAnswer.of(List.of()).calls(calls));
    }

    @Override
    public OptionalLong callsReceived() {
        return OptionalLong.of(last().calls().size());
    }

    @Override
    public void awaitCall(Duration limit) throws InterruptedException {
        if (!last().awaitCalls(1, limit)) {
            throw new AssertionError("no call arrived within " + limit);
        }
    }

    @Override
    public Optional<Boolean> backendStops(Duration limit) {
        try {
            return Optional.of(last().awaitDisconnect(limit));
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
